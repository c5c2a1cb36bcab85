import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A private folder for files that the cache should hold and cannot, made when it is first asked for. It lives
 * as long as the process: bundlers read what is in it when they like.
 */
export function createSpareFolder(): () => string {
  let folder: string | null = null;
  return () => {
    if (folder !== null) return folder;
    // Made by mkdtemp, so nobody else can have put files there.
    const made = mkdtempSync(join(tmpdir(), 'unplugin-image-prompt-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
    return made;
  };
}
