import { describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { makeAbsolute } from '../../src/plugin/html/absolute.ts';
import { rewritePage } from '../../src/plugin/html/rewrite-page.ts';
import { lineAndColumn } from '../../src/plugin/place.ts';
import { tagsOf } from '../helpers/bundlers-page.ts';

const PICTURE: Picture = {
  src: 's.jpg',
  width: 200,
  height: 100,
  alt: 'An "alt" & <more>',
  srcset: 's.jpg 200w',
  sizes: 'auto, 100vw',
  sources: [{ type: 'image/avif', srcset: 's.avif 200w', sizes: 'auto, 100vw' }],
  placeholder: { color: '#123456' },
  loading: 'lazy',
  priority: false,
};

interface Asked {
  reference: string;
  place: string;
  priority: boolean | null;
}

async function rewrite(html: string, { absolute = false, spec = PICTURE } = {}) {
  const asked: Asked[] = [];
  const placeOf = (offset: number): string => {
    const { line, column } = lineAndColumn(html, offset);
    return `${line}:${column}`;
  };
  const page = await rewritePage(html, {
    markAbsolute: absolute,
    async pictureOf(reference, offset, priority) {
      asked.push({ reference, place: placeOf(offset), priority });
      const first = priority ?? spec.priority;
      const picture: Picture = first
        ? { ...spec, priority: true, loading: 'eager', sizes: '100vw' }
        : { ...spec, priority: false };
      return { picture, srcSize: { width: 400, height: 200 } };
    },
    refuse: (reference, offset, where) => new Error(`${placeOf(offset)} ${where} ${reference}`),
  });
  return { html: page?.html ?? null, metas: page?.metas, asked };
}

const imgOf = (html: string | null) =>
  tagsOf(html ?? '').find(({ name }) => name === 'img')?.attributes ?? {};

describe('what is no reference', () => {
  test.each([
    ['nothing of ours', '<img src="a.png">'],
    ['prose', '<p>hero.image.yaml</p>'],
    ['a comment', '<!-- <img src="a.image.yaml"> -->'],
    ['a script', '<script>const a = `<img src="a.image.yaml">`;</script>'],
    ['a module', '<script type="module">import a from "./a.image.yaml"</script>'],
    [
      'text for people',
      '<img src="a.png" alt="a.image.yaml" title="a.image.yaml" aria-label="a.image.yaml">',
    ],
    ['a description', '<meta name="description" content="a.image.yaml">'],
    [
      'another site',
      '<img src="https://example.org/a.image.yaml"><img src="//cdn.example/a.image.yaml">',
    ],
    ['a longer name', '<img src="a.image.yaml.png"><a href="a.image.yamls">a</a>'],
    [
      'CSS, which is read as such',
      '<p style="background:url(a.image.yaml)"></p><style>p{background:url(a.image.yaml)}</style>',
    ],
    ['an element called as JavaScript calls something', '<constructor>a.image.yaml</constructor>'],
    ['raw text', '<textarea><img src="a.image.yaml"></textarea><title>a.image.yaml</title>'],
  ])('%s stays', async (_what, html) => {
    const { html: after, asked } = await rewrite(html);
    expect(after ?? html).toBe(html);
    expect(asked).toEqual([]);
  });
});

describe('<img>', () => {
  test.each([
    ['without quotes', '<img src=a.image.yaml alt=x>', 'a.image.yaml', '1:6'],
    ['in single quotes', "<img src='a.image.yaml'>", 'a.image.yaml', '1:6'],
    ['in upper case', '<IMG ALT="" SRC="A.IMAGE.YAML">', 'A.IMAGE.YAML', '1:13'],
    ['with blanks around', '<img src = " a.image.yaml\n">', ' a.image.yaml\n', '1:6'],
    [
      'with entities',
      '<img src="a&#46;b.image.yaml?w=1&amp;format=webp&lt">',
      'a.b.image.yaml?w=1&format=webp<',
      '1:6',
    ],
    [
      'with the first of two sources',
      '<img src="a.image.yaml" src="b.image.yaml">',
      'a.image.yaml',
      '1:6',
    ],
    ['closed', '<img src="a.image.yaml"/>', 'a.image.yaml', '1:6'],
    [
      'after CRLF and a BOM',
      '\ufeff<p>\r\n<p>\r\n<img\r\n  src="a.image.yml">\r\n',
      'a.image.yml',
      '4:3',
    ],
    [
      'after tabs and characters beyond the plane',
      '<p>\u{1f600}</p>\n\t<img src="ü.image.yaml">',
      'ü.image.yaml',
      '2:7',
    ],
    ['in <template>', '<template><img src="a.image.yaml"></template>', 'a.image.yaml', '1:16'],
    ['in <noscript>', '<noscript><img src="a.image.yaml"></noscript>', 'a.image.yaml', '1:16'],
    [
      'in a table, whence parsers move it',
      '<table><img src="a.image.yaml"><tr><td></table>',
      'a.image.yaml',
      '1:13',
    ],
    ['not closed', '<p><img src="a.image.yaml"', null, ''],
  ])('%s', async (_what, html, reference, place) => {
    const { html: after, asked } = await rewrite(html);
    if (reference === null) return expect(asked).toEqual([]);
    expect(asked).toEqual([{ reference, place, priority: null }]);
    const start = html.search(/<img/i);
    const end = html.indexOf('>', start) + 1;
    // Not a character around it changes.
    expect(after?.startsWith(`${html.slice(0, start)}<picture>`)).toBe(true);
    expect(after?.endsWith(`</picture>${html.slice(end)}`)).toBe(true);
    return expect(tagsOf(after ?? '').filter(({ name }) => name === 'picture')).toHaveLength(1);
  });

  test('the attributes of the author win, everything escaped', async () => {
    const { html } = await rewrite(
      `<img src=a.image.yaml alt='a "b" <c> &amp;amp;' class=x id="y" data-z="'" style='color:red' sizes="10vw" loading=eager decoding=sync @click="go(1)" hidden>`,
    );
    expect(imgOf(html)).toEqual({
      src: 's.jpg',
      srcset: 's.jpg 200w',
      sizes: '10vw',
      width: '200',
      height: '100',
      alt: 'a "b" <c> &amp;',
      class: 'x',
      id: 'y',
      'data-z': "'",
      loading: 'eager',
      decoding: 'sync',
      style: 'background-color:#123456;color:red',
      '@click': 'go(1)',
      hidden: '',
    });
    expect(html).toContain('<source type="image/avif" srcset="s.avif 200w" sizes="10vw">');
  });

  test.each([
    ['alt', 'alt', ''],
    ['alt=""', 'alt', ''],
    ['', 'alt', 'An "alt" & <more>'],
    ['width=50', 'height', '25'],
    ['height=50', 'width', '100'],
    ['width=50 height=50', 'height', '50'],
    ['width="100%"', 'height', '100'],
  ])('with %j has %s %j', async (attributes, name, value) => {
    expect(imgOf((await rewrite(`<img ${attributes} src=a.image.yaml>`)).html)[name]).toBe(value);
  });

  test('a stray quote is dropped, and what cannot be an attribute with it', async () => {
    const { html } = await rewrite('<img src="a.image.yaml"" class="x" <b>');
    expect(imgOf(html)['class']).toBe('x');
  });

  test('in a <picture> of the author', async () => {
    const html =
      '<picture>\n<source srcset="b.webp" media="print">\n<img src=a.image.yaml>\n</picture>';
    const { html: after } = await rewrite(html);
    expect(
      tagsOf(after ?? '')
        .filter(({ parent }) => parent === 'picture')
        .map(({ name, attributes }) => [name, attributes['srcset']]),
    ).toEqual([
      ['source', 'b.webp'],
      ['source', 's.avif 200w'],
      ['img', 's.jpg 200w'],
    ]);
    expect(after?.match(/<\/?picture>/g)).toHaveLength(2);
  });

  test('with files of the author no source of ours hides them', async () => {
    const { html } = await rewrite('<img src=a.image.yaml srcset="b.png 2x">');
    expect(html).not.toContain('<source');
    expect(imgOf(html)['srcset']).toBe('b.png 2x');
  });
});

describe('priority', () => {
  const FIRST = { ...PICTURE, priority: true };
  const preloads = (html: string | null) =>
    tagsOf(html ?? '')
      .filter(({ name }) => name === 'link')
      .map(({ attributes }) => attributes);

  test.each([
    [
      'before </head>',
      '<html><head><meta charset=utf-8></head><body>IMG</body></html>',
      '<meta charset=utf-8>LINK</head>',
    ],
    ['with the head left open', '<head><title>a</title><body>IMG', '</title>LINK<body>'],
    ['without a head', '<!doctype html>\n<p>IMG', '<!doctype html>LINK\n<p>'],
    ['without anything', 'IMG', 'LINK<picture>'],
    ['with an empty head', '<html lang=en><head></head>IMG', '<head>LINK</head>'],
    [
      'with elements of an implied head',
      '<meta charset=utf-8><link rel=x href=y><p>IMG',
      'href=y>LINK<p>',
    ],
  ])('preloads %s', async (_where, page, expected) => {
    const { html } = await rewrite(
      page.replace('IMG', '<img src=a.image.yaml fetchpriority=high>'),
    );
    const link = /<link rel="preload"[^>]*>/.exec(html ?? '')?.[0] ?? 'none';
    expect(html?.replace(link, 'LINK')).toContain(expected);
  });

  test('is what the author or the spec says', async () => {
    const { asked, html } = await rewrite('<head></head><img src=a.image.yaml>', { spec: FIRST });
    expect(asked[0]?.priority).toBe(null);
    expect(preloads(html)).toEqual([
      {
        rel: 'preload',
        as: 'image',
        type: 'image/avif',
        imagesrcset: 's.avif 200w',
        imagesizes: '100vw',
        fetchpriority: 'high',
      },
    ]);
    for (const attributes of [
      'fetchpriority=low',
      'loading=lazy',
      'loading=LAZY fetchpriority=high',
    ]) {
      const other = await rewrite(`<img ${attributes} src=a.image.yaml>`, { spec: FIRST });
      expect(other.asked[0]?.priority).toBe(false);
      expect(preloads(other.html)).toEqual([]);
    }
  });

  test('preloads once, by the sizes of the <img>, as it is fetched', async () => {
    const img = '<img src=a.image.yaml sizes=50vw crossorigin>';
    const { html } = await rewrite(img + img, { spec: FIRST });
    expect(preloads(html)).toMatchObject([{ imagesizes: '50vw', crossorigin: '' }]);
    const own = await rewrite(`<link rel=preload as=image href=a.image.yaml>${img}`, {
      spec: FIRST,
    });
    expect(preloads(own.html)).toHaveLength(1);
    const art = await rewrite(`<picture><source srcset=b.png media=print>${img}</picture>`, {
      spec: FIRST,
    });
    expect(preloads(art.html)).toEqual([]);
  });
});

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
