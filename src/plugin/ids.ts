/**
 * Module ids. Inside the Rollup family a spec is renamed to `…/hero.image.yaml?image-prompt`: the
 * ending keeps every YAML plugin away from the JavaScript that we answer with, whatever its place in
 * the list of plugins.
 */

/** What marks an id as ours. */
export const MARK = 'image-prompt';

/** Matches a spec's path, with or without a query. */
export const SPEC_ID: RegExp = /\.image\.ya?ml(?:[?#]|$)/i;

/** What an import asked for besides the file. */
export interface SpecRequest {
  /** Absolute path of the spec. */
  file: string;
  /** `picture` is the object, `url` its `src` alone, `raw` the text of the file. */
  kind: 'picture' | 'url' | 'raw';
  /** Names of the query that mean nothing to us. */
  unknown: readonly string[];
}

/** Parameters that bundlers add for themselves. */
const BUNDLER_PARAMETERS: ReadonlySet<string> = new Set([MARK, 'import', 't', 'v', 'no-inline']);

/** Splits what names a spec at the end of the path: folders may have `#` and `?` in their names. */
export function splitId(id: string): { path: string; query: string } {
  const found = SPEC_ID.exec(id);
  const at = found ? found.index + found[0].replace(/[?#]$/, '').length : id.length;
  return { path: id.slice(0, at), query: id.slice(at) };
}

/** Reads an id; null when it is no spec. */
export function parseId(id: string): SpecRequest | null {
  if (!SPEC_ID.test(id)) return null;
  const { path: file, query } = splitId(id);
  const parameters = new URLSearchParams(query.slice(1));
  const kind = parameters.has('raw') ? 'raw' : parameters.has('url') ? 'url' : 'picture';
  const unknown = [...parameters.keys()].filter(
    (name) => !BUNDLER_PARAMETERS.has(name) && name !== 'url' && name !== 'raw',
  );
  return { file, kind, unknown };
}

/** Adds the mark to a resolved id, once. */
export function markId(id: string): string {
  const { path, query } = splitId(id);
  if (query === '') return `${path}?${MARK}`;
  return query.slice(1).split('&').includes(MARK) ? id : `${path}?${MARK}&${query.slice(1)}`;
}
