import { describe, expect, test } from 'vitest';
import { makeAbsolute } from '../../src/plugin/html/absolute.ts';
import { rewrite } from './html-helpers.ts';

describe('other places', () => {
  test('preloads and icons', async () => {
    const { html } = await rewrite(
      '<link href="a.image.yaml" REL="Preload" as=IMAGE imagesizes="auto, 9vw" type="image/png" id=x fetchpriority=low>\n<link rel="shortcut icon" href=a.image.yaml sizes=any><link rel=apple-touch-icon href="a.image.yaml"/>',
    );
    expect(html).toBe(
      '<link rel="preload" as="image" type="image/avif" imagesrcset="s.avif 200w" imagesizes="auto, 9vw" fetchpriority="low" id="x">\n<link rel="shortcut icon" href="s.jpg" sizes=any><link rel=apple-touch-icon href="s.jpg"/>',
    );
  });

  test('a poster, an image of SVG, a button', async () => {
    const { html } = await rewrite(
      '<video poster=a.image.yaml></video><svg><image xlink:href="a.image.yaml"/><image href=\'a.image.yaml\'/></svg><input type=image src=a.image.yaml>',
    );
    expect(html).toBe(
      '<video poster="s.jpg"></video><svg><image xlink:href="s.jpg"/><image href="s.jpg"/></svg><input type=image src="s.jpg">',
    );
  });

  test('og:image with what describes it', async () => {
    const { html, metas } = await rewrite(
      '<meta property="og:image" content="a.image.yaml">\n<meta name=twitter:image content=a.image.yaml>',
    );
    expect(html).toBe(
      '<meta property="og:image" content="s.jpg"><meta property="og:image:width" content="400"><meta property="og:image:height" content="200"><meta property="og:image:alt" content="An &quot;alt&quot; &amp; &lt;more&gt;">\n<meta name=twitter:image content="s.jpg">',
    );
    expect(metas?.map(({ name }) => name)).toEqual(['og:image', 'twitter:image']);
    const given = await rewrite(
      '<meta property="og:image:width" content=1><meta property="og:image" content="a.image.yaml"><meta property=og:image:alt content="">',
    );
    expect(given.html?.match(/og:image:/g)).toHaveLength(3);
    const two = await rewrite(
      '<meta property="og:image" content="a.image.yaml"><meta property="og:image" content="b.png">',
    );
    expect(two.html).not.toContain('og:image:');
  });

  test('art direction', async () => {
    const { html } = await rewrite(
      '<picture><source media="(width < 9px)" srcset=a.image.yaml sizes=1vw><img src=b.png></picture>',
    );
    expect(html).toBe(
      '<picture><source type="image/avif" srcset="s.avif 200w" sizes="1vw" width="200" height="100" media="(width &lt; 9px)"><source srcset="s.jpg 200w" sizes="1vw" width="200" height="100" media="(width &lt; 9px)"><img src=b.png></picture>',
    );
  });

  test.each([
    ['<a href="a.image.yaml">', '1:4 <a href> a.image.yaml'],
    ['<p>\n<script src=a.image.yaml></script>', '2:9 <script src> a.image.yaml'],
    [
      '<img src=x.png srcset="b.png 1x,a.image.yaml 2x">',
      '1:16 <img srcset> b.png 1x,a.image.yaml 2x',
    ],
    ['<video><source src=a.image.yaml></video>', '1:16 <source src> a.image.yaml'],
    [
      '<picture><source srcset="a.image.yaml 2x"></picture>',
      '1:18 <source srcset> a.image.yaml 2x',
    ],
    ['<link rel=stylesheet href=a.image.yaml>', '1:22 <link href> a.image.yaml'],
    ['<link rel=preload as=fetch href=a.image.yaml>', '1:28 <link href> a.image.yaml'],
    [
      '<link rel=preload as=image imagesrcset="a.image.yaml 1x">',
      '1:28 <link imagesrcset> a.image.yaml 1x',
    ],
    ['<meta name=og:image content=a.image.yaml>', '1:21 <meta content> a.image.yaml'],
    ['<meta name=twitter:image:src content=a.image.yaml>', '1:30 <meta content> a.image.yaml'],
    ['<div data-src=a.image.yaml>', '1:6 <div data-src> a.image.yaml'],
    ['<img vite-ignore src=a.image.yaml>', '1:18 <img src> a.image.yaml'],
    [
      '<img src="./a.image.yaml" data-large="./b.image.yaml">',
      '1:27 <img data-large> ./b.image.yaml',
    ],
  ])('refuses %s', async (html, message) => {
    await expect(rewrite(html)).rejects.toThrow(message);
  });
});

test.each([
  '<button data-code="./a.image.yaml" data-copied="Copied!">',
  '<button data-src-code="src/\x7fa.image.yaml">',
  '<span data-clipboard-text="a.image.yaml">',
])('leaves text in an attribute alone: %s', async (html) => {
  expect((await rewrite(`<img src="a.image.yaml">${html}`)).html).toContain(html);
});

describe('absolute URLs', () => {
  const META = '<meta property="og:image" content="a.image.yaml">';

  test.each([
    [
      '/assets/a.jpg',
      'about/index.html',
      'https://example.org',
      'https://example.org/assets/a.jpg',
    ],
    [
      '/sub/assets/a.jpg',
      'index.html',
      'https://example.org/',
      'https://example.org/sub/assets/a.jpg',
    ],
    [
      '../assets/a.jpg',
      'about/index.html',
      'https://example.org/docs',
      'https://example.org/docs/assets/a.jpg',
    ],
    [
      './assets/a.jpg',
      'index.html',
      'http://example.org/docs/',
      'http://example.org/docs/assets/a.jpg',
    ],
    [
      'https://cdn.example/a.jpg?a=1&amp;b',
      'index.html',
      'https://example.org',
      'https://cdn.example/a.jpg?a=1&amp;b',
    ],
  ])('%s of %s on %s', async (url, page, site, expected) => {
    const { html } = await rewrite(META, { absolute: true });
    const built = html?.replace('s.jpg', url) ?? '';
    expect(await makeAbsolute(built, page, site)).toBe(
      (await rewrite(META)).html?.replace('s.jpg', expected),
    );
  });

  test.each([
    [
      'as a minifier leaves them',
      '<meta content=/a.jpg data-image-prompt-absolute property=og:image><meta content=/b.jpg>',
      '<meta content="https://example.org/a.jpg" property=og:image><meta content=/b.jpg>',
    ],
    [
      'without a space behind the mark',
      '<meta content=/a.jpg data-image-prompt-absolute=""property=og:image>',
      '<meta content="https://example.org/a.jpg" property=og:image>',
    ],
    [
      'beside a name that ends like it',
      '<meta data-content="k" property="og:image" content="/a.jpg" data-image-prompt-absolute="">',
      '<meta data-content="k" property="og:image" content="https://example.org/a.jpg">',
    ],
    [
      'behind a `>` in an attribute',
      '<meta title="a > b" content="/a.jpg" data-image-prompt-absolute=""/><p>b',
      '<meta title="a > b" content="https://example.org/a.jpg"/><p>b',
    ],
    [
      'with a URL that is none',
      '<meta content="https://[" data-image-prompt-absolute="">',
      '<meta content="https://[">',
    ],
  ])('%s', async (_what, html, expected) => {
    expect(await makeAbsolute(html, 'index.html', 'https://example.org')).toBe(expected);
  });
});
