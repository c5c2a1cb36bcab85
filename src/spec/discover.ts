import { basename, join } from 'node:path';
import { isComposeFile, mayBeComposeFile } from './compose.ts';
import { type ListFiles, MAX_SPEC_BYTES, type ReadFile } from './files.ts';

/** Where to look for specs, and through which ports. */
export interface DiscoverOptions {
  /** Absolute path of the project's root. */
  root: string;
  include: readonly string[];
  exclude: readonly string[];
  list: ListFiles;
  read: ReadFile;
}

/**
 * Finds the spec files of a project: relative paths with `/`, sorted by code unit.
 * Docker Compose files, symbolic links and files whose own name starts with a dot (such as the
 * `._NAME` companions of macOS) are left out silently. Files that cannot be read stay in: loading
 * them says why.
 */
export async function discoverSpecs(options: DiscoverOptions): Promise<string[]> {
  const { root, include, exclude, list, read } = options;
  const found = await list({ root, include, exclude });
  const files = [...new Set(found)].filter((file) => !basename(file).startsWith('.')).sort();
  const specs: string[] = [];
  for (const file of files) {
    const result = await read(join(root, file), MAX_SPEC_BYTES, { links: false });
    if (result.kind === 'not-a-file') continue;
    if (result.kind === 'bytes' && mayBeComposeFile(result.bytes)) {
      if (await isComposeFile(Buffer.from(result.bytes).toString('utf8'))) continue;
    }
    specs.push(file);
  }
  return specs;
}
