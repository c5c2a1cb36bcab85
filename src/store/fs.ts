import { randomBytes, randomUUID } from 'node:crypto';
import { access, constants, lstat, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { identifyFile, isAtRest } from '../fs/file-identity.ts';
import { FORGETFUL, type Memo } from '../fs/memo.ts';
import { moveAway } from '../fs/move-away.ts';
import { publish } from '../fs/publish.ts';
import { type NotRead, readRegularFile } from '../fs/read-regular-file.ts';
import { sweepTemps } from '../fs/sweep-temps.ts';
import { digestOf } from '../recipe/key.ts';
import { compareCandidates, indexFolder, isUnreadable } from './index-folder.ts';
import { parseLfsPointer } from './lfs.ts';
import { fileNamesOf, slugOf } from './names.ts';
import { formatRecord } from './record.ts';
import { createSafeCopies, ORIGINAL_BYTES_LIMIT } from './safe-copies.ts';
import { STATE_GITIGNORE, STORE_FILES } from './scaffold.ts';
import { findStateDir } from './state-dir.ts';
import type { Health, OriginalRecord, Store, StoredOriginal, StoreIndex } from './types.ts';

/** Journal, records and temporary files beside the pictures themselves. */
const ROOM_FOR_NOTES = 4 * 1024 * 1024;

/**
 * The store on a file system.
 * @param dir absolute path of the store's folder; made on the first write
 * @param memo remembers what was read and hashed; may be lost at any time
 */
export function createFsStore(dir: string, memo: Memo = FORGETFUL): Store {
  const state = findStateDir(dir);
  const originalsDir = join(dir, 'originals');
  const tmpDir = join(state.path, 'tmp');
  let tried = false;
  const safeCopies = createSafeCopies(join(state.path, 'objects'), tmpDir);

  const write = (target: string, bytes: Uint8Array): Promise<'published' | 'existed'> =>
    publish({ target, bytes, tmpDir, durable: true });

  async function readOwn(
    original: StoredOriginal,
  ): Promise<Buffer | Exclude<Health, 'safe-copy' | 'ok'>> {
    const { digest } = original.record.image;
    const bytes = await readFileOf(original.file);
    if (bytes === 'missing') return 'missing';
    if (typeof bytes === 'string') return 'corrupt';
    if (digestOf(bytes) === digest) return bytes;
    return parseLfsPointer(bytes)?.digest === digest ? 'lfs' : 'corrupt';
  }

  /** What is not given out, for want of permission or by a bad sector, is as good as damaged. */
  async function readFileOf(file: string): Promise<Buffer | NotRead> {
    try {
      return await readRegularFile(join(originalsDir, file), ORIGINAL_BYTES_LIMIT);
    } catch (error) {
      if (isUnreadable(error)) return 'not-a-file';
      throw error;
    }
  }

  /** Puts right bytes in the place of missing or damaged ones; what was there goes to the trash. */
  async function heal(file: string, bytes: Uint8Array): Promise<void> {
    const target = join(originalsDir, file);
    if ((await write(target, bytes)) === 'published') return;
    // Somebody else may have published or healed it a moment ago.
    const there = await readFileOf(file);
    if (Buffer.isBuffer(there) && there.equals(bytes)) return;
    const trash = join(state.path, 'trash');
    await moveAway(target, join(trash, `corrupt-${randomUUID()}-${file}`));
    await write(target, bytes);
  }

  async function put(record: OriginalRecord, bytes: Uint8Array): Promise<StoredOriginal> {
    const index = await indexFolder(originalsDir, memo);
    assertNotNewer(index);
    const known = index.byKey
      .get(record.key)
      ?.find((other) => other.record.image.digest === record.image.digest);
    const names =
      known ??
      fileNamesOf({
        slug: slugOf(record.source),
        key: record.key,
        digest: record.image.digest,
        type: record.image.type,
      });
    try {
      await writeScaffold();
      // What cost nothing can be made again: a sketch needs no second copy.
      if (record.cost.estimatedUsd !== 0) await safeCopies.put(record, bytes);
      const original = {
        record: known?.record ?? record,
        file: names.file,
        recordFile: names.recordFile,
      };
      if (!Buffer.isBuffer(await readOwn(original))) await heal(names.file, bytes);
      const text = Buffer.from(formatRecord(record));
      const damaged = index.problems.some((problem) => problem.file === names.recordFile);
      if (damaged) await heal(names.recordFile, text);
      else await write(join(originalsDir, names.recordFile), text);
      return original;
    } catch (error) {
      throw writeError(error, dir);
    }
  }

  async function writeScaffold(): Promise<void> {
    for (const [name, text] of Object.entries(STORE_FILES)) {
      await write(join(dir, name), Buffer.from(text));
    }
    if (!state.inGit) await write(join(state.path, '.gitignore'), Buffer.from(STATE_GITIGNORE));
  }

  return {
    dir,
    stateDir: state.path,
    put,
    index: ({ thorough = false } = {}) => indexFolder(originalsDir, thorough ? FORGETFUL : memo),

    async prepare(bytes) {
      assertNotNewer(await indexFolder(originalsDir, memo));
      try {
        await writeScaffold();
        await mkdir(originalsDir, { recursive: true });
        await mkdir(state.path, { recursive: true });
        // Watchers see the file that is tried, and what they begin anew may ask again: once is enough.
        if (tried) await access(originalsDir, constants.W_OK);
        else {
          const probe = join(
            originalsDir,
            `.${process.pid}-${randomBytes(12).toString('hex')}.tmp`,
          );
          await writeFile(probe, '', { flag: 'wx' });
          await rm(probe, { force: true });
          tried = true;
          for (const folder of [originalsDir, tmpDir]) await sweepTemps(folder, new Date());
        }
        for (const folder of [originalsDir, state.path]) {
          const { bavail, bsize } = await statfs(folder);
          if (bavail * bsize < bytes + ROOM_FOR_NOTES) {
            throw Object.assign(new Error(`no room in ${folder}`), { code: 'ENOSPC' });
          }
        }
      } catch (error) {
        throw writeError(error, dir);
      }
    },

    async findLost(keys) {
      if (keys.size === 0) return [];
      const records = await safeCopies.find(keys);
      const lost = records.map((record) => ({
        record,
        ...fileNamesOf({
          slug: slugOf(record.source),
          key: record.key,
          digest: record.image.digest,
          type: record.image.type,
        }),
      }));
      return lost.sort(compareCandidates);
    },

    async restore(original) {
      const bytes = await safeCopies.read(original.record.image.digest);
      if (bytes === null) throw brokenError(original, 'missing');
      return await put(original.record, bytes);
    },

    async discard({ file, recordFile }, digest) {
      const trash = join(
        state.path,
        'trash',
        `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID()}`,
      );
      try {
        // The record first: bytes without a record are no original, a record without bytes is broken.
        await moveAway(join(originalsDir, recordFile), join(trash, recordFile));
        await moveAway(join(originalsDir, file), join(trash, file));
        if (digest !== null) await safeCopies.discard(digest, trash);
      } catch (error) {
        throw writeError(error, dir);
      }
    },

    async check(original, { thorough = false } = {}) {
      const identity = identifyFile(join(originalsDir, original.file));
      const { digest } = original.record.image;
      if (!thorough && identity !== null && memo.get('original', digest) === identity.id)
        return 'ok';
      const own = await readOwn(original);
      if (Buffer.isBuffer(own)) {
        if (identity !== null && isAtRest(identity)) memo.set('original', digest, identity.id);
        return 'ok';
      }
      return (await safeCopies.read(original.record.image.digest)) === null ? own : 'safe-copy';
    },

    async has(original) {
      const { bytes, digest } = original.record.image;
      const stats = await lstat(join(originalsDir, original.file)).catch(() => null);
      if (stats?.isFile() && stats.size === bytes) return true;
      return (await safeCopies.read(digest)) !== null;
    },

    async read(original) {
      const own = await readOwn(original);
      if (Buffer.isBuffer(own)) return own;
      const copy = await safeCopies.read(original.record.image.digest);
      if (copy === null) throw brokenError(original, own);
      // Reading must work on a read-only checkout too; there the copy is simply used each time.
      if (own !== 'lfs') await heal(original.file, copy).catch(() => {});
      return copy;
    },
  };
}

function assertNotNewer(index: StoreIndex): void {
  const newer = index.problems.find((problem) => problem.code === 'STORE_NEWER');
  if (newer) throw new ImagePromptError('STORE_NEWER', `${newer.file} ${newer.message}.`);
}

function brokenError(
  original: StoredOriginal,
  health: 'lfs' | 'missing' | 'corrupt',
): ImagePromptError {
  const { record } = original;
  const name = `${original.file} (of ${record.source})`;
  if (health === 'lfs') {
    return new ImagePromptError('STORE_LFS', `${name} is a git-LFS pointer.`, {
      file: record.source,
    });
  }
  const usd = record.cost.billedUsd ?? record.cost.estimatedUsd;
  const price = usd === null ? 'an unknown price' : `about $${usd.toFixed(2)}`;
  return new ImagePromptError('STORE_BROKEN', `${name} is ${health}.`, {
    hint: `Restore it from git, or run \`npx image-prompt verify --repair\`; to buy another for ${price}, \`npx image-prompt generate --rebuy ${record.source}\`.`,
    file: record.source,
  });
}

const WRITE_HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room and run the command again.',
  EDQUOT: 'The disk quota is used up: make room and run the command again.',
  EROFS: 'The file system is read-only: generate where the store can be written.',
  EACCES: 'Nobody may write there: check the permissions of the folder.',
  EPERM: 'Nobody may write there: check the permissions of the folder.',
};

function writeError(error: unknown, dir: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string' || error instanceof ImagePromptError) return error;
  const hint = WRITE_HINTS[code];
  return new ImagePromptError('STORE_WRITE', `The store ${dir} cannot be written (${code}).`, {
    ...(hint ? { hint } : {}),
    cause: error,
  });
}
