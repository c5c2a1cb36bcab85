import { describe, expect, it } from 'vitest';
import type { ResolvedOutput } from '../../src/spec/types.ts';
import { planCrop } from '../../src/variant/plan-crop.ts';
import { planFormats, planVariants, planWidths } from '../../src/variant/plan-variants.ts';
import { OUTPUT } from './helpers.ts';

describe('planWidths', () => {
  it.each([
    [1024, [750, 1024]],
    [1536, [640, 828, 1200, 1536]],
    [3840, [640, 828, 1200, 2048, 3840]],
    [640, [640]],
    [641, [641]],
    [800, [640, 800]],
    [799, [799]],
    [1, [1]],
  ])('cuts the default list to %d', (picture, expected) => {
    const widths = planWidths(picture, null, null);
    expect(widths).toEqual(expected);
  });

  it('keeps the steps for every width', () => {
    for (let picture = 1; picture <= 4000; picture++) {
      const widths = planWidths(picture, null, null);
      expect(widths.at(-1)).toBe(picture);
      for (let at = 1; at < widths.length; at++) {
        expect(widths[at]! / widths[at - 1]!).toBeGreaterThanOrEqual(1.25);
      }
    }
  });

  it('takes an explicit list as it is, cut, sorted and without repeats', () => {
    expect(planWidths(1000, [1200, 400, 401, 400, 2000], null)).toEqual([400, 401, 1000]);
    expect(planWidths(1000, [2000], null)).toEqual([1000]);
  });

  it('caps at twice the display width', () => {
    expect(planWidths(1536, null, 400)).toEqual([640, 800]);
    expect(planWidths(1536, null, 64)).toEqual([128]);
    expect(planWidths(1536, [200, 1000], 400)).toEqual([200, 800]);
    expect(planWidths(1536, null, 5000)).toEqual(planWidths(1536, null, null));
  });
});

describe('planFormats', () => {
  it.each<[ResolvedOutput['formats'], boolean, string[]]>([
    [['avif', 'webp', 'fallback'], false, ['avif', 'webp', 'jpeg']],
    [['avif', 'webp', 'fallback'], true, ['avif', 'webp', 'png']],
    [['jpeg', 'fallback'], false, ['jpeg']],
    [['jpeg', 'webp', 'fallback'], false, ['webp', 'jpeg']],
    [['webp', 'webp'], true, ['webp']],
  ])('%j with alpha %s gives %j', (formats, alpha, expected) => {
    expect(planFormats(formats, alpha)).toEqual(expected);
  });
});

const base = {
  original: { width: 1536, height: 1024 },
  picture: { width: 1536, height: 1024 },
  alpha: false,
};

describe('planVariants', () => {
  it('groups by format, best first, and points at the file of the display width', () => {
    const plan = planVariants({ ...base, output: { ...OUTPUT, width: 700 } });
    expect(plan.display).toEqual({ width: 700, height: 467 });
    expect(plan.variants.map(({ format, width }) => `${format} ${width}`)).toEqual([
      ...['avif 640', 'avif 828', 'avif 1080', 'avif 1400'],
      ...['webp 640', 'webp 828', 'webp 1080', 'webp 1400'],
      ...['jpeg 640', 'jpeg 828', 'jpeg 1080', 'jpeg 1400'],
    ]);
    expect(plan.variants[plan.src]).toMatchObject({ format: 'jpeg', width: 828, height: 552 });
  });

  it('falls back to the largest when no file is wide enough', () => {
    const plan = planVariants({ ...base, output: { ...OUTPUT, widths: [300, 500] } });
    expect(plan.variants[plan.src]).toMatchObject({ format: 'jpeg', width: 500 });
    expect(plan.display).toEqual({ width: 1536, height: 1024 });
  });

  it('rounds heights, at least one pixel', () => {
    const size = { width: 3000, height: 2 };
    const output = { ...OUTPUT, widths: [100, 3000] };
    const plan = planVariants({ original: size, picture: size, output, alpha: false });
    expect(plan.variants[0]).toMatchObject({ width: 100, height: 1 });
  });

  it('hands each format its own options', () => {
    const quality = { ...OUTPUT.quality, webp: { quality: 60 } };
    const plan = planVariants({ ...base, output: { ...OUTPUT, quality } });
    expect(plan.variants.find(({ format }) => format === 'webp')?.options).toEqual({ quality: 60 });
  });

  it('never plans above a smaller original, and keeps the promised layout', () => {
    const original = { width: 1000, height: 800 };
    const plan = planVariants({ ...base, original, output: OUTPUT });
    expect(plan.crop.size).toEqual({ width: 1000, height: 667 });
    expect(plan.display).toEqual({ width: 1536, height: 1024 });
    expect(Math.max(...plan.variants.map(({ width }) => width))).toBe(1000);
    expect(plan.variants[plan.src]?.width).toBe(1000);
  });
});

describe('planCrop', () => {
  const request = (output: Partial<ResolvedOutput>) =>
    planCrop({ ...base, output: { ...OUTPUT, ...output } });

  it('promises what was asked, however much larger the original is', () => {
    const crop = planCrop({
      original: { width: 1200, height: 640 },
      picture: { width: 1200, height: 630 },
      output: OUTPUT,
    });
    expect(crop).toEqual({
      picture: { width: 1200, height: 630 },
      box: null,
      position: 'centre',
      size: { width: 1200, height: 630 },
    });
  });

  it.each([
    [
      { width: 1, height: 1 },
      { width: 1024, height: 1024 },
    ],
    [
      { width: 16, height: 9 },
      { width: 1536, height: 864 },
    ],
    [
      { width: 9, height: 16 },
      { width: 576, height: 1024 },
    ],
    [
      { width: 3, height: 2 },
      { width: 1536, height: 1024 },
    ],
    [
      { width: 10000, height: 1 },
      { width: 1536, height: 1 },
    ],
  ])('cuts to the ratio %j', (aspect, size) => {
    expect(request({ aspect }).size).toEqual(size);
    expect(request({ aspect }).box).toEqual({ ...size, fit: 'cover' });
  });

  it.each([
    ['contain', { width: 1024, height: 1024 }],
    ['fill', { width: 1024, height: 1024 }],
    ['inside', { width: 1024, height: 683 }],
    ['outside', { width: 1536, height: 1024 }],
  ] as const)('follows the word of sharp: %s', (fit, size) => {
    expect(request({ aspect: { width: 1, height: 1 }, fit }).size).toEqual(size);
  });

  it('shows the shape after the cut', () => {
    const output = { ...OUTPUT, aspect: { width: 1, height: 1 }, width: 300 };
    expect(planVariants({ ...base, output }).display).toEqual({ width: 300, height: 300 });
  });
});
