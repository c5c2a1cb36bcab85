import type { VariantSpec } from '../variant/types.ts';
import { createPicture, type PictureInput } from './picture.ts';
import type { Picture } from './types.ts';

/** Where a variant will be found: known now, or only by the bundler when the module runs. */
export type ModuleUrl =
  | { literal: string }
  | {
      /** A JavaScript expression whose value is the URL as a string. */
      expression: string;
      /** A whole import line that the expression needs, such as `import u0 from './a.avif?url'`. */
      import?: string;
    };

/** What a picture's module is written from. */
export interface PictureModuleInput<V extends VariantSpec = VariantSpec>
  extends Omit<PictureInput<V>, 'url'> {
  url: (variant: V) => ModuleUrl;
}

/** Fields that hold URLs; only in these is a token a token and not the author's text. */
const URL_FIELDS: ReadonlySet<string> = new Set(['src', 'srcset']);
// Neither a URL nor a `srcset` contains blanks of this kind, and JSON of other fields is left alone.
const TOKEN = /\u0001(\d+)\u0001/;

/** Writes the ES module whose default export is the picture: imports first, then one plain object. */
export function writePictureModule<V extends VariantSpec>(input: PictureModuleInput<V>): string {
  const urls: ModuleUrl[] = [];
  return writeModuleOf(pictureWith(input, urls), urls);
}

/**
 * Writes the ES module whose default export is a map of pictures by the values of axes.
 * @param entries each picture with its way into the map; all ways are of one length
 */
export function writePictureMapModule<V extends VariantSpec>(
  entries: readonly { path: readonly string[]; input: PictureModuleInput<V> }[],
): string {
  const urls: ModuleUrl[] = [];
  const map: PictureMap = new Map();
  for (const { path, input } of entries) {
    let at = map;
    for (const name of path.slice(0, -1)) {
      const next = at.get(name);
      const inner = next instanceof Map ? next : new Map<string, Picture>();
      at.set(name, inner);
      at = inner as PictureMap;
    }
    at.set(path.at(-1)!, pictureWith(input, urls));
  }
  return writeModuleOf(map, urls);
}

/** Pictures by name; a Map, so that no value of an axis can mean anything to JavaScript here. */
type PictureMap = Map<string, Picture | PictureMap>;

function writeModuleOf(value: unknown, urls: readonly ModuleUrl[]): string {
  const text = writeValue(value, urls, { field: '', indent: '' });
  return `${writeImports(urls)}export default ${text};\n`;
}

/** The picture with tokens in place of URLs that only the bundler will know. */
function pictureWith<V extends VariantSpec>(
  input: PictureModuleInput<V>,
  urls: ModuleUrl[],
): Picture {
  return createPicture({
    ...input,
    url: (variant) => {
      const url = input.url(variant);
      return 'literal' in url ? url.literal : `\u0001${urls.push(url) - 1}\u0001`;
    },
  });
}

/** Writes the ES module whose default export is one URL, for imports with `?url`. */
export function writeUrlModule(url: ModuleUrl): string {
  const value = 'literal' in url ? writeText(url.literal) : url.expression;
  return `${writeImports([url])}export default ${value};\n`;
}

function writeImports(urls: readonly ModuleUrl[]): string {
  const lines = urls.flatMap((url) =>
    'import' in url && url.import !== undefined ? [url.import.trim().replace(/;$/, '')] : [],
  );
  return [...new Set(lines)].map((line) => `${line};\n`).join('');
}

function writeValue(
  value: unknown,
  urls: readonly ModuleUrl[],
  { field, indent }: { field: string; indent: string },
): string {
  if (typeof value === 'string') {
    return URL_FIELDS.has(field) ? writeUrlText(value, urls) : writeText(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (value instanceof Map) {
    // A name in brackets is a field whatever it is, `__proto__` too.
    const entries = [...value].map(
      ([name, item]) =>
        `${inner}[${writeText(String(name))}]: ${writeValue(item, urls, { field: '', indent: inner })},\n`,
    );
    return `{\n${entries.join('')}${indent}}`;
  }
  const items = Array.isArray(value)
    ? value.map((item) => writeValue(item, urls, { field, indent: inner }))
    : Object.entries(value).map(
        ([name, item]) => `${name}: ${writeValue(item, urls, { field: name, indent: inner })}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`;
}

/** Text with tokens becomes a sum of texts and expressions. */
function writeUrlText(text: string, urls: readonly ModuleUrl[]): string {
  const parts = text.split(TOKEN).flatMap((part, index) => {
    if (index % 2 === 0) return part === '' ? [] : [writeText(part)];
    return [writeExpression(urls[Number(part)])];
  });
  return parts.length === 0 ? '""' : parts.join(' + ');
}

function writeExpression(url: ModuleUrl | undefined): string {
  if (url === undefined || !('expression' in url)) throw new RangeError('Expected a known token.');
  // Anything but a name or a path of names could bind looser than the sum around it.
  return /^[\w$.]+$/.test(url.expression) ? url.expression : `(${url.expression})`;
}

/** A string literal that is also safe where a page inlines the module into a script element. */
function writeText(text: string): string {
  return JSON.stringify(text).replace(
    /[<\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
