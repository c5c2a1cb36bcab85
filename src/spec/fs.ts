import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileRead, ListFiles, ReadFile } from './files.ts';

/**
 * Editors empty a file before they write it, and who is told of the change reads it in between; of the
 * second change nobody is told any more. Vite waits in the same way: https://github.com/vitejs/vite/issues/610
 */
const EMPTY_FOR = { attempts: 10, ms: 10 };

/**
 * {@link ReadFile} on the file system. It waits for the disk: thousands of small files read one after the
 * other take a tenth of the time of as many promises.
 */
export const readFileFromDisk: ReadFile = async (path, limit, { links = true } = {}) => {
  try {
    for (let attempt = 0; ; attempt++) {
      const read = readPlainFile(path, limit, links);
      const empty = read.kind === 'bytes' && read.bytes.length === 0;
      if (!empty || attempt === EMPTY_FOR.attempts) return read;
      await sleep(EMPTY_FOR.ms);
    }
  } catch (error) {
    return toFailure(error);
  }
};

/** {@link ListFiles} on the file system. */
export const listFilesOnDisk: ListFiles = async ({ root, include, exclude }) => {
  // Loaded late: a build knows its specs by their imports.
  const { glob } = await import('tinyglobby');
  const found = await glob([...include], {
    cwd: root,
    ignore: [...exclude],
    onlyFiles: true,
    followSymbolicLinks: false,
    // Sites keep their themes in dotted folders, such as `.vitepress/theme`.
    dot: true,
    expandDirectories: false,
  });
  return found;
};

function readPlainFile(path: string, limit: number, links: boolean): FileRead {
  // Without O_NONBLOCK opening a named pipe waits for a writer, for ever. Windows has neither flag.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | (links ? 0 : O_NOFOLLOW));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { kind: 'not-a-file' };
    if (stats.size > limit) return { kind: 'too-large' };
    // Room for one byte more: a file that fills it has grown since.
    const bytes = Buffer.allocUnsafe(stats.size + 1);
    let length = 0;
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, length);
      length += count;
      if (count === 0 || length === stats.size) break;
      if (length > stats.size) return readPlainFile(path, limit, links);
    }
    return { kind: 'bytes', bytes: bytes.subarray(0, length) };
  } finally {
    closeSync(file);
  }
}

function toFailure(error: unknown): FileRead {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
  if (code === 'EISDIR' || code === 'ELOOP') return { kind: 'not-a-file' };
  return { kind: 'failed', message: typeof code === 'string' ? code : String(error) };
}
