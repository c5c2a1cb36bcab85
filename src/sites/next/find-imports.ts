import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { glob } from 'tinyglobby';
import { MAY_REFER } from '../../plugin/references.ts';

/** What may import a spec in an application of Next. */
const SOURCES = ['**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts,md,mdx}'];
const PASSED_OVER = ['**/node_modules/**', '**/out/**'];

/**
 * What the source files of a project seem to import: specs whose names stand in one, with the query behind each. Loaders
 * run too late for Turbopack to find the files that they write, so a build prepares its pictures first; it must neither
 * pay for what nobody imports nor miss any.
 * @param specs relative to the root, with `/`
 * @returns absolute paths with queries
 */
export async function findImports(root: string, specs: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const files = await glob(SOURCES, { cwd: root, ignore: PASSED_OVER, expandDirectories: false });
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    if (!MAY_REFER.test(text)) continue;
    for (const spec of specs) {
      for (const query of findQueries(text, basename(spec))) found.add(join(root, spec) + query);
    }
  }
  return [...found].sort();
}

/** The query behind each place where a name stands, and in it as the name of an address. */
function findQueries(text: string, name: string): Set<string> {
  const queries = new Set<string>();
  for (const written of new Set([name, encodeURI(name)])) {
    for (let at = text.indexOf(written); at !== -1; at = text.indexOf(written, at + 1)) {
      const after = text.slice(at + written.length, at + written.length + 1000);
      const [query = ''] = /^\?[^\s"'`()<>\]]*/.exec(after) ?? [];
      queries.add(query);
    }
  }
  return queries;
}
