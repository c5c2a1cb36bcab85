import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { scanCss } from '../css/scan-css.ts';
import { relativeUrl } from '../named-files.ts';
import { decodePath, isElsewhere, locatePath, MAY_REFER } from '../references.ts';

/** The part of a plugin context that style sheets need. */
export interface StyleContext {
  addWatchFile(file: string): void;
  resolve(source: string, importer: string): Promise<{ id: string; external?: unknown } | null>;
  warn(warning: { message: string; id: string; frame?: string }): void;
}

/** File extensions of sheets that Vite reads as plain CSS. */
export const PLAIN: RegExp = /^(?:css|pcss|postcss)$/;

/** A sheet that imports others. */
export interface Importer {
  file: string;
  plain: boolean;
}

/** Whether a sheet, or one that it imports, names a spec. */
export async function refersBelow(
  context: StyleContext,
  file: string,
  code: string,
  above: readonly string[],
  root: string,
): Promise<boolean> {
  if (MAY_REFER.test(code)) return true;
  if (above.includes(file)) return true;
  for (const { kind, value } of scanCss(code, { lineComments: false })) {
    if ((kind !== 'import' && kind !== 'from') || isElsewhere(value)) continue;
    const next = await resolveImport(context, value, { file, plain: true }, root);
    if (next === null || above.includes(next) || next === file) continue;
    const text = await readFile(next, 'utf8').catch(() => '');
    if (await refersBelow(context, next, text, [...above, file], root)) return true;
  }
  return false;
}

/** The plain style sheet that an `@import` reaches; null for all that Vite does not inline as such. */
export async function resolveImport(
  context: StyleContext,
  url: string,
  { file, plain }: Importer,
  root: string,
): Promise<string | null> {
  const path = decodePath(url.replace(/[?#].*$/s, ''));
  if (!plain && !path.endsWith('.css')) return null;
  const near = locatePath(path, { file, root });
  for (const candidate of [near, `${near}.css`]) {
    if (existsSync(candidate)) return isPlain(candidate) ? candidate : null;
  }
  if (path.startsWith('.')) return null;
  const resolved = await context.resolve(path, file);
  const id = resolved && !resolved.external ? resolved.id.replace(/\?.*$/s, '') : '';
  return isPlain(id) && existsSync(id) ? id : null;
}

function isPlain(path: string): boolean {
  return PLAIN.test(/\.(\w+)$/.exec(path)?.[1] ?? '');
}

/** The URL that reaches the same file from another folder; aliases and packages are found from both. */
export function rebase(url: string, from: string, to: string): string | null {
  if (url.startsWith('/')) return null;
  const [path = '', rest = ''] = url.split(/(?=[?#])/s, 2);
  const file = resolve(from, decodePath(path));
  if (!path.startsWith('.') && !existsSync(file)) return null;
  return relativeUrl(to, file) + rest;
}
