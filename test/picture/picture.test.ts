import { expect, it } from 'vitest';
import { createPicture } from '../../src/picture/picture.ts';
import { INPUT } from './helpers.ts';

it('puts everything together as plain JSON', () => {
  const picture = createPicture(INPUT);
  expect(picture).toEqual({
    src: '/assets/hero-1024.jpeg',
    width: 1024,
    height: 512,
    alt: 'A quiet café',
    srcset: '/assets/hero-640.jpeg 640w, /assets/hero-1024.jpeg 1024w',
    sizes: 'auto, 100vw',
    sources: [
      {
        type: 'image/avif',
        srcset: '/assets/hero-640.avif 640w, /assets/hero-1024.avif 1024w',
        sizes: 'auto, 100vw',
      },
      {
        type: 'image/webp',
        srcset: '/assets/hero-640.webp 640w, /assets/hero-1024.webp 1024w',
        sizes: 'auto, 100vw',
      },
    ],
    placeholder: { color: '#a1b2c3', dataUri: 'data:image/webp;base64,AAAA' },
    loading: 'lazy',
    priority: false,
  });
  expect(JSON.parse(JSON.stringify(picture))).toStrictEqual(picture);
});

it.each([
  [{ loading: 'lazy', priority: false, sizes: null }, 'lazy', 'auto, 100vw'],
  [{ loading: 'eager', priority: false, sizes: null }, 'eager', '100vw'],
  [{ loading: 'lazy', priority: true, sizes: null }, 'eager', '100vw'],
  [{ loading: 'lazy', priority: false, sizes: '50vw' }, 'lazy', '50vw'],
] as const)('%j loads %s with sizes %s', (over, loading, sizes) => {
  const picture = createPicture({ ...INPUT, output: { ...INPUT.output, ...over } });
  expect(picture).toMatchObject({ loading, sizes, priority: over.priority });
  for (const source of picture.sources) expect(source.sizes).toBe(sizes);
});

it('has no sources when the fallback is the only format', () => {
  const variants = INPUT.variants.slice(4);
  const picture = createPicture({ ...INPUT, variants, plan: { ...INPUT.plan, src: 0 } });
  expect(picture.sources).toEqual([]);
  expect(picture.src).toBe('/assets/hero-640.jpeg');
});

it('says when nothing may be painted behind the picture', () => {
  const analysis = { ...INPUT.analysis, alpha: true };
  expect(createPicture({ ...INPUT, analysis }).placeholder.paint).toBe(false);
  const output = { ...INPUT.output, placeholder: 'none' as const };
  const bare = { ...INPUT.analysis, dataUri: null };
  expect(createPicture({ ...INPUT, analysis: bare, output }).placeholder).toStrictEqual({
    color: '#a1b2c3',
    paint: false,
  });
});

it('keeps a srcset readable whatever the URL holds', () => {
  const picture = createPicture({ ...INPUT, url: ({ width }) => `/my pictures,/a,b ${width},` });
  expect(picture.srcset).toBe(
    '/my%20pictures,/a,b%20640%2C 640w, /my%20pictures,/a,b%201024%2C 1024w',
  );
});

it('refuses a plan that is not its own', () => {
  const plan = { ...INPUT.plan, src: 99 };
  expect(() => createPicture({ ...INPUT, plan })).toThrow(RangeError);
});
