import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whether a folder could be written, or made, as far as the file system tells without trying. */
export function mayWrite(dir: string): boolean {
  for (let path = dir; ; path = dirname(path)) {
    const found = statOf(path);
    if (found === null && path !== dirname(path)) continue;
    if (!found?.isDirectory()) return false;
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }
}

function statOf(path: string): ReturnType<typeof statSync> | null {
  try {
    return statSync(path);
  } catch {
    // Not there, or below something that is no folder.
    return null;
  }
}
