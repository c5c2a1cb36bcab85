import {
  createEmptyTile,
  createHeading,
  createTile,
  createTitle,
  findMatHeight,
  type Part,
  TILE_WIDTH,
} from './parts.ts';
import type { ContactSheet, SheetSection } from './types.ts';

/** A part and where it lies. */
export interface PlacedPart extends Part {
  left: number;
  top: number;
}

/** A drawn sheet before it is drawn. */
export interface SheetLayout {
  width: number;
  height: number;
  parts: readonly PlacedPart[];
}

const MARGIN = 56;
/** Between tiles, of one spec or of two: they stand in columns. */
const GAP = 28;
const BELOW_HEADING = 18;
const BELOW_SECTION = 60;
/** So that one spec with the most candidates that it can want stands in one row. */
const LEAST_COLUMNS = 4;
const MOST_COLUMNS = 16;
/** Room for the title, when there is a single tile. */
const LEAST_WIDTH = widthOf(2);

/** Lays sections out in lines like words, each as wide as its tiles. */
export function layoutSheet(sheet: ContactSheet): SheetLayout {
  const columns = countColumns(sheet);
  const limit = widthOf(columns);
  const title = createTitle(sheet, LEAST_WIDTH);
  const parts: PlacedPart[] = [{ ...title, left: MARGIN, top: MARGIN }];
  let [x, top, bottom, right] = [0, MARGIN + title.height + 36, MARGIN + title.height, 0];
  for (const section of sheet) {
    const block = layoutSection(section, columns);
    if (x > 0 && x + block.width > limit) {
      x = 0;
      top = bottom + BELOW_SECTION;
    }
    for (const part of block.parts) {
      parts.push({ ...part, left: MARGIN + x + part.left, top: top + part.top });
    }
    bottom = Math.max(bottom, top + block.height);
    right = Math.max(right, x + block.width);
    x += block.width + GAP;
  }
  return { width: Math.max(right, LEAST_WIDTH) + MARGIN * 2, height: bottom + MARGIN, parts };
}

/** As many as make the sheet somewhat wider than high. */
function countColumns(sheet: ContactSheet): number {
  const tiles = sheet.reduce((sum, { candidates }) => sum + Math.max(1, candidates.length), 0);
  const wide = Math.round(Math.sqrt(tiles * 1.6));
  return Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, wide));
}

function widthOf(columns: number): number {
  return columns * TILE_WIDTH + (columns - 1) * GAP;
}

function layoutSection(section: SheetSection, columns: number): SheetLayout {
  const { candidates, notes } = section;
  const across = Math.min(columns, Math.max(1, candidates.length));
  const heading = createHeading(section, widthOf(across));
  const parts: PlacedPart[] = [{ ...heading, left: 0, top: 0 }];
  let y = heading.height + BELOW_HEADING;
  const place = (row: readonly Part[]): void => {
    parts.push(
      ...row.map((part, index) => ({ ...part, left: index * widthOf(1) + index * GAP, top: y })),
    );
    y += row[0]!.height + GAP;
  };
  for (let from = 0; from < candidates.length; from += across) {
    const row = candidates.slice(from, from + across);
    const mat = findMatHeight(row);
    place(row.map((one) => createTile(one, mat)));
  }
  if (candidates.length === 0) place([createEmptyTile(notes)]);
  return { width: widthOf(across), height: y - GAP, parts };
}
