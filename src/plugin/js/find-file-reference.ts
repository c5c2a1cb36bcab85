import { isReference } from '../references.ts';

/** Comments and strings, which are passed over, and `new URL('…', import.meta.url)`. */
const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\bnew\s+URL\s*\(\s*("[^"\n]*"|'[^'\n]*'|`[^`]*`)\s*,\s*import\.meta\.url|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g;

/**
 * Finds the first `new URL('./hero.image.yaml', import.meta.url)` of a script: bundlers take it for a
 * file and copy it. A script is not parsed for it, so a regular expression with quotes may hide one;
 * then the output is refused.
 */
export function findFileReference(code: string): { url: string; offset: number } | null {
  for (const { 1: literal, index } of code.matchAll(TOKEN)) {
    const url = literal?.slice(1, -1);
    if (url !== undefined && isReference(url)) return { url, offset: index };
  }
  return null;
}
