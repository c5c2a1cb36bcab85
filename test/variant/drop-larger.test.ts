import { describe, expect, it } from 'vitest';
import { dropLarger } from '../../src/variant/drop-larger.ts';
import type { Variant, VariantPlan } from '../../src/variant/types.ts';

/** A plan of two widths for each format, with the bytes of each file; `src` is the last one. */
function build(files: Readonly<Record<string, readonly [number, number]>>) {
  const variants = Object.entries(files).flatMap(([format, sizes]) =>
    sizes.map((bytes, index) => ({ format, width: (index + 1) * 100, bytes })),
  ) as unknown as Variant[];
  const plan = { variants, src: variants.length - 1 } as unknown as VariantPlan;
  return { plan, variants };
}

function formatsAfter(files: Parameters<typeof build>[0]): string[] {
  const { plan, variants } = build(files);
  const kept = dropLarger(plan, variants);
  expect(kept.plan.variants).toEqual(kept.variants);
  // The fallback is never left out, and `src` stays the file that it was.
  expect(kept.plan.variants[kept.plan.src]).toBe(plan.variants[plan.src]);
  return [...new Set(kept.variants.map(({ format }) => format))];
}

describe('formats', () => {
  it.each<[string, Parameters<typeof build>[0], string[]]>([
    [
      'each smaller than the next',
      { avif: [1, 2], webp: [2, 4], jpeg: [4, 8] },
      ['avif', 'webp', 'jpeg'],
    ],
    [
      'the best one larger than the second',
      { avif: [3, 9], webp: [2, 4], jpeg: [4, 8] },
      ['webp', 'jpeg'],
    ],
    [
      'the second larger than the fallback',
      { avif: [1, 2], webp: [5, 9], jpeg: [4, 8] },
      ['avif', 'jpeg'],
    ],
    ['both larger than the fallback', { avif: [5, 9], webp: [5, 8], png: [4, 8] }, ['png']],
    ['equal to the fallback', { webp: [4, 8], jpeg: [4, 8] }, ['jpeg']],
    ['larger at one width, smaller in all', { avif: [9, 1], jpeg: [4, 8] }, ['avif', 'jpeg']],
    ['one alone', { webp: [1, 1] }, ['webp']],
  ])('%s', (_name, files, expected) => {
    expect(formatsAfter(files)).toEqual(expected);
  });
});
