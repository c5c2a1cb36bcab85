import { escapeText, writeLiteral, writePictureType } from './picture-type.ts';
import type { Picture } from './types.ts';

/** One spec of a declaration file. */
export interface DeclaredSpec {
  /** Path relative to the root, with `/`. */
  file: string;
  /** One with an empty path, or those of a map by their ways into it. */
  pictures: readonly DeclaredPicture[];
}

/** One picture of a spec. */
export interface DeclaredPicture {
  path: readonly string[];
  /** Every picture that may come of it, at least one; the values of URLs and colours do not count. */
  outcomes: readonly Picture[];
}

/** By this a declaration file of ours is told from one that somebody wrote. */
export const MADE_BY = 'Made by `npx image-prompt types`';

const HEADER = `/* eslint-disable */
// ${MADE_BY}: run it again when a spec has changed; what is changed here by hand is lost.
// Takes the place of "unplugin-image-prompt/client": refer to one of the two, not to both.
`;

/** What `unplugin-image-prompt/client` declares. */
const GENERAL = `${writeModule('*.image.yaml', 'picture', "import('unplugin-image-prompt/html').Picture")}
${writeModule('*.image.yml', 'picture', "import('unplugin-image-prompt/html').Picture")}
${writeModule('*.image.yaml?url', 'url', 'string')}
${writeModule('*.image.yml?url', 'url', 'string')}
${writeModule('*&image', 'picture', "import('unplugin-image-prompt/html').Picture")}
${writeModule('*&url', 'url', 'string')}`;

/**
 * Writes the declaration file of a project's specs. Of patterns that fit an import alike TypeScript
 * takes the one declared first: exact ones stand before the general ones, long ones before short ones.
 * The text depends on nothing but the specs, whatever their order.
 */
export function writeDeclaration(specs: readonly DeclaredSpec[]): string {
  const sorted = [...specs].sort((a, b) => (a.file < b.file ? -1 : 1));
  // A pattern with two stars is an error.
  const unnamed = sorted.filter(({ file }) => nameOf(file, 1).includes('*'));
  const named = sorted.filter((one) => !unnamed.includes(one)).map(toEntry);
  const groups = groupBy(named, ({ file }) => nameOf(file, 1));
  const parts = [
    HEADER,
    ...[...groups.values()].flatMap((group) => writePatterns(group, 1, '')),
    ...unnamed.map(
      ({ file }) =>
        `// ${escapeText(file)}: a pattern cannot tell a name with a star; the general one serves.\n`,
    ),
    GENERAL,
  ];
  return parts.join('\n');
}

/** A spec with the text of its type. */
interface Entry {
  file: string;
  type: string;
}

function toEntry({ file, pictures }: DeclaredSpec): Entry {
  return { file, type: writeMapType(pictures, 0, '  ') };
}

/** The type of a map of pictures, or of the one picture whose path has ended. */
function writeMapType(pictures: readonly DeclaredPicture[], depth: number, space: string): string {
  const [first] = pictures;
  if (first!.path.length === depth) return writePictureType(first!.outcomes, space);
  const inner = `${space}  `;
  const fields = [...groupBy(pictures, ({ path }) => path[depth]!)].map(
    ([name, group]) => `${inner}${writeLiteral(name)}: ${writeMapType(group, depth + 1, inner)};\n`,
  );
  return `{\n${fields.join('')}${space}}`;
}

/**
 * Patterns of specs whose paths end alike. Imports are relative, so that a pattern sees no more than
 * the end of a path: where that is shared by different pictures it gives the union, and patterns with
 * a folder more come before it.
 * @param depth how many names at the end of the paths are the same
 * @param above the type that a shorter pattern gives
 */
function writePatterns(group: readonly Entry[], depth: number, above: string): string[] {
  const name = nameOf(group[0]!.file, depth);
  const types = [...new Set(group.map(({ type }) => type))];
  const type =
    types.length === 1 ? types[0]! : `\n${types.map((one) => `    | ${indent(one)}`).join('\n')}`;
  const longer = group.filter(({ file }) => namesOf(file).length > depth);
  const parts = types.length === 1 ? [] : [...groupBy(longer, nameAt(depth + 1)).values()];
  const own =
    type === above || name.includes('*')
      ? []
      : [
          `${group.map(({ file }) => `// ${escapeText(file)}\n`).join('')}${writeModule(`*/${name}`, 'picture', type)}`,
        ];
  return [...parts.flatMap((part) => writePatterns(part, depth + 1, type)), ...own];
}

function writeModule(pattern: string, name: string, type: string): string {
  const space = type.startsWith('\n') ? '' : ' ';
  return `declare module ${writeLiteral(pattern)} {\n  const ${name}:${space}${type};\n  export default ${name};\n}\n`;
}

/** The names of a path; a spec outside of the root has no name for what leads out. */
function namesOf(file: string): string[] {
  return file.split('/').filter((name) => name !== '..' && name !== '');
}

function nameOf(file: string, depth: number): string {
  return namesOf(file).slice(-depth).join('/');
}

function nameAt(depth: number): (entry: Entry) => string {
  return ({ file }) => nameOf(file, depth);
}

function indent(type: string): string {
  return type.replaceAll('\n', '\n    ');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
