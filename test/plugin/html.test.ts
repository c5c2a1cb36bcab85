import { describe, expect, test } from 'vitest';
import { tagsOf } from '../helpers/bundlers-page.ts';
import { imgOf, PICTURE, rewrite } from './html-helpers.ts';

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
