import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { layoutSheet, type PlacedPart } from '../../src/sheet/layout.ts';
import { isContactSheet } from '../../src/sheet/made-by.ts';
import { drawSheetPng } from '../../src/sheet/sharp.ts';
import type { ContactSheet } from '../../src/sheet/types.ts';
import { createCandidate, createSection, createThumbnail } from './helpers.ts';

/** A sheet of specs with so many candidates each, of several shapes. */
function createSheet(...counts: number[]): ContactSheet {
  const shapes = [
    { width: 1536, height: 1024 },
    { width: 1024, height: 1536 },
    { width: 3840, height: 1280 },
  ];
  return counts.map((count, index) =>
    createSection(
      Array.from({ length: count }, (_, n) =>
        createCandidate({ ...shapes[(index + n) % 3], number: n + 1, picked: n === 1 }),
      ),
      { notes: count === 2 ? [] : [{ tone: 'missing', text: '1 more wanted', command: null }] },
    ),
  );
}

function overlap(one: PlacedPart, other: PlacedPart): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/** The colour of a pixel as `#rrggbb`. */
async function colourAt(png: Buffer, left: number, top: number): Promise<string> {
  const area = { left, top, width: 1, height: 1 };
  return `#${(await sharp(png).extract(area).raw().toBuffer()).toString('hex')}`;
}

describe('the layout', () => {
  it.each([[[]], [[1]], [[4]], [[2, 0, 3]], [[1, 1, 1, 1, 1, 1, 1]], [[9, 4, 0, 1, 30]]])(
    'of %j puts everything within the sheet and nothing upon another',
    (counts) => {
      const { width, height, parts } = layoutSheet(createSheet(...counts));
      for (const [index, part] of parts.entries()) {
        expect(part.left).toBeGreaterThan(0);
        expect(part.left + part.width).toBeLessThan(width);
        expect(part.top + part.height).toBeLessThan(height);
        expect(parts.slice(index + 1).filter((other) => overlap(part, other))).toEqual([]);
      }
      const tiles = counts.reduce((sum, count) => sum + Math.max(1, count), 0);
      expect(parts).toHaveLength(1 + counts.length + tiles);
    },
  );

  it('keeps tiles of all specs in columns, and candidates in their order', () => {
    const { parts } = layoutSheet(createSheet(3, 1, 4, 2, 2));
    const lefts = new Set(parts.map(({ left }) => left));
    expect([...lefts].map((left) => (left - 56) % 528).filter((rest) => rest !== 0)).toEqual([]);
    const [, , first, second, third] = parts;
    expect(first!.left).toBeLessThan(second!.left);
    expect(second!.left).toBeLessThan(third!.left);
    expect(first!.top).toBe(third!.top);
  });

  it('is about as wide as high, however many there are', () => {
    for (const count of [12, 40, 100, 240]) {
      const { width, height } = layoutSheet(createSheet(...Array<number>(count).fill(1)));
      expect(width / height).toBeGreaterThan(0.6);
      expect(width / height).toBeLessThan(2.5);
    }
  });
});

describe('the picture', () => {
  it('has thumbnails, the frame of the picked one, and squares where nothing is', async () => {
    const size = { width: 480, height: 480 };
    const [red, half] = await Promise.all(
      ['#c81e1e', '#00000000'].map((colour) => createThumbnail(colour, [480, 480])),
    );
    const sheet = [
      createSection([
        createCandidate({ ...size, thumbnail: red!, picked: true }),
        createCandidate({ ...size, thumbnail: half!, number: 2 }),
      ]),
    ];
    const png = await drawSheetPng(sheet);
    const { width, height } = await sharp(png).metadata();
    expect(width).toBe(2 * 500 + 28 + 2 * 56);
    const top = height! - 56 - 118 - 500;
    expect(await colourAt(png, 300, top + 250)).toBe('#c81e1e');
    expect(await colourAt(png, 300, top + 3)).toBe('#0b6a59');
    expect(await colourAt(png, 830, top + 3)).not.toBe('#0b6a59');
    const squares = await Promise.all(
      [3, 13].map((x) => colourAt(png, 584 + 10 + x, top + 10 + 3)),
    );
    expect(squares.sort()).toEqual(['#dcd8cf', '#ffffff']);
    expect(await colourAt(png, 5, 5)).toBe('#f6f4ef');
    expect(isContactSheet(png)).toBe(true);
  });

  it('writes its labels with letters of our own', () => {
    const { parts } = layoutSheet([
      createSection([createCandidate({ problem: 'a.png is missing.' })], {
        file: 'src/Grüße & „Ærø“.image.yaml',
      }),
      createSection([], { notes: [{ tone: 'missing', text: 'missing, $0.05', command: null }] }),
    ]);
    for (const part of parts) expect(part.draw()).not.toContain('<text');
  });

  it('escapes what it cannot draw', async () => {
    const file = '日本<script>&"\u0007.image.yaml';
    const png = await drawSheetPng([createSection([createCandidate()], { file })]);
    expect((await sharp(png).metadata()).format).toBe('png');
  });

  it('gets smaller, not larger, when there are very many', async () => {
    const sheet = createSheet(...Array<number>(60).fill(4));
    const { width, height } = layoutSheet(sheet);
    expect(width * height).toBeGreaterThan(40_000_000);
    const drawn = await sharp(await drawSheetPng(sheet)).metadata();
    expect(drawn.width! * drawn.height!).toBeLessThan(40_100_000);
    expect(drawn.width! / drawn.height!).toBeCloseTo(width / height, 2);
    // The height of a capital that is still read.
    expect((drawn.width! / width) * 13).toBeGreaterThan(7);
  });
});
