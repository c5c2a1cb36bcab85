import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { moveAway } from '../fs/move-away.ts';
import { publish, replaceFile } from '../fs/publish.ts';
import { readRegularFile } from '../fs/read-regular-file.ts';
import { digestOf } from '../recipe/key.ts';
import type { Digest, Key } from '../recipe/types.ts';
import { formatRecord, RECORD_BYTES_LIMIT } from './record.ts';
import type { OriginalRecord } from './types.ts';

/** No model makes originals of this size; a larger file is not one of ours. */
export const ORIGINAL_BYTES_LIMIT: number = 256 * 1024 * 1024;

/**
 * A second copy of every original that was paid for here, outside of the working copy. Copies, not
 * hard links: whatever rewrites the file in the working copy must not reach this one.
 */
export interface SafeCopies {
  /** Verified bytes, or null when there is no right copy. */
  read(digest: Digest): Promise<Buffer | null>;
  put(record: OriginalRecord, bytes: Uint8Array): Promise<void>;
  /** Moves the copy and its record to a folder. */
  discard(digest: Digest, trash: string): Promise<void>;
  /** Records of these keys. */
  find(keys: ReadonlySet<Key>): Promise<OriginalRecord[]>;
}

/** Safe copies under `dir/ab/DIGEST`, records beside them as `DIGEST.json`. */
export function createSafeCopies(dir: string, tmpDir: string): SafeCopies {
  const pathOf = (digest: Digest): string => join(dir, digest.slice(0, 2), digest);

  async function read(digest: Digest): Promise<Buffer | null> {
    const bytes = await readRegularFile(pathOf(digest), ORIGINAL_BYTES_LIMIT);
    return Buffer.isBuffer(bytes) && digestOf(bytes) === digest ? bytes : null;
  }

  return {
    read,

    async put(record, bytes) {
      const { digest } = record.image;
      const order = { target: pathOf(digest), bytes, tmpDir, durable: true };
      // A copy that was damaged since is worth less than the bytes in hand.
      if ((await publish(order)) === 'existed' && (await read(digest)) === null) {
        await replaceFile(order);
      }
      const text = Buffer.from(formatRecord(record));
      await publish({ target: `${pathOf(digest)}.json`, bytes: text, tmpDir, durable: true });
    },

    async discard(digest, trash) {
      for (const ending of ['', '.json']) {
        await moveAway(`${pathOf(digest)}${ending}`, join(trash, `safe-copy-${digest}${ending}`));
      }
    },

    async find(keys) {
      const found: OriginalRecord[] = [];
      for (const folder of await listFolder(dir)) {
        if (!/^[0-9a-f]{2}$/.test(folder)) continue;
        for (const name of await listFolder(join(dir, folder))) {
          if (!/^[0-9a-f]{64}\.json$/.test(name)) continue;
          const text = await readRegularFile(join(dir, folder, name), RECORD_BYTES_LIMIT);
          if (!Buffer.isBuffer(text)) continue;
          const { parseRecord } = await import('./parse-record.ts');
          const parsed = parseRecord(text.toString('utf8'));
          if (!('record' in parsed) || !keys.has(parsed.record.key)) continue;
          if (`${parsed.record.image.digest}.json` === name) found.push(parsed.record);
        }
      }
      return found;
    },
  };
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
