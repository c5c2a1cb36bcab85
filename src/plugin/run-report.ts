import type { Session } from './session.ts';

/** What a build says at its end, or null when there is nothing to say. */
export async function describeRun(session: Session): Promise<string | null> {
  const pictures = [...session.pictures.values()];
  if (pictures.length === 0 || !(await session.options()).report) return null;
  const made = pictures.filter((picture) => picture.generated).length;
  const variants = pictures.reduce((sum, picture) => sum + picture.plan.variants.length, 0);
  return `image-prompt: ${pictures.length} pictures, ${variants} variants; ${made} made, ${pictures.length - made} found`;
}
