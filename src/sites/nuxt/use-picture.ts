import pictures, { mayCome } from 'virtual:image-prompt/pictures';
import type { Picture } from '../../picture/types.ts';

/** As in `content-names.ts`, which is none of a browser's business. */
const PREFIX = '/@image-prompt/';

/** Far longer than it takes. */
const RELOAD_MS = 15_000;

/** Whether a value is the name of a spec in content. */
export function namesSpec(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX);
}

/**
 * The picture of a field of content that names a spec, such as `image: ./hero.image.yaml` of front matter.
 * @param name what Nuxt Content gives for the field
 * @returns null when it names no spec
 * @throws Error when no collection names it
 */
export async function usePicture(name: unknown): Promise<Picture | null> {
  if (!namesSpec(name)) return null;
  const load = pictures[name];
  if (load !== undefined) return (await load()).default;
  // Pages show an edit of content before they are loaded anew with the list that has its pictures.
  if (mayCome) await new Promise((resolve) => setTimeout(resolve, RELOAD_MS));
  throw new Error(
    `image-prompt: ${decodeURI(name.slice(PREFIX.length))} is in no collection that the site was built with.`,
  );
}
