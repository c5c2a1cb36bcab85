import { describe, expect, it } from 'vitest';
import { fileNamesOf, isHash, parseName, slugOf } from '../../src/store/names.ts';

describe('slugOf', () => {
  it.each([
    ['src/hero.image.yaml', 'hero'],
    ['hero.image.yml', 'hero'],
    ['HERO.IMAGE.YAML', 'hero'],
    ['a/b/Über Größe.image.yaml', 'uber-gro-e'],
    ['Café Münster.image.yaml', 'cafe-munster'],
    ['東京.image.yaml', 'image'],
    ['🎨.image.yaml', 'image'],
    ['.image.yaml', 'image'],
    ['--a__b..c--.image.yaml', 'a-b-c'],
    ['[slug].image.yaml', 'slug'],
    ['con.image.yaml', 'image-con'],
    ['PRN.image.yaml', 'image-prn'],
    ['aux.image.yaml', 'image-aux'],
    ['nul.image.yaml', 'image-nul'],
    ['com1.image.yaml', 'image-com1'],
    ['LPT9.image.yaml', 'image-lpt9'],
    ['console.image.yaml', 'console'],
    ['com10.image.yaml', 'com10'],
    [`${'x'.repeat(60)}.image.yaml`, 'x'.repeat(40)],
    [`${'x'.repeat(39)} y.image.yaml`, 'x'.repeat(39)],
  ])('%s is %s', (file, slug) => {
    expect(slugOf(file)).toBe(slug);
  });

  it('gives composed and decomposed text the same slug', () => {
    expect(slugOf('caf\u00e9.image.yaml')).toBe(slugOf('cafe\u0301.image.yaml'));
  });
});

describe('file names', () => {
  const key = `3f9a1c07d2b4e855${'0'.repeat(48)}`;
  const digest = `1f2e3d4c5b6a7988${'f'.repeat(48)}`;

  it.each([
    ['png', 'png'],
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
  ] as const)('are those of the layout for %s', (type, extension) => {
    const stem = 'hero--3f9a1c07d2b4e855--1f2e3d4c5b6a7988';
    const names = fileNamesOf({ slug: 'hero', key, digest, type });
    expect(names).toEqual({ file: `${stem}.${extension}`, recordFile: `${stem}.json` });
    expect(parseName(names.file)).toEqual({
      slug: 'hero',
      key16: '3f9a1c07d2b4e855',
      digest16: '1f2e3d4c5b6a7988',
      extension,
    });
  });

  it.each([
    'README.md',
    '.probe-x',
    'hero--3f9a1c07d2b4e855.png',
    'Hero--3f9a1c07d2b4e855--1f2e3d4c5b6a7988.png',
    'hero--3F9A1C07d2b4e855--1f2e3d4c5b6a7988.png',
    'hero--3f9a1c07d2b4e855--1f2e3d4c5b6a7988.gif',
    '../hero--3f9a1c07d2b4e855--1f2e3d4c5b6a7988.json',
    'hero--3f9a1c07d2b4e855--1f2e3d4c5b6a7988.json\n',
    `${'x'.repeat(41)}--3f9a1c07d2b4e855--1f2e3d4c5b6a7988.png`,
  ])('leave %j alone', (name) => {
    expect(parseName(name)).toBeNull();
  });

  it('take only full lower-case hashes', () => {
    expect(isHash('a'.repeat(64))).toBe(true);
    for (const text of ['a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(64)}\n`, '', null, 7]) {
      expect(isHash(text)).toBe(false);
    }
  });
});
