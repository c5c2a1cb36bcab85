import { describe, expect, it } from 'vitest';
import { pictureHtml, preloadHtml } from '../../src/html.ts';
import { createPicture } from '../../src/picture/picture.ts';
import type { Picture } from '../../src/picture/types.ts';
import { INPUT } from './helpers.ts';

const image = createPicture(INPUT);
const eager = createPicture({ ...INPUT, output: { ...INPUT.output, priority: true } });

/** Attributes of the `<img>`, unescaped as a browser would. */
function readImg(html: string): Record<string, string> {
  const tag = /<img ([^>]*)>/.exec(html)?.[1] ?? '';
  const found = [...tag.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)];
  return Object.fromEntries(
    found.map(([, name, value = '']) => [
      name,
      value
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&'),
    ]),
  );
}

describe('pictureHtml', () => {
  it('writes a picture', () => {
    expect(pictureHtml(image)).toMatchInlineSnapshot(
      `"<picture><source type="image/avif" srcset="/assets/hero-640.avif 640w, /assets/hero-1024.avif 1024w" sizes="auto, 100vw"><source type="image/webp" srcset="/assets/hero-640.webp 640w, /assets/hero-1024.webp 1024w" sizes="auto, 100vw"><img src="/assets/hero-1024.jpeg" srcset="/assets/hero-640.jpeg 640w, /assets/hero-1024.jpeg 1024w" sizes="auto, 100vw" width="1024" height="512" alt="A quiet café" loading="lazy" decoding="async" style="background-color:#a1b2c3;background-image:url(data:image/webp;base64,AAAA);background-position:center;background-repeat:no-repeat;background-size:cover"></picture>"`,
    );
  });

  it('writes one that must not wait', () => {
    const img = readImg(pictureHtml(eager));
    expect(img).toMatchObject({ loading: 'eager', fetchpriority: 'high', sizes: '100vw' });
    expect(readImg(pictureHtml(image))).not.toHaveProperty('fetchpriority');
  });

  it('escapes everything', () => {
    const nasty = `"><script>alert('x')</script> & 'quoted'`;
    const html = pictureHtml(
      {
        ...image,
        alt: nasty,
        src: nasty,
        srcset: nasty,
        sizes: nasty,
        sources: [{ type: nasty, srcset: nasty, sizes: nasty, media: nasty }],
      },
      { title: nasty, onclick: nasty, 'data-x': nasty },
    );
    expect(html).not.toContain('<script>');
    expect(html.match(/</g)).toHaveLength(4);
    expect(html.match(/>/g)).toHaveLength(4);
    expect(readImg(html)).toMatchObject({ alt: nasty, src: nasty, title: nasty, onclick: nasty });
    expect(html).toMatchInlineSnapshot(
      `"<picture><source type="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" srcset="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" sizes="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" media="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;"><img src="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" srcset="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" sizes="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" width="1024" height="512" alt="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" loading="lazy" decoding="async" style="background-color:#a1b2c3;background-image:url(data:image/webp;base64,AAAA);background-position:center;background-repeat:no-repeat;background-size:cover" title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" onclick="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;" data-x="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#39;quoted&#39;"></picture>"`,
    );
  });

  it('lets attributes replace ours, in any case, and adds others', () => {
    const img = readImg(
      pictureHtml(image, {
        class: 'hero',
        Loading: 'eager',
        fetchPriority: 'low',
        width: 300,
        decoding: undefined,
        'data-a.b:c@d': 1,
        hidden: true,
        title: null,
        itemprop: false,
      }),
    );
    expect(img).toMatchObject({
      class: 'hero',
      loading: 'eager',
      fetchpriority: 'low',
      width: '300',
      height: '512',
      decoding: 'async',
      'data-a.b:c@d': '1',
      hidden: '',
    });
    expect(img).not.toHaveProperty('title');
    expect(img).not.toHaveProperty('itemprop');
  });

  it('leaves a default out when asked to', () => {
    expect(pictureHtml(image, { loading: null, style: false })).not.toMatch(/loading=|style=/);
  });

  it('appends style to that of the placeholder', () => {
    const { style } = readImg(pictureHtml(image, { style: 'object-fit: cover' }));
    expect(style).toMatch(/^background-color:#a1b2c3;.*;object-fit: cover$/);
    const none = { ...image, placeholder: { color: '#a1b2c3', paint: false as const } };
    expect(readImg(pictureHtml(none, { style: 'top: 0' })).style).toBe('top: 0');
    expect(pictureHtml(none)).not.toContain('style');
  });

  it('applies sizes to all sources', () => {
    expect(pictureHtml(image, { sizes: '50vw' }).match(/sizes="50vw"/g)).toHaveLength(3);
    expect(pictureHtml(image, { sizes: null })).not.toContain('sizes');
  });

  it('always has a text alternative', () => {
    expect(pictureHtml({ ...image, alt: '' })).toContain(' alt="" ');
    expect(readImg(pictureHtml(image, { alt: 'Other' })).alt).toBe('Other');
    expect(readImg(pictureHtml(image, { alt: null })).alt).toBe('A quiet café');
    expect(pictureHtml(image, { alt: true })).toContain(' alt="" ');
    expect(pictureHtml(image, { alt: '' })).toContain(' alt="" ');
  });

  it('writes media of art direction', () => {
    const source = {
      type: 'image/avif',
      srcset: '/n.avif 400w',
      sizes: '9vw',
      media: '(width < 40em)',
    };
    expect(pictureHtml({ ...image, sources: [source] })).toContain(
      '<source type="image/avif" srcset="/n.avif 400w" sizes="9vw" media="(width &lt; 40em)">',
    );
  });

  it.each(['on click', 'a=b', '', '"', "'", 'a>b', 'a/b', '<', 'a\u0000', 'a\n'])(
    'refuses the name %j',
    (name) => {
      expect(() => pictureHtml(image, { [name]: 'x' })).toThrow(TypeError);
    },
  );

  it('lets nothing but a colour and an image into the style', () => {
    const style = (placeholder: Picture['placeholder']): string | undefined =>
      readImg(pictureHtml({ ...image, placeholder }))['style'];
    expect(style({ color: 'red;position:fixed' })).toBeUndefined();
    expect(style({ color: '#fff', dataUri: 'https://tracker.example/a.png' })).toBe(
      'background-color:#fff',
    );
    const broken = style({ color: '#fff', dataUri: `data:image/svg+xml,a b"c'd)e(f\\g\nh` });
    expect(broken).toContain('url(data:image/svg+xml,a%20b%22c%27d%29e%28f%5Cg%0Ah);');
  });
});

describe('preloadHtml', () => {
  it('links the best format, without the word that needs a layout', () => {
    expect(preloadHtml(image)).toMatchInlineSnapshot(
      `"<link rel="preload" as="image" type="image/avif" imagesrcset="/assets/hero-640.avif 640w, /assets/hero-1024.avif 1024w" imagesizes="100vw" fetchpriority="high">"`,
    );
    expect(preloadHtml({ ...image, sizes: 'auto', sources: [] })).toBe(
      `<link rel="preload" as="image" imagesrcset="${image.srcset}" imagesizes="100vw" fetchpriority="high">`,
    );
  });
});
