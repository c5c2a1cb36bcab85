import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isImagePromptError } from '../errors.ts';
import { identifyFile } from '../fs/file-identity.ts';
import { replaceFile } from '../fs/publish.ts';
import { type InputTrouble, MAX_INPUT_BYTES } from './input-files.ts';

/** Brings a file from an address into the cache; gives its absolute path. */
export type FindRemote = (url: string) => Promise<string | InputTrouble>;

/**
 * An address is fetched once and kept: whatever it shows tomorrow, the picture was made of these bytes. With the
 * cache they are gone, and then another file at the address is another picture.
 * @param cacheDir absolute path of the disposable cache
 */
export function createRemoteInputs(cacheDir: string): FindRemote {
  const underWay = new Map<string, Promise<string | InputTrouble>>();
  const find = async (url: string): Promise<string | InputTrouble> => {
    const target = join(cacheDir, 'inputs', createHash('sha256').update(url).digest('hex'));
    if (identifyFile(target) !== null) return target;
    try {
      const { fetchInput } = await import('../provider/fetch-input.ts');
      const bytes = await fetchInput(url, MAX_INPUT_BYTES);
      const tmpDir = join(cacheDir, 'tmp');
      await replaceFile({ target, bytes, tmpDir, durable: false });
      return target;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const hint = isImagePromptError(error) ? error.hint : 'Check the folder of the cache.';
      return { message: `${url} cannot be used: ${why}`, hint, missing: false };
    }
  };
  return async (url) => {
    const known = underWay.get(url) ?? find(url);
    underWay.set(url, known);
    return await known;
  };
}
