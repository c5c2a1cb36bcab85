import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { Key } from '../recipe/types.ts';

/**
 * What the content policy has refused while this process runs, by store and key. A page that is loaded again, or the
 * next build of a watcher, is nobody's word to ask for the same once more: the answer would be the same, and a
 * refusal of the result may be billed (https://docs.fal.ai/errors). Bundlers open one engine after the other.
 */
const refused = new Map<string, ImagePromptError>();

/**
 * Takes down how a request ended, if that is for good.
 * @param dir absolute path of the store
 */
export function noteRefusal(dir: string, key: Key, error: unknown): void {
  if (!isImagePromptError(error) || !error.ended || error.code !== 'PROVIDER_REFUSED') return;
  refused.set(`${dir}\n${key}`, error);
}

/**
 * Why the same is not asked for again; null when it may be.
 * @param dir absolute path of the store
 * @param file the spec, relative to the root
 */
export function recallRefusal(dir: string, key: Key, file: string): ImagePromptError | null {
  const cause = refused.get(`${dir}\n${key}`);
  if (cause === undefined) return null;
  return new ImagePromptError(cause.code, cause.message, {
    file,
    cause,
    hint: `${cause.hint} This process does not ask for the same again; \`npx image-prompt generate ${file}\` does.`,
  });
}
