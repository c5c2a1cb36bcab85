import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Memo } from '../fs/memo.ts';
import { type CacheFolder, openCacheFolder } from './cache-folder.ts';

/** The disposable cache of variants: what is missing from it is made again. */
export interface VariantCache extends CacheFolder {
  /** What went wrong and was got round, each once. Hosts print it. */
  warnings(): readonly string[];
  /** Removes the private folder that stood in for an unwritable cache, if there was one. */
  close(): Promise<void>;
}

/**
 * Creates the cache. Where its folder cannot be written (a read-only checkout, a full disk), variants
 * go to a private folder under the system's temporary one for the life of this cache, with a warning;
 * what the unwritable folder holds is still read.
 * @param cacheDir absolute path; made when first written
 * @param memo remembers what is in the files
 */
export function createVariantCache({
  cacheDir,
  memo,
}: {
  cacheDir: string;
  memo: Memo;
}): VariantCache {
  const main = openCacheFolder(cacheDir, memo);
  const warnings: string[] = [];
  let spare: Promise<{ dir: string; folder: CacheFolder }> | undefined;

  const openSpare = (cause: unknown): Promise<{ dir: string; folder: CacheFolder }> => {
    if (spare === undefined) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      warnings.push(
        `The cache ${cacheDir} cannot be written, so variants are encoded anew in every run: ${reason}`,
      );
      // Made by mkdtemp, so nobody else can have put files there.
      spare = mkdtemp(join(tmpdir(), 'unplugin-image-prompt-')).then((dir) => ({
        dir,
        folder: openCacheFolder(dir, memo),
      }));
    }
    return spare;
  };

  const read = async <T>(get: (folder: CacheFolder) => Promise<T | null>): Promise<T | null> => {
    const found = await get(main);
    return found !== null || spare === undefined ? found : await get((await spare).folder);
  };
  const write = async <T>(put: (folder: CacheFolder) => Promise<T>): Promise<T> => {
    // Once it failed it would fail for every variant, each after a full attempt.
    if (spare !== undefined) return await put((await spare).folder);
    try {
      return await put(main);
    } catch (error) {
      return await put((await openSpare(error)).folder);
    }
  };

  return {
    get: (key, spec) => read((folder) => folder.get(key, spec)),
    put: (key, spec, bytes) => write((folder) => folder.put(key, spec, bytes)),
    getAnalysis: (key) => read((folder) => folder.getAnalysis(key)),
    putAnalysis: (key, analysis) => write((folder) => folder.putAnalysis(key, analysis)),
    warnings: () => warnings,
    async close() {
      const folder = await spare;
      spare = undefined;
      if (folder !== undefined) await rm(folder.dir, { recursive: true, force: true });
    },
  };
}
