import pictures from 'virtual:image-prompt/pictures';
import type { Picture } from '../../picture/types.ts';

/** As in `content-names.ts`, which is none of a browser's business. */
const PREFIX = '/@image-prompt/';

/** Whether a value is the name of a spec in content. */
export function namesSpec(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX);
}

/**
 * The picture of a field of content that names a spec, such as `image: ./hero.image.yaml` of front matter.
 * @param name what Nuxt Content gives for the field
 * @returns null when it names no spec
 * @throws Error when content names it where nobody looked for it
 */
export async function usePicture(name: unknown): Promise<Picture | null> {
  if (!namesSpec(name)) return null;
  const load = pictures[name];
  if (load !== undefined) return (await load()).default;
  throw new Error(
    `image-prompt: ${name.slice(PREFIX.length)} was not found in content. \`imagePrompt.content\` lists its folders; in text \`src\` names specs, in front matter a field that is a path and nothing else.`,
  );
}
