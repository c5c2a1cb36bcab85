import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { Key } from '../recipe/types.ts';

/** The service would say it again of the same request. */
const FINAL: ReadonlySet<string> = new Set(['PROVIDER_REFUSED', 'PROVIDER_INVALID']);

/**
 * What the service has refused while this process runs, by store and key. A page that is loaded again, or the
 * next build of a watcher, is nobody's word to ask for the same once more: the answer would be the same, and a
 * refusal of the result may be billed (https://docs.fal.ai/errors). Bundlers open one engine after the other.
 */
const refused = new Map<string, ImagePromptError>();

/** What was asked for, and where it was to be kept. */
export interface Asked {
  /** Absolute path of the store. */
  dir: string;
  key: Key;
  /** The spec, relative to the root. */
  file: string;
}

/** Takes down how a request ended, if that is for good. */
export function noteRefusal({ dir, key }: Asked, error: unknown): void {
  if (!isImagePromptError(error) || !error.ended || !FINAL.has(error.code)) return;
  refused.set(`${dir}\n${key}`, error);
}

/** Why the same is not asked for again; null when it may be. */
export function recallRefusal({ dir, key, file }: Asked): ImagePromptError | null {
  const cause = refused.get(`${dir}\n${key}`);
  if (cause === undefined) return null;
  return new ImagePromptError(cause.code, cause.message, {
    file,
    cause,
    hint: `${cause.hint} Until the spec is changed only \`npx image-prompt generate ${file}\` asks again.`,
  });
}
