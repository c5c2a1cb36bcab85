import { amount } from '../report.ts';
import type { Session } from './session.ts';

/** What a build says at its end, or null when there is nothing to say. */
export async function describeRun(session: Session): Promise<string | null> {
  const pictures = [...session.pictures.values()];
  if (pictures.length === 0 || !(await session.options()).report) return null;
  const count = (origin: (typeof pictures)[number]['origin']): number =>
    pictures.filter((picture) => picture.origin === origin).length;
  const variants = pictures.reduce((sum, picture) => sum + picture.plan.variants.length, 0);
  const previews = count('preview') > 0 ? `, ${count('preview')} only sketched` : '';
  const what = `${amount(pictures.length, 'picture')} in ${amount(variants, 'file')}`;
  return `image-prompt: ${what}; ${count('made')} made, ${count('store')} from the store${previews}`;
}
