import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { glob } from 'tinyglobby';
import { ImagePromptError } from '../../errors.ts';
import { splitId } from '../../plugin/ids.ts';
import { decodePath, isElsewhere, MAY_REFER } from '../../plugin/references.ts';
import { readImports } from './read-imports.ts';
import { dropShown, readMarkdown } from './read-markdown.ts';

/** What may import a spec in an application of Next. */
const SOURCES = 'js,jsx,ts,tsx,mjs,cjs,mts,cts,mdx';
const PASSED_OVER = ['**/node_modules/**', '**/out/**'];

/**
 * What the source files of a project import, with the query behind each. Loaders run too late for Turbopack to find the
 * files that they write, so a build prepares its pictures first; it must neither pay for what nobody imports nor miss any.
 * @param specs relative to the root, with `/`
 * @param readsMarkdown whether `.md` files are pages too; where they are not, they are the project's own texts
 * @returns absolute paths with queries
 * @throws ImagePromptError `CONFIG_INVALID` when an alias could mean more than one spec: the wrong one might be bought
 */
export async function findImports(
  root: string,
  specs: readonly string[],
  readsMarkdown: boolean,
): Promise<string[]> {
  const found = new Set<string>();
  const files = await glob(`**/*.{${readsMarkdown ? `${SOURCES},md` : SOURCES}}`, {
    cwd: root,
    ignore: PASSED_OVER,
    expandDirectories: false,
  });
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    if (!MAY_REFER.test(text)) continue;
    for (const specifier of readAll(text, file)) {
      if (isElsewhere(specifier)) continue;
      const { path, query } = splitId(specifier);
      const spec = findSpec(decodePath(path), file, { root, specs });
      if (spec !== undefined) found.add(join(root, spec) + query);
    }
  }
  return [...found].sort();
}

/** Imports, and the images of pages. */
function readAll(text: string, file: string): Set<string> {
  if (!/\.mdx?$/i.test(file)) return readImports(text);
  const isMdx = /x$/i.test(file);
  const images = readMarkdown(text, isMdx);
  // Plain Markdown has no imports.
  return isMdx ? new Set([...images, ...readImports(dropShown(text))]) : images;
}

/** Which spec an import means; undefined when there is none, which the bundler tells at its line. */
function findSpec(
  path: string,
  file: string,
  { root, specs }: { root: string; specs: readonly string[] },
): string | undefined {
  if (/^\.{1,2}\//.test(path)) {
    // Outside of the root too: packages of a workspace share them.
    const meant = posix.join(posix.dirname(file), path);
    return existsSync(join(root, meant)) ? meant : undefined;
  }
  // What an alias stands for is known to the bundler alone: any folder, with the rest of the path below it. One without a
  // sign is a `baseUrl`, or a package.
  const rest = path.replace(/^(?:[@~#$][^/]*)?\//, '');
  const meant = specs.filter((spec) => spec === rest || spec.endsWith(`/${rest}`));
  if (meant.length <= 1) return meant[0];
  const suggested = relative(dirname(file), meant[0]!).replaceAll('\\', '/');
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `${file} imports ${path}, which could be ${meant.join(' or ')}.`,
    {
      hint: `Pictures are made before the bundler says what an alias means: write a relative path, such as ${
        suggested.startsWith('.') ? suggested : `./${suggested}`
      }.`,
    },
  );
}
