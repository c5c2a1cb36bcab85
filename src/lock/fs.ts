import { randomUUID } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { link, lstat, lutimes, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_RECORD_BYTES } from './owner.ts';
import type { LockEntry, LockFiles } from './protocol.ts';

/** The folder of one key on disk. */
export interface LockFolder extends LockFiles {
  /** Removes what crashes left between writing a record and linking it. */
  sweep(isAbandoned: (text: string) => Promise<boolean>): Promise<void>;
}

type LinkFile = (existing: string, name: string) => Promise<void>;

const TEMP = 'new-';
// A link is not followed and a pipe does not block, whatever somebody put there.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens the folder of a key; it is made when first needed. `linkFile` is replaced in tests. */
export function createLockFolder(dir: string, linkFile: LinkFile = link): LockFolder {
  async function list(): Promise<string[]> {
    try {
      return await readdir(dir);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await mkdir(dir, { recursive: true });
      return [];
    }
  }

  async function read(name: string): Promise<LockEntry | null> {
    const path = join(dir, name);
    try {
      return await readEntry(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
    }
    // Unreadable is not absent: somebody may be alive behind it, and its stamp shows that.
    const stats = await ignoring('ENOENT', lstat(path, { bigint: true }));
    return stats ? { text: '', stamp: stampOf(stats) } : null;
  }

  async function create(name: string, text: string): Promise<boolean> {
    const path = join(dir, name);
    const temp = join(dir, TEMP + randomUUID());
    try {
      await writeNew(temp, text);
      await linkFile(temp, path);
      return true;
    } catch (error) {
      const code = codeOf(error);
      // A network file system may have done it and lost the answer.
      if (code === 'EEXIST') return (await read(name))?.text === text;
      // The folder was deleted, or the temp swept.
      if (code === 'ENOENT') return false;
    } finally {
      await unlink(temp).catch(() => {});
    }
    // No hard links here. Others may see half a record now, which they take for a living owner.
    try {
      await writeNew(path, text);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  return {
    list,
    read,
    create,
    rename: (from, to) =>
      ignoring(
        'ENOENT',
        persist(() => rename(join(dir, from), join(dir, to))),
      ),
    remove: (name) =>
      ignoring(
        'ENOENT',
        persist(() => unlink(join(dir, name))),
      ),
    async touch(name) {
      const now = new Date();
      try {
        await lutimes(join(dir, name), now, now);
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      }
    },
    async sweep(isAbandoned) {
      for (const name of await list()) {
        if (!name.startsWith(TEMP)) continue;
        const entry = await read(name);
        if (entry && (await isAbandoned(entry.text))) await unlink(join(dir, name)).catch(() => {});
      }
    },
  };
}

async function readEntry(path: string): Promise<LockEntry> {
  const file = await open(path, READ_FLAGS);
  try {
    const stats = await file.stat({ bigint: true });
    const stamp = stampOf(stats);
    if (!stats.isFile() || stats.size > MAX_RECORD_BYTES) return { text: '', stamp };
    const buffer = Buffer.alloc(MAX_RECORD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MAX_RECORD_BYTES, 0);
    return { text: buffer.toString('utf8', 0, bytesRead), stamp };
  } finally {
    await file.close();
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    // Else a power cut leaves an empty file, and the next run waits for it as for a stranger.
    await file.datasync().catch(() => {});
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

function stampOf(stats: BigIntStats): string {
  return `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Windows refuses for a moment what an indexer or a reader has open. */
async function persist(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const passing = ['EPERM', 'EBUSY', 'EACCES'].includes(codeOf(error) ?? '');
      if (!passing || process.platform !== 'win32' || attempt === 6) throw error;
      await sleep(10 * 2 ** attempt);
    }
  }
}

async function ignoring<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) !== code) throw error;
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
