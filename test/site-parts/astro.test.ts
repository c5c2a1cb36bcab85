// How a spec is named so that Astro takes it for an image, and what its image service is told.
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readAlias, readImageId, writeAlias, writeImageId } from '../../src/sites/astro/alias.ts';
import { dressService } from '../../src/sites/astro/dress-service.ts';
import { isLabelled, labelPng } from '../../src/sites/astro/label-png.ts';
import { teachProcessor } from '../../src/sites/astro/markdown.ts';
import type { MarkdownNode } from '../../src/sites/astro/types.ts';

describe('an alias', () => {
  test.each([
    ['./hero.image.yaml', 'markdown', './hero.image.yaml#markdown.png', {}],
    [
      './a b.image.yml?w=400;800&aspect=1:1',
      'markdown-alt',
      './a b.image.yml#markdown-alt/w=400;800/aspect=1:1.png',
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

describe('Markdown, by remark', () => {
  const rewrite = (...children: MarkdownNode[]): MarkdownNode[] => {
    const remarkPlugins: unknown[] = [];
    expect(teachProcessor({ name: 'unified', options: { remarkPlugins } }, '/site')).toBe(true);
    const tree: MarkdownNode = { type: 'root', children };
    const plugin = remarkPlugins[0] as () => (tree: MarkdownNode, file: { path: string }) => void;
    plugin()(tree, { path: '/site/src/docs/page.md' });
    return tree.children!;
  };

  test('an image says whether its author gave a text', () => {
    expect(
      rewrite(
        { type: 'image', url: './a.image.yaml', alt: '' },
        { type: 'image', url: './a.image.yaml', alt: 'A text' },
        { type: 'image', url: './a.png', alt: '' },
        { type: 'image', url: 'https://x.example/a.image.yaml', alt: '' },
      ).map(({ url }) => url),
    ).toEqual([
      './a.image.yaml#markdown-alt.png',
      './a.image.yaml#markdown.png',
      './a.png',
      'https://x.example/a.image.yaml',
    ]);
  });

  test('a path of the root becomes one of the page, which is all that Astro follows', () => {
    const [image] = rewrite({ type: 'image', url: '/src/a.image.yaml?w=9', alt: 'x' });
    expect(image!.url).toBe('../a.image.yaml#markdown/w=9.png');
  });

  test('a reference becomes an image, and its definition stays for links', () => {
    const definition = { type: 'definition', identifier: 'a', url: './a.image.yaml' };
    const [image, kept] = rewrite(
      { type: 'imageReference', identifier: 'a', alt: 'x' },
      definition,
    );
    expect(image).toMatchObject({ type: 'image', url: './a.image.yaml#markdown.png', alt: 'x' });
    expect(kept!.url).toBe('./a.image.yaml');
  });

  test('raw HTML and elements of MDX name the spec from the root', () => {
    const [html, text, element] = rewrite(
      { type: 'html', value: '<p><img class=a src=./a.image.yaml?w=9> <img src="b.png"></p>' },
      { type: 'html', value: '<p title="a.image.yaml">about a.image.yaml</p>' },
      {
        type: 'mdxJsxFlowElement',
        name: 'img',
        attributes: [{ type: 'mdxJsxAttribute', name: 'src', value: '../a.image.yaml' }],
      },
    );
    expect(html!.value).toBe(
      '<p><img class=a src="/src/docs/a.image.yaml?w=9"> <img src="b.png"></p>',
    );
    expect(text!.value).toBe('<p title="a.image.yaml">about a.image.yaml</p>');
    const shown = [
      '<pre><code>&lt;img src="./a.image.yaml"&gt; or src="./a.image.yaml"</code></pre>',
      '<!-- <img src="./a.image.yaml"> -->',
      `<p data-note='say src="./a.image.yaml"' title="a > b">`,
    ];
    const kept = rewrite(...shown.map((value) => ({ type: 'html', value })));
    expect(kept.map(({ value }) => value)).toEqual(shown);
    expect(element!.attributes).toMatchObject([{ name: 'src', value: '/src/a.image.yaml' }]);
  });

  test('another processor is not known', () => {
    expect(teachProcessor({ name: 'other', options: {} }, '/site')).toBe(false);
    expect(teachProcessor(undefined, '/site')).toBe(false);
  });
});
