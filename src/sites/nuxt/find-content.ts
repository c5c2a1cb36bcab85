import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { SPEC_ID } from '../../plugin/ids.ts';
import { MAY_REFER } from '../../plugin/references.ts';
import { findSlots } from '../find-slots.ts';
import { readImports } from '../read-imports.ts';

/** What Nuxt Content reads: https://content.nuxt.com/docs/files/markdown */
const FILES = '**/*.{md,yaml,yml,json}';

/** Properties of a component that are written as YAML below its name: https://content.nuxt.com/docs/files/markdown */
const PROPERTY = /^\s*src:\s*["']?([^\s"']*\.image\.ya?ml(?:\?[^\s"']*)?)/gim;

/**
 * The references of content, by the absolute path of the file that has them. Nuxt Content does not read again what it
 * has kept from an earlier run, so the files themselves are asked.
 */
export async function findContent(folders: readonly string[]): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const cwd of folders) {
    for (const name of await glob(FILES, { cwd, expandDirectories: false })) {
      if (SPEC_ID.test(name)) continue;
      const text = await readFile(join(cwd, name), 'utf8');
      if (!MAY_REFER.test(text)) continue;
      found.set(join(cwd, name), await readReferences(text, /\.md$/i.test(name)));
    }
  }
  return found;
}

async function readReferences(text: string, isMarkdown: boolean): Promise<Set<string>> {
  const { parse } = await import('yaml');
  const [whole = '', front] = isMarkdown
    ? (/^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text) ?? [])
    : ['', text];
  const found = isMarkdown ? readImports(text.slice(whole.length), true) : new Set<string>();
  for (const [, path] of isMarkdown ? text.matchAll(PROPERTY) : []) found.add(path!);
  // Whoever reads the file tells what is wrong with it.
  const fields: unknown = front === undefined ? null : parseQuietly(front, parse);
  for (const { reference } of findSlots(fields)) found.add(reference);
  return found;
}

function parseQuietly(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
