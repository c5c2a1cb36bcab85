import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { GLYPHS, MARKS_ABOVE, MARKS_BELOW } from '../../src/drawing/glyphs.ts';
import { drawText, layoutText } from '../../src/drawing/lettering.ts';
import { CAP, shift, toLetters } from '../../src/drawing/letters.ts';

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
const ASCII = range(0x21, 0x7e);
const LATIN_1 = range(0xc0, 0xff);
const EUROPE = [...'ĄąĆćČčĎďĐđĘęĚěĞğİıŁłŃńŇňŐőŒœŘřŚśŠšŞşȘșŢţȚțŤťŮůŰűŹźŻżŽžẞơưệ'];
const SIGNS = [...'–—…‘’“”‚„«»‹›¡¿·•°×÷±€£¥¢§©®→←™½²'];

const linesOf = (layout: ReturnType<typeof layoutText>): string[] =>
  layout.lines.map((line) => line.map((letter) => letter.text).join(''));

/** The ink of a letter on a grid of its own: [left, top, right, bottom] in units. */
async function inkOf(character: string): Promise<[number, number, number, number]> {
  const [scale, air] = [3, 12];
  const [letter] = toLetters(character);
  const width = Math.ceil(letter!.advance + air * 2) * scale;
  const layout = layoutText(character, { width, size: CAP * scale, maxLines: 1 });
  const drawn = drawText(layout, air * scale, air * scale, '#000000');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${48 * scale}">${drawn}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  let [left, top, right, bottom] = [info.width, info.height, 0, 0];
  for (const [i, alpha] of data.entries()) {
    if (alpha < 128) continue;
    const [x, y] = [i % info.width, Math.floor(i / info.width)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
  }
  const toUnits = (pixels: number): number => pixels / scale - air;
  return [toUnits(left), toUnits(top), toUnits(right), toUnits(bottom)];
}

describe('the letters', () => {
  test.each([
    ['printable ASCII', ASCII],
    ['the letters of Latin-1', LATIN_1],
    ['letters of the rest of Europe', EUROPE],
    ['the usual signs', SIGNS],
  ])('cover %s with strokes of our own', (_, characters) => {
    const missing = characters.filter((each) => !toLetters(each)[0]?.path);
    expect(missing).toEqual([]);
  });

  test('are all well-formed path data', () => {
    const paths = [
      ...Object.values(GLYPHS).map((data) => data.slice(data.indexOf(' ') + 1)),
      ...Object.values(MARKS_ABOVE),
      ...Object.values(MARKS_BELOW),
    ];
    for (const path of paths) expect(path).toMatch(/^([MDLHVCA]-?[-\d. ]+|Z)+$/);
    for (const data of Object.values(GLYPHS)) expect(data).toMatch(/^[sord]{2}\d+(\.\d)? [MD]/);
  });

  test('stay within their advance and their line', async () => {
    for (const character of [...ASCII, ...LATIN_1, ...EUROPE]) {
      const [left, top, right, bottom] = await inkOf(character);
      const { advance } = toLetters(character)[0]!;
      // Accents may lean over a narrow neighbour by a hair, never more.
      expect(left, character).toBeGreaterThanOrEqual(-2);
      expect(right, character).toBeLessThanOrEqual(advance + 2);
      expect(top, character).toBeGreaterThanOrEqual(-10);
      expect(bottom, character).toBeLessThanOrEqual(CAP + 8);
    }
  });

  test('with marks are drawn the same composed and decomposed', () => {
    expect(toLetters('e\u0301')).toEqual(toLetters('é'));
    expect(toLetters('é')[0]!.path).toContain(toLetters('e')[0]!.path!);
    // The dot of an i gives way to the accent.
    expect(toLetters('í')[0]!.path).not.toContain(toLetters('i')[0]!.path!);
  });

  test('of other scripts are left to the fonts of the system', () => {
    for (const text of ['茶', 'Ж', 'ω', 'ש', '🍵']) expect(toLetters(text)[0]!.path).toBeNull();
    expect(toLetters('👩🏽‍🍳')).toHaveLength(1);
  });

  test('can be shifted without touching arcs', () => {
    expect(shift('M1 2H3V4A5 6 0 0 1 7 8C1 1 2 2 3 3Z', 10, 100)).toBe(
      'M11 102H13V104A5 6 0 0 1 17 108C11 101 12 102 13 103Z',
    );
  });
});

describe('the layout of text', () => {
  const box = { width: 400, size: 20, maxLines: 3 };

  test('breaks at spaces into lines of like length', () => {
    const lines = linesOf(layoutText('A tea house in the hills at dusk, lit by two lanterns', box));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('|')).not.toMatch(/\| | \|/);
    expect(Math.min(...lines.map((line) => line.length))).toBeGreaterThan(8);
  });

  test.each([
    ['words', 'lantern light '.repeat(2000)],
    ['one word', 'Donaudampfschifffahrtsgesellschaft'.repeat(50)],
    ['Japanese', '静かな茶屋'.repeat(100)],
    ['Cyrillic', 'Тихий чайный дом '.repeat(100)],
    ['wide signs', 'W@M—%'.repeat(100)],
  ])('never goes beyond its box: %s', (_, text) => {
    for (const width of [60, 200, 400, 1800]) {
      const layout = layoutText(text, { ...box, width });
      expect(layout.lines.length).toBeLessThanOrEqual(3);
      expect(layout.width).toBeLessThanOrEqual(width);
    }
  });

  test('ends in an ellipsis what does not fit, at a word', () => {
    const layout = layoutText('one two three four five six seven eight nine ten '.repeat(9), box);
    expect(layout.cut).toBe(true);
    expect(linesOf(layout).at(-1)).toMatch(/(one|two|three|four|five|six|seven|eight|nine|ten)…$/);
    expect(layoutText('short', box)).toMatchObject({ cut: false, height: 20 });
  });

  test('turns every blank into one space, and survives nothing at all', () => {
    expect(linesOf(layoutText('  Scene:\n\t tea \u00a0 ', box))).toEqual(['Scene: tea']);
    expect(layoutText('', box)).toMatchObject({ lines: [[]], width: 0 });
  });

  test('escapes what it hands to a font', () => {
    const drawn = drawText(layoutText('茶<&>"茶', box), 0, 0, '#000000');
    expect(drawn).toContain('<text');
    expect(drawn).not.toMatch(/>[^<]*[<&](?!#|\/|text|path|g)/);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${drawn}</svg>`;
    return expect(sharp(Buffer.from(svg)).metadata()).resolves.toMatchObject({ width: 9 });
  });
});
