import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Why a file was not read. */
export type NotRead = 'missing' | 'not-a-file' | 'too-large';

/**
 * Reads a plain file of at most `limit` bytes. A link in place of the file is not followed: a store
 * comes with a checkout, and a checkout must not make us read what lies outside of it.
 * The calls are synchronous: four promises for each of ten thousand specs cost more than the reading.
 * @throws the error of the file system when the file is there and cannot be read
 */
export async function readRegularFile(path: string, limit: number): Promise<Buffer | NotRead> {
  let handle: number;
  try {
    // Without O_NONBLOCK opening a named pipe waits for a writer. Windows has neither flag; making a
    // link there needs rights of its own.
    handle = openSync(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    if (code === 'ELOOP' || code === 'EMLINK') return 'not-a-file';
    throw error;
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return 'not-a-file';
    if (stats.size > limit) return 'too-large';
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}
