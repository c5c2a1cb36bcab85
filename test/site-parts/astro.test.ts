// How a spec is named so that Astro takes it for an image, and what its image service is told.
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readAlias, readImageId, writeAlias, writeImageId } from '../../src/sites/astro/alias.ts';
import { dressService } from '../../src/sites/astro/dress-service.ts';
import { isLabelled, labelPng } from '../../src/sites/astro/label-png.ts';

describe('an alias', () => {
  test.each([
    ['./hero.image.yaml', 'markdown', './hero.image.yaml#markdown.png', {}],
    [
      './a b.image.yml?w=400;800&aspect=1:1',
      'markdown-alt',
      './a b.image.yml#markdown-alt&w=400;800&aspect=1:1.png',
      { w: '400;800', aspect: '1:1' },
    ],
  ] as const)('of %s as %s', (url, face, alias, overrides) => {
    expect(writeAlias(url, face)).toBe(alias);
    const path = url.split('?')[0]!;
    expect(readAlias(alias)).toEqual({ path, face, overrides });
  });

  test('of an author needs nothing but an ending', () => {
    expect(readAlias('./hero.image.yaml#.jpg')).toEqual({
      path: './hero.image.yaml',
      face: 'image',
      overrides: {},
    });
    for (const other of ['./hero.image.yaml', './hero.png', './hero.image.yaml#.svg']) {
      expect(readAlias(other)).toBeNull();
    }
  });

  test('becomes an id, also with what Astro and Vite add to it', () => {
    const request = {
      path: '/x/hero.image.yaml',
      face: 'markdown',
      overrides: { w: '400;800' },
    } as const;
    const id = writeImageId(request);
    expect(readImageId(id)).toEqual(request);
    expect(readImageId(`${id}?astroContentImageFlag`)).toEqual(request);
    expect(readImageId(id.replace('?', '?t=1&'))).toEqual(request);
    expect(readImageId('/x/hero.image.yaml?image-prompt')).toBeNull();
  });
});

test('a PNG with a label has other bytes and the same picture', async () => {
  const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  const labelled = labelPng(png);
  expect(labelled.equals(png)).toBe(false);
  expect([isLabelled(png), isLabelled(labelled)]).toEqual([false, true]);
  const [before, after] = await Promise.all(
    [png, labelled].map((one) => sharp(one, { failOn: 'warning' }).raw().toBuffer()),
  );
  expect(after).toEqual(before);
});

describe('a dressed service', () => {
  const service = dressService({
    validateOptions: async (options: Record<string, unknown>) => ({ ...options, valid: true }),
    getHTMLAttributes: async (options: Record<string, unknown>) => ({
      alt: options['alt'],
      style: 'x:y',
    }),
    other: 1,
  });
  const src = {
    imagePrompt: {
      widths: [640, 1200],
      sizes: '50vw',
      style: 'color:red',
      alt: 'Of the spec',
      loading: 'eager',
    },
  };

  test('gives images of specs their widths, sizes, style and alt', async () => {
    expect(await service.validateOptions({ src })).toMatchObject({
      valid: true,
      widths: [640, 1200],
      sizes: '50vw',
    });
    expect(await service.getHTMLAttributes({ src, alt: '' })).toEqual({
      alt: 'Of the spec',
      style: 'color:red;x:y',
      loading: 'eager',
    });
  });

  test('lets the author win, and all other images alone', async () => {
    expect(await service.validateOptions({ src, widths: [100] })).toMatchObject({ widths: [100] });
    expect(await service.getHTMLAttributes({ src, alt: 'Mine' })).toMatchObject({ alt: 'Mine' });
    expect(await service.getHTMLAttributes({ src: { src: '/a.png' }, alt: '' })).toEqual({
      alt: '',
      style: 'x:y',
    });
    expect(service.other).toBe(1);
  });
});
