import type { Picture, PicturePlaceholder, PictureSource } from './types.ts';

/**
 * Writes the exact type of a picture: literals for what the spec decides, `string` for what only a
 * build knows. A value of it is a {@link Picture}, and code that reads one compiles with the other:
 * a field that is never there is an optional `never` instead of being unknown.
 * @param outcomes every picture that may come of the spec; where they differ the type is a union
 */
export function writePictureType(outcomes: readonly Picture[], indent: string): string {
  const inner = `${indent}  `;
  const union = (typeOf: (picture: Picture) => string): string =>
    [...new Set(outcomes.map(typeOf))].join(' | ');
  // Listed by name: a new field of Picture must be thought about here.
  const fields: Readonly<Record<keyof Picture, string>> = {
    src: 'string',
    width: union(({ width }) => `${width}`),
    height: union(({ height }) => `${height}`),
    alt: union(({ alt }) => writeLiteral(alt)),
    srcset: 'string',
    sizes: union(({ sizes }) => writeLiteral(sizes)),
    sources: union(({ sources }) => writeTuple(sources, inner)),
    placeholder: writePlaceholderType(outcomes.map(({ placeholder }) => placeholder)),
    loading: union(({ loading }) => writeLiteral(loading)),
    priority: union(({ priority }) => `${priority}`),
  };
  const lines = Object.entries(fields).map(([name, type]) => `${inner}${name}: ${type};\n`);
  return `{\n${lines.join('')}${indent}}`;
}

/** Text as a string literal in single quotes; characters that hide or turn what follows are escaped. */
export function writeLiteral(text: string): string {
  return `'${escapeText(text).replaceAll("'", "\\'")}'`;
}

/** Text on one line, as in a string literal or after `//`: nothing in it can end either. */
export function escapeText(text: string): string {
  return (
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll('\\"', '"')
      // Ends of line to JavaScript, controls, and marks of writing direction, by which a reader would
      // see another text than the compiler does.
      .replace(
        /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
  );
}

function writeTuple(sources: readonly PictureSource[], indent: string): string {
  if (sources.length === 0) return '[]';
  const items = sources.map(
    ({ type, sizes, media, width, height }) =>
      `${indent}  { type: ${writeLiteral(type)}; srcset: string; sizes: ${writeLiteral(sizes)}; ${
        media === undefined
          ? 'media?: never; width?: never; height?: never'
          : `media: ${writeLiteral(media)}; width: ${width}; height: ${height}`
      } },\n`,
  );
  return `[\n${items.join('')}${indent}]`;
}

function writePlaceholderType(outcomes: readonly PicturePlaceholder[]): string {
  const field = (name: keyof PicturePlaceholder, type: string): string => {
    const having = outcomes.filter((placeholder) => placeholder[name] !== undefined).length;
    if (having === outcomes.length) return `${name}: ${type}`;
    return `${name}?: ${having === 0 ? 'never' : type}`;
  };
  const fields = [
    field('color', 'string'),
    field('dataUri', 'string'),
    field('thumbhash', 'string'),
    field('paint', 'false'),
  ];
  return `{ ${fields.join('; ')} }`;
}
