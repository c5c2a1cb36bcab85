/**
 * Module ids. Inside the Rollup family a spec is renamed to `…/hero.image.yaml?image-prompt`: the
 * ending keeps every YAML plugin away from the JavaScript that we answer with, whatever its place in
 * the list of plugins.
 */

import type { QueryOverrides } from '../spec/query.ts';

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
  /** The rest of the query: overrides of `output`, checked when the picture is built. */
  overrides: QueryOverrides;
  /** Whether there is room for one picture alone: a set is refused before anything is bought. */
  single?: boolean;
  /** Which file is meant, where only one fits; `src` if left out. */
  choice?: FileChoice;
}

/** An option of an `image-set()`. */
export interface FileChoice {
  /** MIME type. */
  type?: string;
  /** Pixels for each CSS pixel. @default 1 */
  resolution?: number;
}

/** Says that there is room for one picture alone: an image of a template or a page that became an import. */
const SINGLE = 'single-picture';

/** The import that stands for an image of a template or a page. */
export function importSingle(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${SINGLE}`;
}

/** The parameter that names a {@link FileChoice}. */
const CHOICE = 'image-set';

/**
 * Parameters that are no overrides: those that bundlers add for themselves, `image`, the ending that gives an import
 * with overrides a type (see `client.d.ts`), and `picture`, which asks for what is meant anyway but in Astro.
 */
const OTHER_PARAMETERS: ReadonlySet<string> = new Set([
  MARK,
  'import',
  't',
  'v',
  'no-inline',
  'image',
  'picture',
  'url',
  'raw',
  SINGLE,
  CHOICE,
]);

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
  const single = parameters.has(SINGLE);
  // An image has no use for a URL alone.
  const isUrl = parameters.has('url') && !single;
  const kind = parameters.has('raw') ? 'raw' : isUrl ? 'url' : 'picture';
  const overrides = [...parameters].filter(([name]) => !OTHER_PARAMETERS.has(name)).sort();
  const choice = readChoice(parameters.get(CHOICE));
  return {
    file,
    kind,
    overrides: Object.fromEntries(overrides),
    ...(single ? { single } : {}),
    ...(choice ? { choice } : {}),
  };
}

/** Writes a choice as a parameter of a query: `image-set=avif_2`. */
export function writeChoice({ type = '', resolution = 1 }: FileChoice): string {
  return `${CHOICE}=${type.replace(/^image\//, '')}_${resolution}`;
}

function readChoice(text: string | null): FileChoice | null {
  const found = /^([a-z0-9+.-]*)_([0-9.]+)$/i.exec(text ?? '');
  if (!found) return null;
  const [, type = '', resolution] = found;
  return { ...(type === '' ? {} : { type: `image/${type}` }), resolution: Number(resolution) };
}

/** Names the picture of a request: the same for each order of the query, and for its URL alone. */
export function identify({ file, overrides }: SpecRequest): string {
  const query = new URLSearchParams(overrides).toString();
  return query === '' ? file : `${file}?${query}`;
}

/**
 * Adds the mark to a resolved id, once, and what its import asked for.
 * @param asked the query of the import, when it was resolved without: an alias resolves the rest anew, and gives an
 * id that is marked already
 */
export function markId(id: string, asked = ''): string {
  const { path, query } = splitId(id);
  const rest = [query, asked].flatMap((one) => one.slice(1).split('&')).filter(Boolean);
  return `${path}?${[MARK, ...rest.filter((parameter) => parameter !== MARK)].join('&')}`;
}
