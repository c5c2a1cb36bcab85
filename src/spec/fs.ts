import { lstat, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { FileRead, ListFiles, ReadFile } from './files.ts';

/** {@link ReadFile} on the file system. */
export const readFileFromDisk: ReadFile = async (path, limit) => {
  try {
    // Before opening: opening a named pipe waits for a writer, for ever.
    const entry = await stat(path);
    if (!entry.isFile()) return { kind: 'not-a-file' };
    if (entry.size > limit) return { kind: 'too-large' };
    return await readPlainFile(path, limit);
  } catch (error) {
    return toFailure(error);
  }
};

/** {@link ListFiles} on the file system. */
export const listFilesOnDisk: ListFiles = async ({ root, include, exclude }) => {
  const found = await glob([...include], {
    cwd: root,
    ignore: [...exclude],
    onlyFiles: true,
    followSymbolicLinks: false,
    // Sites keep their themes in dotted folders, such as `.vitepress/theme`.
    dot: true,
    expandDirectories: false,
  });
  const plain = await Promise.all(found.map((file) => isPlainFile(join(root, file))));
  return found.filter((_, index) => plain[index]);
};

async function readPlainFile(path: string, limit: number): Promise<FileRead> {
  const handle = await open(path, 'r');
  try {
    // One byte more than allowed tells a file that grew, or lies about its size, from one that fits.
    const buffer = new Uint8Array(limit + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return length > limit
      ? { kind: 'too-large' }
      : { kind: 'bytes', bytes: buffer.slice(0, length) };
  } finally {
    await handle.close();
  }
}

async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    return false;
  }
}

function toFailure(error: unknown): FileRead {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
  if (code === 'EISDIR') return { kind: 'not-a-file' };
  return { kind: 'failed', message: typeof code === 'string' ? code : String(error) };
}
