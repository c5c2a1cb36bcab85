import { CAP, FALLBACK_EM, kern, type Letter, toLetters } from './letters.ts';
import { escapeText, num, type Paint, tag } from './svg.ts';

/** Distance of two baselines in heights of a capital. */
const LEADING = 1.72;

/** Text broken into lines, in pixels. */
export interface TextLayout {
  lines: Letter[][];
  /** Height of a capital. */
  size: number;
  /** Of the widest line. */
  width: number;
  /** From the top of the first line's capitals to the last baseline. */
  height: number;
  /** Whether words were left out. */
  cut: boolean;
}

/** What a text may take up. */
export interface TextBox {
  /** Pixels. */
  width: number;
  /** Height of a capital in pixels. */
  size: number;
  maxLines: number;
}

// More than any caption can hold; the rest of a long prompt is not worth measuring.
const MOST_CHARACTERS = 800;

const widthOf = (letters: readonly Letter[]): number =>
  letters.reduce((sum, letter, i) => {
    const next = letters[i + 1];
    return sum + letter.advance + (next ? kern(letter, next) : 0);
  }, 0);

/** Pieces that stay together on a line; a piece that follows a space begins with it. */
function toPieces(letters: readonly Letter[]): Letter[][] {
  const pieces: Letter[][] = [];
  let piece: Letter[] = [];
  const flush = (): void => {
    if (piece.length > 0) pieces.push(piece);
    piece = [];
  };
  for (const letter of letters) {
    if (letter.text === ' ') flush();
    piece.push(letter);
    if (letter.breakable) flush();
  }
  flush();
  return pieces;
}

const withoutLead = (piece: Letter[]): Letter[] =>
  piece[0]?.text === ' ' ? piece.slice(1) : piece;

/** Breaks letters into lines no wider than `limit` units; words that are too long are split. */
function breakLines(letters: readonly Letter[], limit: number, most: number): Letter[][] {
  const lines: Letter[][] = [[]];
  for (const piece of toPieces(letters)) {
    if (lines.length > most) break;
    const line = lines.at(-1)!;
    if (widthOf([...line, ...piece]) <= limit) {
      line.push(...piece);
      continue;
    }
    const rest = withoutLead(piece);
    if (line.length > 0) lines.push([]);
    for (const letter of rest) {
      const last = lines.at(-1)!;
      if (last.length > 0 && widthOf([...last, letter]) > limit) lines.push([letter]);
      else last.push(letter);
    }
  }
  return lines;
}

function endWithEllipsis(line: readonly Letter[], limit: number): Letter[] {
  const [ellipsis] = toLetters('…');
  const kept = [...line];
  while (kept.length > 0 && widthOf([...kept, ellipsis!]) > limit) kept.pop();
  // Whole words where there are any; a word that fills the line is cut within.
  const space = kept.findLastIndex((letter) => letter.text === ' ');
  if (space > kept.length / 2 && line.length > kept.length) kept.length = space;
  while (kept.length > 0 && /^[\s\p{P}]$/u.test(kept.at(-1)!.text)) kept.pop();
  return [...kept, ellipsis!];
}

/** Narrows the lines as far as their number allows: no last line of one word. */
function balance(letters: readonly Letter[], limit: number, count: number): Letter[][] {
  let [low, high] = [limit / 2, limit];
  for (let i = 0; i < 7; i += 1) {
    const middle = (low + high) / 2;
    if (breakLines(letters, middle, count).length > count) low = middle;
    else high = middle;
  }
  return breakLines(letters, high, count);
}

/** Lays text out into at most `maxLines` lines; what does not fit ends in an ellipsis. */
export function layoutText(text: string, box: TextBox): TextLayout {
  const characters = [...text.slice(0, MOST_CHARACTERS * 2)];
  const letters = toLetters(characters.slice(0, MOST_CHARACTERS).join(''));
  const scale = box.size / CAP;
  const limit = box.width / scale;
  let lines = breakLines(letters, limit, box.maxLines);
  const cut = lines.length > box.maxLines || characters.length > MOST_CHARACTERS;
  if (cut) {
    lines = lines.slice(0, box.maxLines);
    lines.push(endWithEllipsis(lines.pop()!, limit));
  } else if (lines.length > 1) {
    lines = balance(letters, limit, lines.length);
  }
  return {
    lines,
    size: box.size,
    width: Math.max(...lines.map(widthOf)) * scale,
    height: box.size * (1 + LEADING * (lines.length - 1)),
    cut,
  };
}

// Text beyond our letters: whatever the machine has; every family here is only a wish.
const FAMILIES =
  "'Noto Sans','Noto Sans CJK JP','Hiragino Sans','Yu Gothic','Segoe UI','Helvetica Neue',Arial,sans-serif";

function drawLine(line: readonly Letter[], y: number): string {
  const strokes: string[] = [];
  let drawn = '';
  let x = 0;
  let run = '';
  let runStart = 0;
  const flush = (): void => {
    // One run stays one piece of text, so that its script is shaped and ordered by those who know.
    if (run.trim() !== '') {
      const attributes = { x: runStart, y: y + CAP, 'font-size': FALLBACK_EM };
      drawn += tag('text', attributes, escapeText(run.trimEnd()));
    }
    run = '';
  };
  line.forEach((letter, i) => {
    const next = line[i + 1];
    if (letter.path === null || (run !== '' && letter.text === ' ')) {
      if (run === '') runStart = x;
      run += letter.text;
    } else {
      flush();
      if (letter.path !== '') {
        strokes.push(tag('path', { d: letter.path, transform: `translate(${num(x)} ${num(y)})` }));
      }
    }
    x += letter.advance + (next ? kern(letter, next) : 0);
  });
  flush();
  return strokes.join('') + drawn;
}

/** Draws laid-out text with its first capitals' top left corner at a point. */
export function drawText(layout: TextLayout, x: number, y: number, ink: Paint, weight = 2): string {
  const scale = layout.size / CAP;
  const lines = layout.lines.map((line, i) => drawLine(line, i * CAP * LEADING)).join('');
  const strokes = {
    fill: 'none',
    stroke: ink,
    'stroke-width': weight,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  };
  return tag(
    'g',
    {
      transform: `translate(${num(x)} ${num(y)}) scale(${Math.round(scale * 1e4) / 1e4})`,
      ...strokes,
    },
    // Presentation of fallback text: filled, like every font.
    lines.replaceAll('<text ', `<text fill="${ink}" stroke="none" font-family="${FAMILIES}" `),
  );
}
