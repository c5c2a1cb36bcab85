import { describe, expect, it } from 'vitest';
import { writeSheetHtml } from '../../src/sheet/html.ts';
import { isContactSheet } from '../../src/sheet/made-by.ts';
import {
  describeDate,
  describeImage,
  describePrice,
  summarise,
  writeCommand,
} from '../../src/sheet/texts.ts';
import { fitThumbnail } from '../../src/sheet/thumbnail.ts';
import { createCandidate, createSection } from './helpers.ts';

describe('the texts of a sheet', () => {
  it('tell size, digest and date', () => {
    const candidate = createCandidate();
    expect(describeImage(candidate)).toBe('0123456789ab · 1536×1024 · 1.2 MB');
    expect(describeDate(candidate)).toBe('2026-11-21 14:05 UTC');
  });

  it.each([
    [0.05, true, '$0.05'],
    [0.05, false, '$0.05 (estimate)'],
    [0, false, '$0.00'],
    [0, true, '$0.00'],
    [null, false, 'price unknown'],
  ])('tell the price %j, billed %j', (usd, billed, text) => {
    expect(describePrice(createCandidate({ usd, billed }))).toBe(text);
  });

  it('sum up', () => {
    const broken = createCandidate({ problem: 'gone' });
    expect(summarise([])).toBe('0 candidates of 0 specs');
    expect(summarise([createSection([broken]), createSection([])])).toBe(
      '1 candidate of 2 specs, 1 spec without any, 1 broken original',
    );
  });

  it.each([
    ['src/hero.image.yaml', 'src/hero.image.yaml'],
    ['../other/é日本_1.image.yml', '../other/é日本_1.image.yml'],
    ['-x.image.yaml', './-x.image.yaml'],
    ['a b.image.yaml', '"a b.image.yaml"'],
    ['[slug]/*.image.yaml', '"[slug]/*.image.yaml"'],
    ['a;rm b.image.yaml', '"a;rm b.image.yaml"'],
    ['$HOME.image.yaml', "'$HOME.image.yaml'"],
    ['@modal/a,b=c.image.yaml', '"@modal/a,b=c.image.yaml"'],
    ["it's `x`.image.yaml", "'it'\\''s `x`.image.yaml'"],
    ['a\nb\u001b[2J.image.yaml', '"ab[2J.image.yaml"'],
  ])('write the path %j as one word', (path, word) => {
    expect(writeCommand('pick', path, '2')).toBe(`npx image-prompt pick ${word} 2`);
  });
});

describe('a thumbnail', () => {
  it.each([
    [1536, 1024, 480, 320],
    [1024, 1024, 480, 480],
    [1024, 1536, 427, 640],
    [1280, 3840, 213, 640],
    [3840, 1280, 480, 160],
    [300, 200, 300, 200],
    [4000, 2, 480, 1],
  ])('of %i × %i has %i × %i', (width, height, ...expected) => {
    expect(Object.values(fitThumbnail({ width, height }))).toEqual(expected);
  });
});

describe('isContactSheet', () => {
  it('knows a sheet by its beginning only', () => {
    const page = writeSheetHtml([createSection([createCandidate()])]);
    expect(isContactSheet(page)).toBe(true);
    expect(isContactSheet(Buffer.concat([Buffer.alloc(5000, ' '), page]))).toBe(false);
    expect(isContactSheet(Buffer.alloc(0))).toBe(false);
  });

  it.each([
    '<!doctype html><title>The unplugin-image-prompt sheet command</title>',
    '<meta name="description" content="unplugin-image-prompt sheet">',
  ])('takes no page of somebody else for one: %s', (page) => {
    expect(isContactSheet(Buffer.from(page))).toBe(false);
  });
});
