// The example of VitePress, with both of its releases.
import { beforeAll, describe, expect, test } from 'vitest';
import { shownSrc, watchPage } from '../helpers/browser-page.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject, type SiteVariation } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt, openBrowser } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';
const DIST = 'docs/.vitepress/dist';
const BUILD = ['vitepress', 'build', 'docs'];
// What the registry does not have of what the alpha asks for.
const DOCSEARCH = ['core', 'js', 'css', 'sidepanel-js', 'react'];

describe.each<[name: string, variation: SiteVariation]>([
  ['vitepress-1', {}],
  [
    'vitepress-2',
    {
      versions: { vitepress: '2.0.0-alpha.21' },
      overrides: Object.fromEntries(DOCSEARCH.map((name) => [`@docsearch/${name}`, '4.7.0'])),
    },
  ],
])('%s', (name, variation) => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (...more: string[]): Promise<CrawledSite> => {
    const { status, output } = await site.run([...BUILD, ...more]);
    expect(status, output).toBe(0);
    return await crawlSite(site, DIST, { base: BASE });
  };
  const attributesOf = (page: string, tag: string, where: Record<string, string>) =>
    tagsNamed(crawled, page, tag)
      .map(({ attributes }) => attributes)
      .filter((one) => Object.entries(where).every(([key, value]) => one[key] === value));
  beforeAll(async () => {
    site = await createSiteProject('vitepress', { ...variation, name });
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual(['404.html', 'guide/page.html', 'index.html']);
    expect(crawled.files.size).toBeGreaterThanOrEqual(20);
    // No file lies there for nobody.
    const named = new Set(crawled.files.keys());
    const images = site.list(DIST).filter((file) => /\.(avif|webp|jpg|png)$/.test(file));
    expect(images.filter((file) => !named.has(file))).toEqual([]);
    // One store, where the command line has it.
    expect(site.list('.image-prompt/originals')).toHaveLength(4);
    expect(site.list('docs/.image-prompt')).toEqual([]);
  });

  test('Markdown: the spec gives the alt, unless the author does', () => {
    const images = tagsNamed(crawled, 'guide/page.html', 'img').filter(
      ({ parent }) => parent === 'picture',
    );
    expect(images.map(({ attributes }) => attributes['alt'])).toEqual([
      'A tea house by a river',
      'Where the guests arrive',
      '',
      'The same, small',
    ]);
    expect(images[0]!.attributes).toMatchObject({ width: '1200', height: '800', loading: 'lazy' });
  });

  test('raw <img>: attributes stay, decoration stays silent', () => {
    const [leaf] = attributesOf('guide/page.html', 'img', { class: 'leaf' });
    expect(leaf).toMatchObject({ alt: '', width: '64', height: '64' });
  });

  test('front matter: the hero, an icon, og:image of a page', () => {
    const [hero] = attributesOf('index.html', 'img', { class: 'VPImage image-src' });
    expect(hero).toMatchObject({ alt: 'The house, from the river', width: '1200', height: '800' });
    expect(hero!['src']).toMatch(/^\/docs\/assets\/image-prompt\/hero-1200-\w+\.jpg$/);
    expect(hero!['srcset']).toMatch(/^\/docs\/assets\/image-prompt\/hero-640-\w+\.webp 640w, /);
    const [icon] = attributesOf('index.html', 'img', { class: 'VPImage' });
    expect(icon).toMatchObject({ width: '48', height: '48' });
    for (const page of ['index.html', 'guide/page.html']) {
      const shared = attributesOf(page, 'meta', { property: 'og:image' });
      expect(shared).toHaveLength(1);
      expect(shared[0]!['content']).toMatch(
        /^https:\/\/example\.org\/docs\/assets\/image-prompt\/hero-1200-\w+\.jpg$/,
      );
      expect(attributesOf(page, 'meta', { property: 'og:image:alt' })).toHaveLength(1);
    }
  });

  test('configuration: the logo and the icon of the site', () => {
    for (const page of crawled.pages.keys()) {
      const [logo] = attributesOf(page, 'img', { class: 'VPImage logo' });
      if (page !== '404.html') expect(logo!['src']).toMatch(/\/image-prompt\/leaf-512-\w+\.png$/);
      const [icon] = attributesOf(page, 'link', { rel: 'icon' });
      expect(icon!['href']).toMatch(/^\/docs\/assets\/image-prompt\/leaf-512-\w+\.png$/);
    }
  });

  test('text about specs stays', () => {
    expect(site.readText(`${DIST}/guide/page.html`)).toContain('<code>hero.image.yaml</code>');
    expect(site.readText(`${DIST}/index.html`)).toContain('Named as leaf.image.yaml');
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, DIST, { base: BASE, pages: ['', 'guide/page.html'] });
    const [hero] = seen.filter(({ alt }) => alt === 'The house, from the river');
    expect(hero!.src).toMatch(/hero-640-\w+\.webp$/);
    const [figure] = seen.filter(({ alt }) => alt === 'The same, small');
    expect(figure!.src).toMatch(/hero-640\..*\.avif$/);
  });

  test('dev: encodes on demand, and shows an edit of a spec', async () => {
    const words = ['vitepress', 'dev', 'docs', '--port={port}', '--strictPort'];
    const dev = await openDevSite(site, words, BASE);
    const { page, complaints, close } = await watchPage(await openBrowser());
    const srcOf = (selector: string): Promise<string> => shownSrc(page.locator(selector).first());
    const leaf = site.readText('docs/leaf.image.yaml');
    const hero = site.readText('docs/hero.image.yaml');
    try {
      await page.goto(`${dev.url}guide/page.html`);
      // In Markdown.
      const before = await srcOf('picture img');
      expect(before).toContain('/docs/@image-prompt/hero-');
      site.write('docs/hero.image.yaml', hero.replace('dawn', 'noon'));
      await expect.poll(() => srcOf('picture img')).not.toBe(before);
      // In the front matter.
      await page.goto(dev.url);
      const shown = await srcOf('.VPHero img');
      expect(shown).toContain('/docs/@image-prompt/hero-');
      site.write('docs/hero.image.yaml', hero.replace('dawn', 'dusk'));
      await expect.poll(() => srcOf('.VPHero img')).not.toBe(shown);
      // In the configuration.
      const logo = await srcOf('img.logo');
      site.write('docs/leaf.image.yaml', leaf.replace('maple', 'oak'));
      await expect.poll(() => srcOf('img.logo')).not.toBe(logo);
      // Of what the page asks for the address is told as well; this is a browser in search of /favicon.ico.
      expect(complaints.filter((text) => !text.startsWith('Failed to load'))).toEqual([]);
    } finally {
      await close();
      await dev.close();
      site.write('docs/leaf.image.yaml', leaf);
    }
  });

  test('an edit of a spec shows in the next build', async () => {
    const hero = site.readText('docs/hero.image.yaml');
    site.write('docs/hero.image.yaml', hero.replace('dusk', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThan(9);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
  });

  test('without scripts (mpa) all of it is there too', async () => {
    const plain = await build('--mpa');
    expect(tagsNamed(plain, 'guide/page.html', 'picture')).toHaveLength(4);
    const [hero] = tagsNamed(plain, 'index.html', 'img').filter(({ attributes }) =>
      attributes['class']?.includes('image-src'),
    );
    expect(hero!.attributes['src']).toContain('/docs/assets/image-prompt/hero-1200-');
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: BUILD, specs: 2, draws: false });
  });

  test.each([
    [
      'a spec that does not exist',
      'docs/guide/page.md',
      '![](../hero',
      '![](../gone',
      'gone.image',
    ],
    [
      'a spec of the front matter that does not exist',
      'docs/index.md',
      'src: ./hero',
      'src: ./gone',
      'gone.image',
    ],
    [
      'the prompt',
      'docs/guide/page.md',
      '# The guide',
      '# A quiet tea house by a river at night, drawn with a few calm lines',
      'LEAK_RAW',
    ],
    [
      'a reference where no picture can stand',
      'docs/guide/page.md',
      '# The guide',
      '<object data="./hero.image.yaml" />',
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
