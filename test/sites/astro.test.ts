// The example of Astro with Starlight, with both processors of Markdown.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { shownSrc, watchPage } from '../helpers/browser-page.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt, openBrowser } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';
const DIST = 'dist';
const BUILD = ['astro', 'build'];
const HERO = 'src/assets/hero.image.yaml';
const LEAF = 'src/assets/leaf.image.yaml';
const GUIDE = 'src/content/docs/guide.md';
const IMAGE = /\.(avif|webp|jpg|png)$/;

describe.each(['astro-satteri', 'astro-unified'])('%s', (name) => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(BUILD);
    expect(status, output).toBe(0);
    return await crawlSite(site, DIST, { base: BASE });
  };
  const imagesOf = (from: CrawledSite, page: string): Record<string, string>[] =>
    tagsNamed(from, page, 'img').map(({ attributes, parent }) => ({ ...attributes, parent }));
  beforeAll(async () => {
    // Astro 7 needs Node 22.12 or later.
    site = await createSiteProject('astro', { name, node: '22' });
    // Starlight's own icon is a file of `public/`; its option takes no spec.
    site.write('public/favicon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
    // Astro renders Markdown of `src/pages` by other ways than that of collections.
    const guide = site.readText(GUIDE).replaceAll('../../assets', '../assets');
    site.write('src/pages/note.md', guide);
    if (name === 'astro-unified') {
      const config = site.readText('astro.config.mjs');
      site.write(
        'astro.config.mjs',
        `import { unified } from '@astrojs/markdown-remark';\n${config.replace("base: '/docs',", "base: '/docs/', markdown: { processor: unified() },")}`,
      );
    }
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual([
      '404.html',
      'guide/index.html',
      'index.html',
      'note/index.html',
      'plain/index.html',
    ]);
    expect(crawled.files.size).toBeGreaterThanOrEqual(24);
    expect(site.list('.image-prompt/originals')).toHaveLength(4);
    // What Astro made its images of is not published with them.
    const named = [...crawled.files.keys()];
    const large = site.list(DIST).filter((file) => /hero\.[^/]*\.png$/.test(file));
    expect(large).toEqual([]);
    expect(named.filter((file) => /_astro\/hero\.[\w-]+_\w+\.webp$/.test(file))).toHaveLength(5);
  });

  test.each([
    ['of a collection', 'guide/index.html'],
    ['of src/pages', 'note/index.html'],
  ])(
    'Markdown %s: the spec gives the alt, unless the author does; a srcset, a placeholder',
    (_of, page) => {
      const images = imagesOf(crawled, page).filter((one) => one['parent'] === 'p');
      expect(images.map((one) => one['alt'])).toEqual([
        'A tea house by a river',
        'Where the guests arrive',
        '',
      ]);
      const [hero, again, leaf] = images;
      expect(hero).toMatchObject({
        width: '1200',
        height: '800',
        loading: 'lazy',
        sizes: '(min-width: 800px) 800px, 100vw',
      });
      expect(hero!['srcset']).toMatch(/hero\.\S+ 640w, .*hero\.\S+ 828w, .*hero\.\S+ 1200w$/);
      expect(hero!['style']).toMatch(
        /^background-color:#\w{6};background-image:url\(data:image\/webp/,
      );
      // The same picture is not encoded twice.
      expect(again!['srcset']).toBe(hero!['srcset']);
      // By reference, with a query.
      expect(leaf!['srcset']).toMatch(/^\S+leaf\.\S+ 256w, \S+leaf\.\S+ 512w$/);
    },
  );

  test('MDX: the same', () => {
    const [hero] = imagesOf(crawled, 'index.html').filter((one) => one['width'] === '1200');
    expect(hero).toMatchObject({ alt: 'A tea house by a river', height: '800' });
    expect(hero!['srcset']).toContain(' 640w, ');
  });

  test('raw <img>, in Markdown, MDX and .astro: a picture, and attributes stay', () => {
    for (const page of ['guide/index.html', 'note/index.html', 'index.html', 'plain/index.html']) {
      const [leaf] = imagesOf(crawled, page).filter((one) => /\bleaf\b/.test(one['class'] ?? ''));
      expect(leaf, page).toMatchObject({ alt: '', width: '64', height: '64', parent: 'picture' });
      expect(leaf!['src']).toMatch(/^\/docs\/assets\/image-prompt\/leaf-512-\w+\.png$/);
    }
  });

  test('front matter and configuration: hero, logo, icon, og:image', () => {
    const [hero] = imagesOf(crawled, 'index.html').filter((one) => one['width'] === '400');
    expect(hero).toMatchObject({ alt: 'The house, from the river' });
    expect(hero!['src']).toMatch(/^\/docs\/_astro\/hero\.\S+\.webp$/);
    for (const page of ['index.html', 'guide/index.html']) {
      const [logo] = imagesOf(crawled, page);
      expect(logo!['src']).toMatch(/^\/docs\/_astro\/leaf-512\.\S+\.png$/);
      const icons = tagsNamed(crawled, page, 'link').map(({ attributes }) => attributes);
      expect(icons.filter((one) => one['rel'] === 'icon')).toMatchObject([
        { href: expect.stringMatching(/^\/docs\/assets\/image-prompt\/leaf-512-\w+\.png$/) },
      ]);
      const shared = tagsNamed(crawled, page, 'meta').map(({ attributes }) => attributes);
      const [image, ...more] = shared.filter((one) => one['property'] === 'og:image');
      expect(image!['content']).toMatch(
        /^https:\/\/example\.org\/docs\/assets\/image-prompt\/hero-1200-\w+\.jpg$/,
      );
      expect(more).toEqual([]);
      expect(shared.filter((one) => one['property'] === 'og:image:alt')).toHaveLength(1);
    }
  });

  test('.astro: our Picture, Astro’s Image, the URL alone', () => {
    const page = 'plain/index.html';
    const sources = tagsNamed(crawled, page, 'source').map(({ attributes }) => attributes);
    expect(sources.slice(0, 2)).toMatchObject([
      { type: 'image/avif', sizes: '50vw' },
      { type: 'image/webp', sizes: '50vw' },
    ]);
    const [ours, theirs] = imagesOf(crawled, page);
    expect(ours).toMatchObject({
      alt: 'A tea house by a river',
      'data-what': 'ours',
      sizes: '50vw',
      width: '1200',
      height: '800',
      parent: 'picture',
    });
    expect(ours!['class']).toMatch(/^hero astro-\w+$/);
    expect(ours!['style']).toContain('background-image:url(data:image/webp');
    expect(theirs).toMatchObject({ alt: 'By Astro', width: '600', height: '400' });
    const [shared] = tagsNamed(crawled, page, 'meta').filter(
      ({ attributes }) => attributes['property'] === 'og:image',
    );
    expect(shared!.attributes['content']).toMatch(
      /^https:\/\/example\.org\/docs\/_astro\/hero-1200\.\S+\.jpg$/,
    );
    // The one that is there is of Starlight, on every page.
    const scripts = tagsNamed(crawled, page, 'script').map(({ attributes }) => attributes['src']);
    expect(scripts).toEqual([expect.stringMatching(/^\/docs\/_astro\/page\.[\w-]+\.js$/)]);
  });

  test('what Astro encodes has no mark of provenance, what we encode has one', async () => {
    const files = [...crawled.files.keys()].filter((file) => IMAGE.test(file));
    const marked = async (file: string): Promise<boolean> => {
      const { xmp } = await sharp(readFileSync(site.path(`${DIST}/${file}`))).metadata();
      return xmp?.includes('trainedAlgorithmicMedia') ?? false;
    };
    for (const file of files) {
      const theirs = /_astro\/(?:hero|leaf)\.[\w-]+_\w+\.webp$/.test(file);
      expect(await marked(file), file).toBe(!theirs);
    }
  });

  test('text about specs stays', () => {
    expect(site.readText(`${DIST}/guide/index.html`)).toContain('<code dir="auto">hero.image.yaml');
  });

  test('Chromium shows it: no shift of a picture, no complaint', async () => {
    const seen = await lookAt(site, DIST, {
      base: BASE,
      pages: ['', 'guide/', 'plain/'],
      // Starlight moves its search by a hair when its script has run.
      still: 'picture, picture *, img, .sl-markdown-content',
    });
    const [ours] = seen.filter(({ src }) => /hero-\d+\.\S+\.avif$/.test(src));
    expect(ours!.alt).toBe('A tea house by a river');
  });

  test('dev: encodes on demand, and shows an edit of a spec', async () => {
    const words = ['astro', 'dev', '--port={port}'];
    const dev = await openDevSite(site, words, BASE);
    const { page, complaints, close } = await watchPage(await openBrowser());
    const srcOf = (selector: string): Promise<string> => shownSrc(page.locator(selector).first());
    const [hero, leaf] = [site.readText(HERO), site.readText(LEAF)];
    const follow = async (path: string, selector: string, file: string, text: string) => {
      await page.goto(`${dev.url}${path}`);
      const before = await srcOf(selector);
      site.write(file, text);
      await expect.poll(() => srcOf(selector).catch(() => before)).not.toBe(before);
      return before;
    };
    try {
      // In Markdown; its text alternative too.
      const markdown = '.sl-markdown-content p img';
      const before = await follow('guide/', markdown, HERO, hero.replace('dawn', 'noon'));
      expect(before).toContain('/docs/_image?href=');
      site.write(HERO, hero.replace('dawn', 'noon').replace('alt: A tea', 'alt: The tea'));
      const alt = page.locator(markdown).first();
      await expect
        .poll(() => alt.getAttribute('alt').catch(() => ''))
        .toBe('The tea house by a river');
      // The hero of front matter.
      await follow('', '.hero img', HERO, hero.replace('dawn', 'dusk'));
      // Raw HTML.
      const raw = await follow('guide/', 'img.leaf', LEAF, leaf.replace('maple', 'oak'));
      expect(raw).toContain('/docs/@image-prompt/leaf-');
      // The component.
      const ours = await follow('plain/', 'img.hero', HERO, hero.replace('dawn', 'night'));
      expect(ours).toContain('/docs/@image-prompt/hero-');
      expect(complaints.filter((text) => !text.startsWith('Failed to load'))).toEqual([]);
    } finally {
      await close();
      await dev.close();
      site.write(LEAF, leaf);
      site.write(HERO, hero);
    }
  });

  test('an edit of a spec shows in the next build, of its alt too', async () => {
    const hero = site.readText(HERO);
    site.write(HERO, hero.replace('dawn', 'night').replace('alt: A tea', 'alt: That tea'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero[.-]/.test(file));
    expect(heroes.length).toBeGreaterThan(9);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
    const [first] = imagesOf(after, 'guide/index.html').filter((one) => one['parent'] === 'p');
    expect(first!['alt']).toBe('That tea house by a river');
  });

  // What pays and what refuses knows nothing of Markdown.
  if (name !== 'astro-satteri') return;

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: BUILD, specs: 2 });
  });

  test.each([
    [
      'a spec that does not exist',
      GUIDE,
      '![](../../assets/hero',
      '![](../../assets/gone',
      'gone.image',
    ],
    [
      'a spec of raw HTML that does not exist',
      GUIDE,
      '<img src="../../assets/leaf',
      '<img src="../../assets/gone',
      'gone.image',
    ],
    [
      'the prompt',
      GUIDE,
      '![Where the guests',
      'A quiet tea house by a river at night, drawn with a few calm lines\n\n![Where the guests',
      'LEAK_RAW',
    ],
    [
      'an import as text',
      'src/pages/plain.astro',
      'hero.image.yaml?url',
      'hero.image.yaml?raw',
      'LEAK_RAW',
    ],
    [
      'a reference where no picture can stand',
      GUIDE,
      '![Where the guests',
      '<object data="/src/assets/hero.image.yaml"></object>\n\n![Where the guests',
      'LEAK_RAW',
    ],
  ])('fails for %s', async (_what, file, from, to, message) => {
    const page = site.readText(file);
    site.write(file, page.replace(from, to));
    const { status, output } = await site.run(BUILD);
    site.write(file, page);
    expect(status, output).not.toBe(0);
    expect(output).toContain(message);
  });
});
