import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** A file of the repository as text. @param {string} path */
export function readRepository(path) {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Where a file of the repository lies, for watchers. @param {string} path */
export function pathOf(path) {
  return fileURLToPath(new URL(path, ROOT));
}
