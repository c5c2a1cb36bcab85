import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULTS } from '../options.ts';
import { CONFIG_FILES } from './load-config.ts';

/**
 * The nearest folder above that is a project of ours: called in a subfolder, nobody must start a second
 * store, or pictures would be paid for once in each. Without any sign of one it is the nearest package, or the folder itself.
 */
export function findRoot(cwd: string): string {
  const above: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    above.push(folder);
    if (dirname(folder) === folder) break;
  }
  const holding = (names: readonly string[]): string | undefined =>
    above.find((folder) => names.some((name) => existsSync(join(folder, name))));
  return holding([...CONFIG_FILES, DEFAULTS.dir]) ?? holding(['package.json']) ?? cwd;
}
