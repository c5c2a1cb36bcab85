import { GLYPHS, MARKS_ABOVE, MARKS_BELOW, SIDES } from './glyphs.ts';

/** Units of the lettering grid that a capital is tall. */
export const CAP = 20;
/** Size of the system's font beside our letters, in the same units. */
export const FALLBACK_EM = 26;

/** One letter as its reader counts them, with whatever marks it carries. */
export interface Letter {
  text: string;
  /** Units from this letter to the next. */
  advance: number;
  /** Strokes, or `null` where only a font of the system knows the letter. */
  path: string | null;
  /** Whether a line may end after it without a space. */
  breakable: boolean;
}

interface Glyph {
  left: number;
  width: number;
  right: number;
  path: string;
}

function findGlyph(character: string): Glyph | null {
  const data = Object.hasOwn(GLYPHS, character) ? GLYPHS[character]! : null;
  if (data === null) return null;
  const space = data.indexOf(' ');
  return {
    left: SIDES[data[0]!]!,
    right: SIDES[data[1]!]!,
    width: Number(data.slice(2, space)),
    path: expandDots(data.slice(space + 1)),
  };
}

/** Dots are short crossed strokes: a little heavier than the line, as a pen makes them. */
function expandDots(path: string): string {
  return path.replace(/D(-?[\d.]+) (-?[\d.]+)/g, (_, left: string, top: string) => {
    const [x, y] = [Number(left), Number(top)];
    return `M${x - 0.4} ${y}H${x + 0.4}M${x} ${y - 0.4}V${y + 0.4}`;
  });
}

/** Shifts absolute path data sideways and down; arcs keep their radii and flags. */
export function shift(path: string, dx: number, dy: number): string {
  return path.replace(/([MLCAHV])([^MLCAHVZ]*)/g, (_, command: string, list: string) => {
    const values = list.trim().split(/ +/).map(Number);
    const moved = values.map((value, i) => {
      if (command === 'H') return value + dx;
      if (command === 'V') return value + dy;
      if (command === 'A') return i === 5 ? value + dx : i === 6 ? value + dy : value;
      return value + (i % 2 === 0 ? dx : dy);
    });
    return command + moved.map((value) => Math.round(value * 100) / 100).join(' ');
  });
}

const TALL = /^[A-Z0-9bdfhkltÆŒØŁĐÐÞßẞðþđħł]/u;

function drawMarked(base: string, marks: readonly string[]): Pick<Letter, 'advance' | 'path'> {
  const above = marks.filter((mark) => Object.hasOwn(MARKS_ABOVE, mark));
  // A dot and an accent on top of each other read as a smudge.
  const dotless = above.length > 0 ? { i: 'ı', j: 'ȷ' }[base] : undefined;
  const glyph = findGlyph(dotless ?? base)!;
  const middle = glyph.left + (base === 'j' ? glyph.width : glyph.width / 2);
  // An i is narrower than its own accent.
  const room = above.length > 0 ? Math.max(0, 4.6 - middle) : 0;
  let path = shift(glyph.path, glyph.left + room, 0);
  let foot = TALL.test(base) ? -2.6 : 4.2;
  for (const mark of above) {
    path += shift(expandDots(MARKS_ABOVE[mark]!), middle + room, foot - 4);
    foot -= 5;
  }
  for (const mark of marks.filter((each) => Object.hasOwn(MARKS_BELOW, each))) {
    const x = mark === '\u0328' ? glyph.left + glyph.width - 1.5 : middle;
    path += shift(expandDots(MARKS_BELOW[mark]!), x + room, 0);
  }
  if (marks.includes('\u031b')) {
    const x = glyph.left + glyph.width - (base === 'o' || base === 'O' ? 2 : 0);
    const y = TALL.test(base) ? 0 : 7;
    path += `M${x} ${y + 1}C${x + 2.6} ${y + 1} ${x + 3.4} ${y - 0.6} ${x + 3} ${y - 2}`;
  }
  return { path, advance: glyph.left + glyph.width + glyph.right + room * 2 };
}

const MARKS_ONLY = /^\p{M}*$/u;
const FULL_WIDTH =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Extended_Pictographic}|[\u3000-\u303f\uff00-\uff60]/u;
const BREAK_AFTER = /^[-–—/…]$/u;

/** Whether a letter belongs to a script that breaks its lines anywhere. */
const breaksAnywhere = (text: string): boolean => FULL_WIDTH.test(text);

function toLetter(text: string): Letter {
  if (text === ' ') return { text, advance: 7, path: '', breakable: false };
  const [base = '', ...marks] = text.normalize('NFD');
  const breakable = BREAK_AFTER.test(text) || breaksAnywhere(text);
  // Some letters (ø, …) have no decomposition, some compositions (½, ™) are glyphs in a row.
  if (findGlyph(base) && MARKS_ONLY.test(marks.join(''))) {
    return { text, breakable, ...drawMarked(base, marks) };
  }
  const simple = [...text.normalize('NFKD')];
  if (simple.length > 0 && simple.every((each) => findGlyph(each))) {
    let path = '';
    let advance = 0;
    for (const each of simple) {
      const part = drawMarked(each, []);
      path += shift(part.path!, advance, 0);
      advance += part.advance;
    }
    return { text, breakable, path, advance };
  }
  // Without the font at hand its widths can only be guessed; a little too wide never overflows.
  const em = breaksAnywhere(text) ? 1 : 0.68;
  return { text, breakable, path: null, advance: FALLBACK_EM * em };
}

/** Takes text apart into letters. Every kind of blank becomes one space. */
export function toLetters(text: string): Letter[] {
  const clean = text.replace(/\p{Cc}+|\s+/gu, ' ').replace(/[\u00ad\u200b\ufeff]/g, '');
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(clean.replace(/ +/g, ' ').trim().normalize('NFC'))].map(
    ({ segment }) => toLetter(segment),
  );
}

const KERN: readonly (readonly [RegExp, number])[] = [
  [/^[TVWYF][acdegmnopqrsuvwxyz.,]$/, -2.4],
  [/^(A[TVWY]|[TVWY]A|L[TVY]|P[.,])$/, -2.6],
  [/^[rvwy][.,]$/, -1.6],
];

/** Units that two neighbours move closer together. */
export function kern(left: Letter, right: Letter): number {
  const pair = left.text.slice(-1) + right.text.charAt(0);
  return KERN.find(([pattern]) => pattern.test(pair))?.[1] ?? 0;
}
