import { ImagePromptError } from '../errors.ts';
import { scanCss } from './css/scan-css.ts';
import { SPEC_ID } from './ids.ts';
import { isReference, MAY_REFER } from './references.ts';

/** One file of a build's output. */
export interface OutputFile {
  name: string;
  /** Null when the file is binary. */
  text: string | null;
  /** Files that the bundler says it was copied from. */
  origins?: readonly string[];
}

/** What must not be found in the output. */
export interface Secret {
  /** The spec, relative to the root. */
  file: string;
  prompts: readonly string[];
  alt: string;
}

/** A shorter prompt could stand on a page by chance. */
const SHORTEST_PROMPT = 24;
/** A bundler that knows nothing of specs names the copy it emits `hero.image-HASH.yaml` or so. */
const SPEC_FILE = /\.image[^/\\]*\.ya?ml$/i;
/** See `nameVariant`. */
const CACHED = /\/variants\/[0-9a-f]{2}\/[0-9a-f]{16}\//;
const YAML_DATA = /data:(?:text|application)\/(?:x-|vnd\.)?yaml\b/i;

/**
 * Fails a build whose output would publish a spec or its prompt: bundlers turn a reference that no
 * plugin rewrites (an `<img>` in HTML, a `url()` in CSS, `?raw`) into a copy of the file.
 * @throws ImagePromptError LEAK_RAW
 */
export function assertNoLeak(files: Iterable<OutputFile>, secrets: readonly Secret[]): void {
  const needles = secrets.flatMap(needlesOf);
  for (const { name, text, origins = [] } of files) {
    const origin = origins.find((file) => SPEC_ID.test(file));
    if (origin !== undefined) throw leak(name, `is a copy of ${origin}`);
    if (SPEC_FILE.test(name)) throw leak(name, 'is a copy of a spec');
    if (text === null) continue;
    if (YAML_DATA.test(text)) throw leak(name, 'holds a spec as a data: URL');
    const named = name.endsWith('.css') ? findReference(text) : null;
    if (named !== null) throw leak(name, `refers to ${named} as a file`);
    if (/\.(?:css|html)$/.test(name) && CACHED.test(text)) {
      throw leak(name, 'names a file of the cache, which the bundler did not take over');
    }
    const folded = needles.length === 0 ? '' : fold(text);
    const found = needles.find(({ needle }) => folded.includes(needle));
    if (found) throw leak(name, `holds the prompt of ${found.file}`);
  }
}

/** A reference that nobody rewrote: a browser would ask for the spec, and find nothing. */
function findReference(css: string): string | null {
  if (!MAY_REFER.test(css)) return null;
  const found = scanCss(css, { lineComments: false }).find(
    ({ kind, value }) => kind !== 'text' && isReference(value),
  );
  return found?.value ?? null;
}

function leak(name: string, what: string): ImagePromptError {
  return new ImagePromptError('LEAK_RAW', `The output file ${name} ${what}.`, {
    hint: 'Import the spec in JavaScript (or with `?url`) instead of naming the file there, and never show a prompt on a page by itself. In a style sheet, name it where the plugin sees it: in one that a script or page imports, or that plain CSS imports, not in a partial of Sass or Less.',
  });
}

/** Characters of a needle: no sentence of a page agrees with a prompt for so long by chance. */
const NEEDLE = 64;

/**
 * Beginning and end of every part of a prompt, folded like the text they are looked for in. A spec that
 * is published as YAML or JSON holds the parts in other line breaks, and without the labels.
 */
function needlesOf({ file, prompts, alt }: Secret): { file: string; needle: string }[] {
  const shown = fold(alt);
  const parts = prompts
    .flatMap((prompt) => prompt.split('\n'))
    .map((line) =>
      fold(line.replace(/^(?:Scene|Subject|Important details|Use case|Constraints): /, '')),
    )
    .filter((part) => part.length >= SHORTEST_PROMPT);
  const needles = [...prompts.map(fold), ...parts].flatMap((text) => [
    text.slice(0, NEEDLE),
    text.slice(-NEEDLE),
  ]);
  return [...new Set(needles)]
    .filter((needle) => needle.length >= SHORTEST_PROMPT && !shown.includes(needle))
    .map((needle) => ({ file, needle }));
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
};

/** Text without what its surroundings do to it: escapes, entities, URL encoding and line breaks. */
function fold(text: string): string {
  return (
    text
      .replace(/%[0-9a-f]{2}(?:%[0-9a-f]{2})*/gi, decodeOrKeep)
      .replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ENTITIES[name] ?? '')
      .replace(/&#(\d{1,7});/g, (_, digits: string) => toChar(Number(digits)))
      .replace(/&#x([0-9a-f]{1,6});/gi, (_, hex: string) => toChar(Number.parseInt(hex, 16)))
      // Minifiers choose freely between these; halves of a surrogate pair find each other.
      .replace(/\\u\{([0-9a-f]{1,6})\}/gi, (_, hex: string) => toChar(Number.parseInt(hex, 16)))
      .replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (_, long: string, short: string) =>
        String.fromCharCode(Number.parseInt(long ?? short, 16)),
      )
      .replace(/\\[nrt]/g, ' ')
      .replace(/\\(.)/g, '$1')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

function toChar(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function decodeOrKeep(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
