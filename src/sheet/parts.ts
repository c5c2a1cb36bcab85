import { drawText, layoutText } from '../drawing/lettering.ts';
import { type Paint, tag } from '../drawing/svg.ts';
import { labelOf, printable } from '../report.ts';
import { stackTexts, type TextStack } from './text-stack.ts';
import { describeDate, describeImage, describePrice, summarise } from './texts.ts';
import { fitThumbnail } from './thumbnail.ts';
import type { ContactSheet, SheetCandidate, SheetNote, SheetSection } from './types.ts';

/** A part of a drawn sheet, in a coordinate system of its own. */
export interface Part {
  width: number;
  height: number;
  /** Its lines, as SVG. */
  draw(): string;
  /** A thumbnail that lies on them. */
  thumbnail: { bytes: Uint8Array; x: number; y: number; width: number; height: number } | null;
}

const INK: Paint = '#211f1c';
const DIM: Paint = '#68635b';
const LINE: Paint = '#dcd8cf';
const CARD: Paint = '#ffffff';
const MAT: Paint = '#ebe8e1';
const PICKED: Paint = '#0b6a59';
const PROBLEM: Paint = '#a3262b';

/** Width of a tile: that of the widest thumbnail and its frame. */
export const TILE_WIDTH = 500;

const FRAME = 10;
const INSIDE = TILE_WIDTH - FRAME * 2;
const CAPTION_HEIGHT = 118;
const EMPTY_MAT = 220;
const CORNER = 14;

/** What the whole sheet is. */
export function createTitle(sheet: ContactSheet, width: number): Part {
  const texts = [
    { text: 'Contact sheet', size: 26, ink: INK, weight: 2.6 },
    { text: summarise(sheet), size: 14, ink: DIM },
  ];
  return toPart(stackTexts(texts, width), width);
}

/** The name of a spec and what there is to know of it; where there are no tiles, theirs says that. */
export function createHeading(
  { candidates, notes, ...subject }: SheetSection,
  width: number,
): Part {
  const name = { text: printable(labelOf(subject)), size: 18, ink: INK, weight: 2.6, maxLines: 2 };
  const shown = candidates.length === 0 ? [] : notes;
  const texts = [name, ...shown.map((note) => ({ ...toText(note), size: 13, maxLines: 3 }))];
  return toPart(stackTexts(texts, width), width);
}

/** Height of the place for a thumbnail beside those of the same row. */
export function findMatHeight(row: readonly SheetCandidate[]): number {
  return Math.max(EMPTY_MAT, ...row.map((one) => fitThumbnail(one).height));
}

/** A candidate: its thumbnail, or what is wrong with it, and its number, size, date and price. */
export function createTile(candidate: SheetCandidate, mat: number): Part {
  const { picked, problem, thumbnail } = candidate;
  const height = mat + FRAME * 2 + CAPTION_HEIGHT;
  const place = fitThumbnail(candidate);
  const [x, y] = [(TILE_WIDTH - place.width) / 2, FRAME + (mat - place.height) / 2];
  const at = { ...place, x: Math.round(x), y: Math.round(y) };
  return {
    width: TILE_WIDTH,
    height,
    thumbnail: thumbnail && { ...at, bytes: thumbnail.bytes },
    draw: () =>
      [
        drawCard(height, picked ? { stroke: PICKED, 'stroke-width': 6 } : { stroke: LINE }),
        tag('rect', { x: FRAME, y: FRAME, width: INSIDE, height: mat, rx: 5, fill: MAT }),
        thumbnail === null ? drawMessage(`broken: ${problem ?? ''}`, PROBLEM, mat) : drawChecks(at),
        drawCaption(candidate, FRAME + mat + 22),
      ].join(''),
  };
}

/** The place of candidates that are not there. */
export function createEmptyTile(notes: readonly SheetNote[]): Part {
  const height = EMPTY_MAT + FRAME * 2;
  const dashes = { stroke: '#b5afa3', 'stroke-dasharray': '9 8', fill: 'none' };
  const text = notes.map((note) => note.text).join('; ');
  const wrong = notes.some(({ tone }) => tone === 'problem');
  return {
    width: TILE_WIDTH,
    height,
    thumbnail: null,
    draw: () => drawCard(height, dashes) + drawMessage(text, wrong ? PROBLEM : DIM, EMPTY_MAT),
  };
}

function toPart(stack: TextStack, width: number): Part {
  // Tails of letters reach below the last baseline.
  return { width, height: stack.height + 8, draw: () => stack.draw(0, 2), thumbnail: null };
}

function toText({ tone, text }: SheetNote): { text: string; ink: Paint } {
  return { text: printable(text), ink: tone === 'problem' ? PROBLEM : DIM };
}

function drawCard(height: number, looks: Record<string, string | number>): string {
  const inset = 3;
  return tag('rect', {
    x: inset,
    y: inset,
    width: TILE_WIDTH - inset * 2,
    height: height - inset * 2,
    rx: CORNER,
    fill: CARD,
    'stroke-width': 2,
    ...looks,
  });
}

/** A text in the middle of a mat. */
function drawMessage(message: string, ink: Paint, mat: number): string {
  const box = { width: INSIDE - 60, size: 15, maxLines: 5 };
  const layout = layoutText(printable(message), box);
  return drawText(layout, (TILE_WIDTH - layout.width) / 2, FRAME + (mat - layout.height) / 2, ink);
}

/** What shows where a picture is transparent. */
function drawChecks(at: { x: number; y: number; width: number; height: number }): string {
  const squares = 'M0 0H10V10H0ZM10 10H20V20H10Z';
  const size = { width: 20, height: 20, patternUnits: 'userSpaceOnUse' };
  const pattern = tag(
    'pattern',
    { id: 'checks', ...size },
    tag('path', { d: squares, fill: LINE }),
  );
  return `<defs>${pattern}</defs>${tag('rect', { ...at, fill: CARD })}${tag('rect', { ...at, fill: 'url(#checks)' })}`;
}

function drawCaption(candidate: SheetCandidate, y: number): string {
  const x = FRAME + 8;
  const number = layoutText(`${candidate.number}`, { width: 200, size: 22, maxLines: 1 });
  const facts = [
    { text: describeImage(candidate), size: 13, ink: INK },
    {
      text: `${describeDate(candidate)} · ${describePrice(candidate)}`,
      size: 13,
      ink: INK,
    },
  ];
  return [
    drawText(number, x, y, INK, 3),
    candidate.picked ? drawBadge(x + number.width + 16, y - 2) : '',
    stackTexts(facts, INSIDE - 16).draw(x, y + 40),
  ].join('');
}

function drawBadge(x: number, y: number): string {
  const word = layoutText('picked', { width: 200, size: 12, maxLines: 1 });
  const box = { x, y, width: word.width + 24, height: 26 };
  return `${tag('rect', { ...box, rx: 13, fill: PICKED })}${drawText(word, x + 12, y + 7, CARD, 2.6)}`;
}
