import { describe, expect, test } from 'vitest';
import { DEFAULT_MODEL, findModel } from '../../src/spec/models.ts';
import { isLegalSize, PRESETS, parseSizeText, planRequestSize } from '../../src/spec/size.ts';
import type { Size } from '../../src/spec/types.ts';

const LIMITS = findModel(DEFAULT_MODEL)!.limits;
const plan = (width: number, height: number) => planRequestSize({ width, height }, LIMITS);

/**
 * The rule as the contract states it, without the walk: of all legal sizes those for which some s ≥ 1
 * rounds up to exactly them; of these the fewest pixels, then the wider.
 */
function searchAll({ width, height }: Size): Size | undefined {
  let best: Size | undefined;
  for (let w = 16; w <= 3840; w += 16) {
    for (let h = 16; h <= 3840; h += 16) {
      if (w < width || h < height) continue;
      if (!isLegalSize({ width: w, height: h }, LIMITS)) continue;
      // s·width ∈ (w − 16, w] and s·height ∈ (h − 16, h] and s ≥ 1, in integers.
      const most = w * height <= h * width ? [w, width] : [h, height];
      const fits = (edge: number, asked: number): boolean =>
        most[0]! * asked > (edge - 16) * most[1]!;
      if (!fits(w, width) || !fits(h, height)) continue;
      const fewer = best === undefined ? -1 : w * h - best.width * best.height;
      if (fewer < 0 || (fewer === 0 && w > best!.width)) best = { width: w, height: h };
    }
  }
  return best;
}

describe('examples of the contract', () => {
  test.each([
    ['1200x630', 1200, 640],
    ['1024x576', 1088, 608],
    ['512x512', 816, 816],
    ['1536x1024', 1536, 1024],
    ['1920x1080', 1920, 1088],
    ['3840x2160', 3840, 2160],
    ['1x1', 816, 816],
    ['3x1', 1408, 480],
    ['1x3', 480, 1408],
  ])('%s asks %i×%i', (asked, width, height) => {
    expect(planRequestSize(parseSizeText(asked)!, LIMITS).request).toEqual({ width, height });
  });

  test.each(Object.entries(PRESETS))('preset %s can be made', (_, size) => {
    const { request } = planRequestSize(size, LIMITS);
    expect(request).toBeDefined();
    expect(isLegalSize(request!, LIMITS)).toBe(true);
  });
});

describe('limits', () => {
  test.each([
    [3840, 1280, true],
    [3841, 1281, false],
    [3856, 2000, false],
    [2880, 2880, true],
    [2881, 2880, false],
    [3000, 1000, true],
    [3009, 1000, true],
    [3000, 900, false],
    [100, 30, false],
    [16384, 1, false],
    [1, 16384, false],
  ])('%i×%i: %s', (width, height, legal) => {
    const result = plan(width, height);
    expect(result.problem === undefined).toBe(legal);
    if (result.problem !== undefined && result.suggestion !== null) {
      expect(planRequestSize(result.suggestion, LIMITS).request).toBeDefined();
    }
  });

  test('every refusal suggests a size that can be made', () => {
    for (let seed = 1; seed < 3000; seed++) {
      const width = (seed * 7919) % 16384 || 1;
      const height = (seed * 104729) % 16384 || 1;
      const result = plan(width, height);
      if (result.problem === undefined) continue;
      expect(result.suggestion, `${width}×${height}`).not.toBeNull();
      expect(planRequestSize(result.suggestion!, LIMITS).request).toBeDefined();
    }
  });
});

test('agrees with a search of every legal size', () => {
  const sizes: Size[] = [];
  for (let seed = 1; seed <= 60; seed++) {
    const width = ((seed * 7919) % 3900) + 1;
    const height = Math.max(1, Math.round(width / (0.3 + ((seed * 31) % 60) / 20)));
    sizes.push({ width, height });
  }
  sizes.push(...Object.values(PRESETS), { width: 1, height: 1 }, { width: 255, height: 256 });
  for (const size of sizes) {
    const expected = searchAll(size);
    expect(planRequestSize(size, LIMITS).request, JSON.stringify(size)).toEqual(expected);
  }
});

test('agrees with fine steps of the scale', () => {
  for (const [width, height] of [
    [640, 427],
    [300, 250],
    [1000, 333],
    [777, 1111],
    [16, 17],
  ] as const) {
    let best: Size | undefined;
    for (let s = 1; s * Math.max(width, height) <= 3840; s += 0.0005) {
      const cover = {
        width: 16 * Math.ceil((s * width) / 16),
        height: 16 * Math.ceil((s * height) / 16),
      };
      const fewer = !best || cover.width * cover.height < best.width * best.height;
      if (fewer && isLegalSize(cover, LIMITS)) best = cover;
    }
    expect(plan(width, height).request).toEqual(best);
  }
});

test.each([
  ['1024x768', { width: 1024, height: 768 }],
  ['1024X768', null],
  ['x768', null],
  ['1e3x768', null],
  ['100000x1', null],
])('parseSizeText(%s)', (text, expected) => {
  expect(parseSizeText(text)).toEqual(expected);
});
