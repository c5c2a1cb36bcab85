/** A URL in a style sheet. */
export interface CssReference {
  /**
   * `url` is a `url()`, `image` a bare string of `image-set()`, `import` an `@import` in either form,
   * `from` the file of `composes` and `@value`, `text` any other string.
   */
  kind: 'url' | 'image' | 'import' | 'from' | 'text';
  /** Decoded: without quotes and escapes. */
  value: string;
  /** What to replace: the string with its quotes, or the whole `url(…)`. */
  start: number;
  end: number;
  /** Whether it is written as `url(…)`. */
  inUrl: boolean;
  /** In `image-set()`: the MIME type of this option, and its resolution. */
  type?: string;
  resolution?: number;
}

/** How a style sheet is read. */
export interface ScanOptions {
  /** Whether `//` begins a comment, as in Sass, Less and Stylus. */
  lineComments: boolean;
}

const NEWLINE = /[\n\r\f]/;
const NAME = /[\w\-\\\u0080-\uffff]/;

/**
 * Finds the URLs of a style sheet, in the order in which they stand.
 * Source: https://www.w3.org/TR/css-syntax-3/#tokenization and, for `image-set()`,
 * https://www.w3.org/TR/css-images-4/#image-set-notation
 */
export function scanCss(css: string, { lineComments }: ScanOptions): CssReference[] {
  const found: CssReference[] = [];
  /** Open parentheses: what they belong to, and in `image-set()` the reference of the option. */
  const open: { name: string; option: CssReference | null }[] = [];
  let at = 0;
  /** The word before, when nothing but blanks and comments came since. */
  let word = '';

  while (at < css.length) {
    const char = css[at]!;
    if (css.startsWith('/*', at)) at = after(css, '*/', at + 2);
    else if (lineComments && css.startsWith('//', at)) at = endOfLine(css, at);
    else if (char === '"' || char === "'") {
      const text = readString(css, at);
      addString(text.value, at, text.end);
      at = text.end;
      word = '';
    } else if (NAME.test(char) || char === '@') readWord();
    else {
      if (char === '(') open.push({ name: '', option: null });
      if (char === ')') open.pop();
      const set = open.at(-1);
      if (char === ',' && set) set.option = null;
      // Nobody leaves a parenthesis open on purpose: a broken rule must not hide those after it.
      if (char === '{' || char === '}') open.length = 0;
      if (!/\s/.test(char)) word = '';
      at++;
    }
  }
  return found;

  function readWord(): void {
    const start = at;
    at++;
    while (at < css.length && NAME.test(css[at]!)) at += css[at] === '\\' ? 2 : 1;
    const name = css.slice(start, at).toLowerCase();
    const set = open.at(-1);
    if (css[at] !== '(') {
      const resolution = /^(\d*\.?\d+)(x|dppx|dpi)$/.exec(withFraction(start, name));
      if (resolution && set?.option) {
        set.option.resolution = Number(resolution[1]) / (resolution[2] === 'dpi' ? 96 : 1);
      }
      word = name;
      return;
    }
    at++;
    if (name !== 'url') {
      open.push({ name, option: null });
      word = '';
      return;
    }
    const url = readUrl(css, at);
    at = url.end;
    add({
      kind: word === '@import' ? 'import' : 'url',
      value: url.value,
      start,
      end: at,
      inUrl: true,
    });
    word = '';
  }

  /** `1.5x`: the dot is no part of a name. */
  function withFraction(start: number, name: string): string {
    return (/[\d]*\.$/.exec(css.slice(Math.max(0, start - 8), start))?.[0] ?? '') + name;
  }

  function addString(value: string, start: number, end: number): void {
    const set = open.at(-1);
    if (set?.name === 'type') {
      const option = open.at(-2)?.option;
      if (option) option.type = value.trim().toLowerCase();
      return;
    }
    const kinds: Readonly<Record<string, CssReference['kind']>> = {
      '@import': 'import',
      from: 'from',
    };
    const kind = isImageSet(set?.name) ? 'image' : (kinds[word] ?? 'text');
    add({ kind, value, start, end, inUrl: false });
  }

  function add(reference: CssReference): void {
    found.push(reference);
    const set = open.at(-1);
    if (set && isImageSet(set.name)) set.option = reference;
  }
}

function isImageSet(name: string | undefined): boolean {
  return name === 'image-set' || name === '-webkit-image-set';
}

function after(css: string, mark: string, from: number): number {
  const at = css.indexOf(mark, from);
  return at === -1 ? css.length : at + mark.length;
}

function endOfLine(css: string, from: number): number {
  let at = from;
  while (at < css.length && !NEWLINE.test(css[at]!)) at++;
  return at;
}

/** A string from its quote on; one that is not closed ends with the line. */
function readString(css: string, start: number): { value: string; end: number } {
  const quote = css[start];
  let at = start + 1;
  while (at < css.length && css[at] !== quote && !NEWLINE.test(css[at]!)) {
    at += css[at] === '\\' ? (css.startsWith('\r\n', at + 1) ? 3 : 2) : 1;
  }
  const closed = css[at] === quote;
  return {
    value: unescapeCss(css.slice(start + 1, at)),
    end: Math.min(closed ? at + 1 : at, css.length),
  };
}

/** What stands in `url(…)`, from behind the parenthesis to behind the closing one. */
function readUrl(css: string, from: number): { value: string; end: number } {
  let at = from;
  while (/\s/.test(css[at] ?? '')) at++;
  if (css[at] === '"' || css[at] === "'") {
    const { value, end } = readString(css, at);
    return { value, end: after(css, ')', end) };
  }
  const start = at;
  while (at < css.length && css[at] !== ')') at += css[at] === '\\' ? 2 : 1;
  return { value: unescapeCss(css.slice(start, at)).trim(), end: Math.min(at + 1, css.length) };
}

/** Source: https://www.w3.org/TR/css-syntax-3/#consume-escaped-code-point */
function unescapeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-f]{1,6})(?:\r\n|\s)?|(\r\n|[\n\r\f])|([\s\S]))/gi,
    (_, hex: string | undefined, _newline: string | undefined, char: string | undefined) => {
      if (hex === undefined) return char ?? '';
      const point = Number.parseInt(hex, 16);
      return point === 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)
        ? '\ufffd'
        : String.fromCodePoint(point);
    },
  );
}
