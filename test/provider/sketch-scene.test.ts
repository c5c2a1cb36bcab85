import { describe, expect, test } from 'vitest';
import { createSheet, escapeText, outline, tag } from '../../src/drawing/svg.ts';
import { layoutBadge, layoutCaption } from '../../src/provider/sketch/caption.ts';
import { contrast, mix } from '../../src/provider/sketch/color.ts';
import { orderPalettes, PALETTES } from '../../src/provider/sketch/palette.ts';
import { createRandom } from '../../src/provider/sketch/random.ts';
import { COMPOSITIONS, drawScene } from '../../src/provider/sketch/scene.ts';
import type { Recipe } from '../../src/recipe/types.ts';

const SIZES = [
  [816, 816],
  [1024, 768],
  [1536, 1024],
  [1200, 640],
  [480, 1440],
  [1440, 480],
  [672, 1024],
  [3840, 2160],
  [1264, 3776],
] as const;

const recipeOf = (prompt: string, width: number, height: number): Recipe => ({
  v: 1,
  provider: 'sketch',
  model: 'openai/gpt-image-2',
  input: { prompt, image_size: { width, height } },
  files: { images: [], mask: null },
  revision: null,
});

describe('the caption', () => {
  const prompts = [
    'Tea',
    'A quiet café at night',
    'lantern light '.repeat(2300),
    'x'.repeat(32_000),
  ];

  test.each(SIZES)('keeps to its place at %i×%i', (width, height) => {
    for (const prompt of prompts) {
      const { top, margin, text, at, stamp } = layoutCaption(prompt, width, height);
      const [right, bottom] = [at[0] + text.width, at[1] + text.height];
      expect(at[0]).toBeGreaterThanOrEqual(margin);
      expect(right).toBeLessThanOrEqual(width - margin + 0.01);
      // Accents above and tails below are part of a line.
      expect(at[1] - text.size * 0.45).toBeGreaterThan(top);
      expect(bottom + text.size * 0.4).toBeLessThan(height);
      // Most of the picture stays picture, and the words can be read at 400 pixels.
      expect(top).toBeGreaterThan(height * 0.5);
      expect((text.size * 400) / width).toBeGreaterThanOrEqual(8.5);
      expect(stamp.x).toBeGreaterThan(0);
      expect(stamp.x + stamp.width).toBeLessThan(width);
      expect(stamp.y + stamp.height).toBeLessThan(height);
      const beside = right < stamp.x;
      const below = at[1] - text.size * 0.4 > stamp.y + stamp.height;
      expect(beside || below).toBe(true);
    }
  });

  test.each(SIZES)('a badge fits at %i×%i, however long it is', (width, height) => {
    for (const badge of ['not generated · $0.05', 'not generated, price unknown '.repeat(9)]) {
      const { box, text } = layoutBadge(badge, width, height);
      expect(box.x + box.width).toBeLessThan(width);
      expect(text.width).toBeLessThan(box.width);
    }
  });
});

describe('the palettes', () => {
  test.each(PALETTES)('$name can be read', ({ ground, ink, accent, stampInk, sky, ramp }) => {
    expect(contrast(ground, ink)).toBeGreaterThanOrEqual(7);
    expect(contrast(accent, stampInk)).toBeGreaterThanOrEqual(4.5);
    for (const color of [...sky, ...ramp]) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  test('follow the words of a prompt', () => {
    const first = (prompt: string) => orderPalettes(prompt, createRandom('k'))[0]!.name;
    expect(first('A Green garden')).toBe('matcha');
    expect(first('The sea at midnight')).toBe('indigo');
    expect(first('golden screens')).toBe('rimpa');
    expect(orderPalettes('nothing of the kind', createRandom('k'))).toHaveLength(PALETTES.length);
  });
});

describe('the scene', () => {
  test('is decided by its arguments alone, and every candidate is another one', () => {
    const recipe = recipeOf('A cat', 480, 320);
    const draw = (key: string, index: number) => drawScene(recipe, key, { index });
    expect(draw('k', 0)).toBe(draw('k', 0));
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 14, 140].map((index) => draw('k', index));
    expect(new Set([...all, draw('l', 0)]).size).toBe(11);
  });

  test.each(COMPOSITIONS)('$name draws finite numbers in every shape of picture', (composition) => {
    for (const [width, height] of SIZES.slice(3, 6)) {
      for (const seed of ['a', 'b', 'c']) {
        const sheet = createSheet();
        const [palette, random] = [PALETTES[0]!, createRandom(seed)];
        composition.paint({ width, height, unit: Math.min(width, height), palette, random, sheet });
        const drawn = sheet.defs.join('') + sheet.body.join('');
        expect(drawn).not.toMatch(/NaN|Infinity|undefined|="-[\d.]+" (height|rx)/);
        expect(drawn).not.toMatch(/ (r|rx|ry|width|height)="-/);
      }
    }
  });

  test('holds no markup that a prompt brought along', () => {
    const svg = drawScene(recipeOf('</g><image href="x"/>茶<script>', 480, 320), 'k', {
      badge: '<b>',
    });
    expect(svg).not.toMatch(/<(image|script|b)\b/);
  });
});

describe('the tools', () => {
  test('escape text for XML', () => {
    expect(escapeText(`<a b="c" d='e'>&`)).toBe('&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;');
    expect(escapeText('a\u0000b\ufffe\ud800c')).toBe('ab\ufffdc');
    expect(tag('rect', { x: 1 / 3, y: undefined })).toBe('<rect x="0.33"/>');
  });

  test('close an outline where it began', () => {
    const path = outline([
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ]);
    expect(path).toMatch(/^M0 0C.* 0 0Z$/);
    expect(path.match(/C/g)).toHaveLength(4);
  });

  test('mix and compare colours', () => {
    expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  });

  test('give the same numbers for the same seed, evenly spread', () => {
    const [one, same, other] = [createRandom('a'), createRandom('a'), createRandom('b')];
    const draw = (random: typeof one) => Array.from({ length: 2000 }, () => random.next());
    const numbers = draw(one);
    expect(draw(same)).toEqual(numbers);
    expect(draw(other)).not.toEqual(numbers);
    expect(numbers.reduce((sum, each) => sum + each, 0) / 2000).toBeCloseTo(0.5, 1);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(createRandom('a').shuffle([1, 2, 3]).sort()).toEqual([1, 2, 3]);
  });
});
