import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { readRegularFile } from '../../fs/read-regular-file.ts';
import { isBundlerConfig } from './bundlers.ts';
import { LOCK_FILES } from './package-managers.ts';
import { SOURCE_FOLDERS } from './plan-files.ts';
import type { Manifest, Surroundings } from './types.ts';

const PACKAGE = 'node_modules/unplugin-image-prompt';
/** More than a configuration has; larger files are left alone. */
const MAX_BYTES = 1024 * 1024;
/** Folders in which something may lie that is ours already. */
const FOLDERS = ['', ...SOURCE_FOLDERS, 'src/types', 'types', '.vscode'];
const IS_READ =
  /(?:^|\/)(?:package\.json|tsconfig[^/]*\.json|[^/]+\.d\.ts)$|^\.vscode\/settings\.json$/;

/**
 * Reads what `init` needs to know.
 * @param root absolute path of the project
 * @param more further folders to look into, absolute
 */
export async function lookAround(root: string, more: readonly string[]): Promise<Surroundings> {
  const inner = more.map((folder) => relative(root, folder).split(sep).join('/'));
  const folders = [...new Set([...FOLDERS, ...inner])];
  const files = new Set(folders.flatMap((folder) => listFiles(root, folder)));
  const texts = new Map<string, string | null>();
  for (const file of files) {
    if (IS_READ.test(file) || isBundlerConfig(file)) texts.set(file, await readText(root, file));
  }
  return {
    root,
    files,
    texts,
    folders: new Set(listEntries(root).flatMap((one) => (one.isDirectory() ? [one.name] : []))),
    lockFile: findLockFile(root),
    manifest: readManifest(texts.get('package.json') ?? '{}'),
    installedAt: findPackage(root),
  };
}

function listFiles(root: string, folder: string): string[] {
  return listEntries(resolve(root, folder))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => posix.join(folder, name));
}

function listEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Not there, or not for us: then nothing in it counts.
    return [];
  }
}

async function readText(root: string, file: string): Promise<string | null> {
  const read = await readRegularFile(resolve(root, file), MAX_BYTES).catch(() => null);
  if (!Buffer.isBuffer(read)) return null;
  const text = read.toString('utf8');
  // What is not UTF-8 would come back changed.
  return Buffer.from(text).equals(read) ? text : null;
}

function readManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const manifest = (value ?? {}) as Record<string, object | undefined>;
  const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return {
    isModule: (manifest['type'] as unknown) === 'module',
    dependencies: new Set(groups.flatMap((group) => Object.keys(manifest[group] ?? {}))),
  };
}

/** Looks where Node looks: a workspace has its packages in the `node_modules` of a folder above. */
function findPackage(root: string): string | null {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PACKAGE, 'package.json'))) {
      return posix.join(relative(root, folder).split(sep).join('/'), PACKAGE);
    }
    if (dirname(folder) === folder) return null;
  }
}

/** A workspace has one for all its packages; what lies above the repository is somebody else's. */
function findLockFile(root: string): string | null {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = LOCK_FILES.find((name) => existsSync(join(folder, name)));
    if (found !== undefined) return found;
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return null;
  }
}
