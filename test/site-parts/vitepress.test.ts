// What of front matter and configuration is a picture, and what takes its place.
import { describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { copyData, findSlots } from '../../src/sites/find-slots.ts';
import { describeShared, fillSlot } from '../../src/sites/vitepress/fill-slot.ts';
import type { HeadEntry } from '../../src/sites/vitepress/types.ts';
import { createWithImagePrompt } from '../../src/sites/vitepress/with-image-prompt.ts';

const PICTURE: Picture = {
  src: '/docs/a-800.jpg',
  width: 800,
  height: 400,
  alt: 'A spec',
  srcset: '/docs/a-800.jpg 800w',
  sizes: '100vw',
  sources: [
    { type: 'image/avif', srcset: '/docs/a.avif 800w', sizes: '100vw' },
    { type: 'image/webp', srcset: '/docs/n.webp 800w', sizes: '100vw', media: '(width < 1px)' },
    { type: 'image/webp', srcset: '/docs/a.webp 800w', sizes: '100vw' },
  ],
  placeholder: { color: '#123456' },
  loading: 'lazy',
  priority: false,
};
const SHOWN = { picture: PICTURE, srcSize: { width: 800, height: 400 } };
const PLACE = { base: '/docs/', origin: 'https://example.org' };

function fill<T extends object>(
  data: T,
  place: { base: string; origin: string | null } = PLACE,
): T {
  for (const slot of findSlots(data)) fillSlot(slot, SHOWN, place);
  return data;
}

describe('references', () => {
  test('are paths of specs, wherever they stand, and nothing else', () => {
    const found = findSlots({
      hero: { image: './a.image.yaml', text: './b.image.yaml', tagline: 'x.image.yaml' },
      features: [
        { icon: { src: 'c.image.yml?w=2' }, title: 'd.image.yaml', link: '/e.image.yaml' },
      ],
      image: 'See a.image.yaml',
      cover: 'https://example.org/f.image.yaml',
      date: new Date(),
      head: [['meta', { property: 'og:image', content: '/g.image.yaml' }]],
      theme: {
        logo: { light: './h.image.yaml', dark: './i.image.yaml' },
        banner: { src: './j.image.yaml' },
      },
      mine: './k.image.yaml',
    });
    expect(found.map(({ reference, kind }) => [reference, kind])).toEqual([
      ['./a.image.yaml', 'hero'],
      ['c.image.yml?w=2', 'icon'],
      ['/g.image.yaml', 'meta'],
      ['./h.image.yaml', 'logo'],
      ['./i.image.yaml', 'logo'],
      ['./j.image.yaml', 'image'],
      ['./k.image.yaml', 'url'],
    ]);
  });

  test('stand in copies, so that what a parser keeps stays as it was', () => {
    const data = { date: new Date(0), list: [{ logo: './a.image.yaml' }], run: () => 1 };
    const copy = fill(copyData(data));
    expect(data.list[0]!.logo).toBe('./a.image.yaml');
    expect(copy.list[0]!.logo).not.toBe('./a.image.yaml');
    expect([copy.date, copy.run]).toEqual([data.date, data.run]);
  });
});

describe('what takes their place', () => {
  test('images of the theme: src without the base, which the theme adds, srcset with it', () => {
    expect(fill({ hero: { image: './a.image.yaml' } }).hero.image).toEqual({
      src: '/a-800.jpg',
      srcset: '/docs/a.webp 800w',
      sizes: '(min-width: 960px) 320px, (min-width: 640px) 256px, 192px',
      alt: 'A spec',
      width: 800,
      height: 400,
    });
    expect(fill({ logo: './a.image.yaml' }).logo).toEqual({
      src: '/a-800.jpg',
      srcset: '/docs/a.webp 800w',
      sizes: '48px',
      alt: 'A spec',
      style: 'aspect-ratio:800/400;width:auto',
    });
    expect(fill({ icon: './a.image.yaml' }).icon).toMatchObject({ width: 96, height: 48 });
  });

  test('what the author says beside the path stays', () => {
    const image = { src: './a.image.yaml', alt: 'Mine', width: 10 };
    expect(fill({ hero: { image } }).hero.image).toMatchObject({
      src: '/a-800.jpg',
      alt: 'Mine',
      width: 10,
    });
  });

  test('a second filling shows the second picture', () => {
    const data = { logo: { src: './a.image.yaml', alt: 'Mine' }, mine: './a.image.yaml' };
    const slots = findSlots(data);
    for (const slot of slots) fillSlot(slot, SHOWN, PLACE);
    const other = { ...SHOWN, picture: { ...PICTURE, src: '/docs/b.jpg', sources: [] } };
    for (const slot of slots) fillSlot(slot, other, PLACE);
    expect(data).toMatchObject({
      logo: { src: '/b.jpg', srcset: PICTURE.srcset, alt: 'Mine' },
      mine: '/b.jpg',
    });
  });

  test('a relative base leaves a srcset out: it would mean another place on each page', () => {
    const { logo } = fill({ logo: './a.image.yaml' }, { base: './', origin: null });
    expect(logo).not.toHaveProperty('srcset');
    expect(logo).toMatchObject({ src: '/docs/a-800.jpg' });
  });

  test('the head: metas are absolute where the origin is known, links have the base', () => {
    const head: HeadEntry[] = [
      ['meta', { property: 'og:image', content: './a.image.yaml' }],
      ['link', { rel: 'icon', href: './a.image.yaml' }],
    ];
    fill({ head });
    expect(head.map(([, one]) => one['content'] ?? one['href'])).toEqual([
      'https://example.org/docs/a-800.jpg',
      '/docs/a-800.jpg',
    ]);
    expect(describeShared(SHOWN, head, PLACE).map(([, { property }]) => property)).toEqual([
      'og:image:width',
      'og:image:height',
      'og:image:alt',
    ]);
    expect(describeShared(SHOWN, [], { ...PLACE, origin: null })[0]![1]['content']).toBe(
      '/docs/a-800.jpg',
    );
  });
});

describe('withImagePrompt', () => {
  const wrap = createWithImagePrompt({ env: {}, now: () => 0, print: () => {} });

  test('keeps what the configuration says, as an object, a promise or a function', async () => {
    const config = {
      title: 'x',
      markdown: { math: true },
      vite: { plugins: [{ name: 'theirs' }], base: '/' },
    };
    const async = wrap(() => Promise.resolve(config));
    for (const one of [wrap(config), await wrap(Promise.resolve(config)), await async()]) {
      expect(one).toMatchObject({ title: 'x', markdown: { math: true }, vite: { base: '/' } });
      expect(one.vite.plugins.map(({ name }) => name)).toEqual([
        'theirs',
        'unplugin-image-prompt',
        'unplugin-image-prompt:vitepress',
      ]);
    }
  });

  test('refuses a second plugin for Vite: each would have a budget of its own', () => {
    const plugins = [[{ name: 'unplugin-image-prompt' }]];
    expect(() => wrap({ vite: { plugins } })).toThrow('brings the plugin for Vite');
  });
});
