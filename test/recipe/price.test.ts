import { describe, expect, test } from 'vitest';
import { countImageTokens, estimateCents, priceOf } from '../../src/recipe/price.ts';
import type { Recipe } from '../../src/recipe/types.ts';

const TABLE = [
  // Published price table of openai/gpt-image-2: size, cents and tokens for low, medium, high.
  [1024, 768, [1, 4, 15], [134, 1204, 4815]],
  [1024, 1024, [1, 6, 22], [196, 1756, 7024]],
  [1024, 1536, [1, 5, 17], [158, 1372, 5488]],
  [1920, 1080, [1, 4, 16], [147, 1320, 5280]],
  [2560, 1440, [1, 6, 23], [205, 1843, 7370]],
  [3840, 2160, [2, 11, 41], [371, 3336, 13342]],
] as const;
const QUALITIES = ['low', 'medium', 'high'] as const;

const recipe = (change: Partial<Recipe> = {}, quality: unknown = 'medium'): Recipe => ({
  v: 1,
  provider: 'fal',
  model: 'openai/gpt-image-2',
  input: { prompt: 'x', image_size: { width: 1536, height: 1024 }, quality },
  files: { images: [], mask: null },
  revision: null,
  ...change,
});

describe.each(TABLE)('%i×%i', (width, height, cents, tokens) => {
  test.each(QUALITIES.map((quality, index) => [quality, index] as const))(
    '%s',
    (quality, index) => {
      expect(countImageTokens(quality, { width, height })).toBe(tokens[index]);
      expect(estimateCents(quality, { width, height })).toBe(cents[index]);
      expect(estimateCents(quality, { width: height, height: width })).toBe(cents[index]);
    },
  );
});

test.each([
  [2880, 2880, 'high', 72],
  [1280, 720, 'high', 12],
  [1280, 720, 'medium', 3],
  [816, 816, 'low', 1],
  [3840, 1280, 'high', 16],
] as const)('%i×%i %s costs %i cents', (width, height, quality, cents) => {
  expect(estimateCents(quality, { width, height })).toBe(cents);
});

describe('priceOf', () => {
  test('multiplies whole cents', () => {
    expect(priceOf(recipe(), 1)).toBe(0.05);
    expect(priceOf(recipe(), 3)).toBe(0.15);
    expect(priceOf(recipe(), 0)).toBe(0);
  });

  test('edit inputs and the mask cost a cent each', () => {
    const digest = 'a'.repeat(64);
    const files = { images: [digest, digest], mask: digest };
    expect(priceOf(recipe({ model: 'openai/gpt-image-2/edit', files }), 1)).toBe(0.08);
  });

  test('is null where the price is not known', () => {
    expect(priceOf(recipe({ model: 'fal-ai/flux/dev' }), 1)).toBeNull();
    expect(priceOf(recipe({ model: 'openai/gpt-image-2/edit' }), 1)).toBeNull();
    expect(priceOf(recipe({}, 'toString'), 1)).toBeNull();
    expect(priceOf(recipe({}, null), 1)).toBeNull();
  });
});
