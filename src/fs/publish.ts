import { randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The order for one file. */
export interface PublishOptions {
  /** Absolute path the file shall have. */
  target: string;
  bytes: Uint8Array;
  /** Folder for the unfinished file, on the file system of the target; made when missing. */
  tmpDir: string;
  /** Whether the file shall survive a power cut: costs two fsyncs, some milliseconds. */
  durable: boolean;
}

/** The system calls below; tests pass their own to see links refused or writes cut short. */
export interface FileCalls extends Pick<typeof nodeFs, 'link' | 'rename' | 'open'> {
  platform: NodeJS.Platform;
}

const NODE_CALLS: FileCalls = {
  link: nodeFs.link,
  rename: nodeFs.rename,
  open: nodeFs.open,
  platform: process.platform,
};

// FAT and some network shares have no hard links, sandboxes forbid them, and each says it differently.
const LINK_REFUSED = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
// Directories cannot be opened or synced on Windows and on some network shares.
const SYNC_UNSUPPORTED = new Set(['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF']);
// Antivirus scanners hold new files for some milliseconds.
const WINDOWS_BUSY = new Set(['EPERM', 'EBUSY', 'EACCES']);
const BACK_OFF_MS = [5, 10, 20, 40, 80, 160, 320, 640];

/**
 * Makes a file visible under its final name all at once, and never over another one. The name is
 * expected to stand for the content: `'existed'` says that somebody else published it first, and the
 * caller who must be sure checks what is there.
 * @throws the error of the file system; then nothing is visible and no temporary file is left (only a
 * folder that cannot be synced after the fact leaves the complete file in place)
 */
export async function publish(
  options: PublishOptions,
  calls: FileCalls = NODE_CALLS,
): Promise<'published' | 'existed'> {
  return await withTemp(options, calls, async (temp) => {
    const outcome = await linkOrRename(temp, options.target, calls);
    if (options.durable) await syncDirectory(dirname(options.target), calls);
    return outcome;
  });
}

/**
 * Replaces a file all at once: a reader sees the old content or the new, never a part.
 * @throws the error of the file system; then the old file is untouched and no temporary file is left
 */
export async function replaceFile(
  options: PublishOptions,
  calls: FileCalls = NODE_CALLS,
): Promise<void> {
  await withTemp(options, calls, async (temp) => {
    await retryBusy(calls, () => calls.rename(temp, options.target));
    if (options.durable) await syncDirectory(dirname(options.target), calls);
  });
}

/** Writes the bytes to a temporary file, hands it on, and removes what is left of it. */
async function withTemp<T>(
  options: PublishOptions,
  calls: FileCalls,
  place: (temp: string) => Promise<T>,
): Promise<T> {
  const { target, tmpDir, durable } = options;
  await makeDirectory(tmpDir, false, calls);
  await makeDirectory(dirname(target), durable, calls);
  // The process id lets a later sweep tell the files of dead owners; the rest makes the name unique
  // between containers that share a volume and count their processes alike.
  const name = `${process.pid}-${randomBytes(12).toString('hex')}.tmp`;
  const attempt = async (temp: string): Promise<T> => {
    try {
      await writeAll(temp, options, calls);
      return await place(temp);
    } finally {
      // After a rename nothing is there; any other failure to tidy up must not hide the outcome.
      await nodeFs.rm(temp, { force: true, maxRetries: 3 }).catch(() => {});
    }
  };
  try {
    return await attempt(join(tmpDir, name));
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    return await attempt(join(dirname(target), `.${name}`));
  }
}

async function writeAll(temp: string, options: PublishOptions, calls: FileCalls): Promise<void> {
  const { bytes, durable } = options;
  const handle = await calls.open(temp, 'wx', 0o644);
  try {
    // A nearly full disk takes a part and says so only in the count; the rest must be asked for.
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, at);
      if (bytesWritten === 0) throw new Error(`Expected to write ${temp}, but nothing was taken.`);
      at += bytesWritten;
    }
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
}

async function linkOrRename(
  temp: string,
  target: string,
  calls: FileCalls,
): Promise<'published' | 'existed'> {
  try {
    await calls.link(temp, target);
    return 'published';
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return 'existed';
    if (!LINK_REFUSED.has(code) && !(calls.platform === 'win32' && code === 'EBUSY')) throw error;
  }
  // Between the look and the rename another process may publish: the same bytes under the same name.
  if (await isThere(target)) return 'existed';
  await retryBusy(calls, () => calls.rename(temp, target));
  return 'published';
}

async function isThere(path: string): Promise<boolean> {
  return await nodeFs.lstat(path).then(
    () => true,
    () => false,
  );
}

async function retryBusy<T>(calls: FileCalls, action: () => Promise<T>): Promise<T> {
  for (const pause of calls.platform === 'win32' ? BACK_OFF_MS : []) {
    try {
      return await action();
    } catch (error) {
      if (!WINDOWS_BUSY.has(codeOf(error))) throw error;
      await delay(pause);
    }
  }
  return await action();
}

async function makeDirectory(path: string, durable: boolean, calls: FileCalls): Promise<void> {
  const first = await nodeFs.mkdir(path, { recursive: true });
  if (first === undefined || !durable) return;
  // A new folder is an entry of its parent, and that entry must survive as well.
  for (let at = resolve(path); at.length >= first.length; at = dirname(at)) {
    await syncDirectory(dirname(at), calls);
  }
}

async function syncDirectory(path: string, calls: FileCalls): Promise<void> {
  try {
    const handle = await calls.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!SYNC_UNSUPPORTED.has(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
