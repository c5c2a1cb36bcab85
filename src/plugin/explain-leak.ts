import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { BundlerError } from './bundler-error.ts';
import { scanCss } from './css/scan-css.ts';
import { findFileReference } from './js/find-file-reference.ts';
import { lineAndColumn } from './place.ts';
import { MAY_REFER } from './references.ts';

const STYLE = /\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)$/;
const SCRIPT = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
/** How preprocessors load their partials. */
const LOAD = /@(?:use|forward|import|require|reference)\b[^'"\n;]*['"]([^'"\n]+)['"]/g;

/**
 * Adds to the error about a leak where the sources name a spec outside of imports, as far as that can
 * be found: partials of preprocessors are no modules, so they are followed from the sheets that are.
 */
export async function explainLeak(
  error: unknown,
  moduleIds: Iterable<string>,
  root: string,
): Promise<unknown> {
  if (!(error instanceof Error) || (error as BundlerError).code !== 'LEAK_RAW') return error;
  const files = [...new Set([...moduleIds].map((id) => id.replace(/\?.*$/s, '')))];
  const mentions = await findMentions(files);
  if (mentions.length === 0) return error;
  const lines = mentions.map(({ file, line, column, value }) => {
    const path = relative(root, file).replaceAll('\\', '/');
    return `\n  ${path}:${line}:${column} names ${value}`;
  });
  error.message += `${lines.join('')}`;
  const first = mentions[0]!;
  // Rollup counts columns from 0.
  const loc = { file: first.file, line: first.line, column: first.column - 1 };
  return Object.assign(error, { loc });
}

/** A place that names a spec as a file. */
export interface Mention {
  file: string;
  line: number;
  column: number;
  value: string;
}

/** Looks files over, and the partials that they load. */
export async function findMentions(files: readonly string[]): Promise<Mention[]> {
  const seen = new Set(files);
  const mentions: Mention[] = [];
  // Grows while it is walked.
  for (const file of seen) {
    const isSheet = STYLE.test(file);
    if (!isSheet && !SCRIPT.test(file)) continue;
    const text = await readFile(file, 'utf8').catch(() => '');
    if (isSheet) for (const path of partialsOf(text, file)) seen.add(path);
    if (!MAY_REFER.test(text)) continue;
    for (const { value, offset } of isSheet ? inSheet(text, file) : inScript(text)) {
      mentions.push({ file, ...lineAndColumn(text, offset), value });
    }
  }
  return mentions;
}

function inSheet(text: string, file: string): { value: string; offset: number }[] {
  return scanCss(text, { lineComments: !file.endsWith('.css') })
    .filter(({ value }) => MAY_REFER.test(value))
    .map(({ value, start }) => ({ value, offset: start }));
}

function inScript(text: string): { value: string; offset: number }[] {
  const found = findFileReference(text);
  if (found) return [{ value: found.url, offset: found.offset }];
  // Not found by the careful look: something before it hides it.
  const plain = /new\s+URL\s*\(\s*["'`]([^"'`]+\.image\.ya?ml[^"'`]*)/i.exec(text);
  return plain ? [{ value: plain[1]!, offset: plain.index }] : [];
}

/** Names under which a partial may lie; those that do not exist read as empty. */
function partialsOf(text: string, file: string): string[] {
  const extension = STYLE.exec(file)![0];
  return [...text.matchAll(LOAD)].flatMap(([, path = '']) => {
    const target = resolve(dirname(file), path);
    const named = STYLE.test(target) ? target : `${target}${extension}`;
    const hidden = join(dirname(named), `_${basename(named)}`);
    return [named, hidden, join(target, `_index${extension}`), join(target, `index${extension}`)];
  });
}
