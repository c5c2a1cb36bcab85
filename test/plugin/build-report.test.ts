import { describe, expect, test } from 'vitest';
import type { BuiltPicture } from '../../src/engine/build-picture.ts';
import { createReport, formatReport } from '../../src/plugin/build-report.ts';

interface Files {
  [format: string]: readonly number[];
}

/** A picture whose last format is its fallback. */
function picture(file: string, origin: BuiltPicture['origin'], files: Files): BuiltPicture {
  const variants = Object.entries(files).flatMap(([format, sizes]) =>
    sizes.map((bytes, index) => ({ format, width: (index + 1) * 100, bytes })),
  );
  return { file, origin, variants, plan: { variants, src: variants.length - 1 } } as never;
}

const SUMS = { usd: 0.05, encoded: 4, cached: 3, ms: 1234 };
const HERO = picture('src/hero.image.yaml', 'made', { avif: [100, 300], jpeg: [400, 600] });
const LOGO = picture('src/a-logo.image.yaml', 'store', { webp: [50], png: [500] });
const LOGO_AGAIN = picture('src/a-logo.image.yaml', 'store', { webp: [25] });
const UNTOUCHED = picture('src/old.image.yaml', 'store', { webp: [1] });
UNTOUCHED.variants = [];

describe('a report', () => {
  const report = createReport({ pictures: [HERO, LOGO, LOGO_AGAIN, UNTOUCHED], ...SUMS });

  test('counts specs, pictures, files, and where they came from', () => {
    expect(report).toMatchObject({ version: 1, specs: 3, pictures: 4, variants: 7, ...SUMS });
    expect(report.origins).toEqual({ store: 3, made: 1, preview: 0 });
    expect(report.files).toEqual([
      { file: 'src/a-logo.image.yaml', pictures: 2, variants: 3, bytes: 575 },
      { file: 'src/hero.image.yaml', pictures: 1, variants: 4, bytes: 1400 },
      { file: 'src/old.image.yaml', pictures: 1, variants: 0, bytes: 0 },
    ]);
  });

  test('compares each format with the fallbacks of the very pictures that have it', () => {
    expect(report.formats).toEqual([
      { format: 'avif', files: 2, bytes: 400, fallbackBytes: 1000 },
      { format: 'webp', files: 1, bytes: 50, fallbackBytes: 500 },
      { format: 'fallback', files: 4, bytes: 1525, fallbackBytes: 1525 },
    ]);
  });

  test('is a few lines for people', () => {
    expect(formatReport(report).split('\n')).toEqual([
      'image-prompt: 4 pictures of 3 specs · 7 files, 2 kB · 1.2 s',
      '  3 from the store, 1 made ($0.05), 4 files encoded, 3 from the cache',
      '  avif        2 files  400 B  −60 % of the fallback’s bytes',
      '  webp         1 file   50 B  −90 % of the fallback’s bytes',
      '  fallback    4 files   2 kB',
    ]);
  });

  test('says what was only sketched', () => {
    const preview = createReport({
      pictures: [picture('a.image.yaml', 'preview', { jpeg: [2_500_000] })],
      usd: 0,
      encoded: 1,
      cached: 0,
      ms: 40,
    });
    expect(formatReport(preview)).toMatch(/^image-prompt: 1 picture · 1 file, 2\.5 MB · 0\.0 s\n/);
    expect(formatReport(preview)).toContain('1 only sketched, 1 file encoded');
  });
});
