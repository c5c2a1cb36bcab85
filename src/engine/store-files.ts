import { join } from 'node:path';
import type { ResolvedOptions } from '../options.ts';
import { STORE_FILES } from '../store/scaffold.ts';
import { toRelative } from './load-wanted.ts';

/**
 * The files that explain a store to people and to git, by path relative to the root. The store writes them
 * with its first picture; a project may have them before.
 */
export function listStoreFiles({ root, dir }: ResolvedOptions): Record<string, string> {
  const entries = Object.entries(STORE_FILES);
  return Object.fromEntries(
    entries.map(([name, text]) => [toRelative(root, join(dir, name)), text]),
  );
}
