import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ImagePromptError } from '../errors.ts';

/** Where the uncommitted part of a store lives. */
export interface StateDir {
  /** Absolute path. */
  path: string;
  /** Whether it lies in git's common folder; if not it needs a `.gitignore` of its own. */
  inGit: boolean;
}

/**
 * Finds the folder for journal, locks, temporary files and safe copies: git's common folder, which
 * survives `npm ci`, `git clean -fdx` and branch switches and is shared by worktrees; outside of
 * git a folder of the store.
 * @throws ImagePromptError STORE_WRITE: that folder is a link, which would lead writes out of the store
 */
export function findStateDir(storeDir: string): StateDir {
  for (let folder = storeDir; ; folder = dirname(folder)) {
    const common = readCommonDir(join(folder, '.git'));
    if (common !== null) return { path: join(common, 'image-prompt'), inGit: true };
    if (dirname(folder) === folder)
      return { path: plainFolder(join(storeDir, 'state')), inGit: false };
  }
}

/**
 * `.git` is the common folder itself, or in worktrees and submodules a file that names a folder,
 * which may name the common one in turn (gitrepository-layout(5)).
 */
function readCommonDir(dotGit: string): string | null {
  const stats = statSync(dotGit, { throwIfNoEntry: false });
  if (!stats) return null;
  if (stats.isDirectory()) return isGitDir(dotGit) ? dotGit : null;
  const pointer = /^gitdir: (.+)$/m.exec(read(dotGit) ?? '')?.[1];
  if (!pointer) return null;
  const gitDir = resolve(dirname(dotGit), pointer.trim());
  const common = read(join(gitDir, 'commondir'));
  const path = common === null ? gitDir : resolve(gitDir, common.trim());
  return isGitDir(path) ? path : null;
}

function plainFolder(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  throw new ImagePromptError('STORE_WRITE', `Expected a folder at ${path}, not a link.`);
}

function isGitDir(path: string): boolean {
  return statSync(join(path, 'HEAD'), { throwIfNoEntry: false })?.isFile() ?? false;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
