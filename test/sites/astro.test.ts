// Astro with Starlight, and with both of its processors of Markdown. Astro 7 needs Node 22.
import { beforeAll, describe, expect, test } from 'vitest';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';
const BUILD = ['astro', 'build'];
const HERO = 'src/assets/hero.image.yaml';

describe.each(['astro-satteri', 'astro-unified'])('%s', (name) => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(BUILD);
    expect(status, output).toBe(0);
    return await crawlSite(site, 'dist', { base: BASE });
  };
  const imagesOf = (page: string): Record<string, string>[] =>
    tagsNamed(crawled, page, 'img').map(({ attributes, parent }) => ({ ...attributes, parent }));

  beforeAll(async () => {
    site = await createSiteProject('astro', { name, node: '22' });
    if (name === 'astro-unified') {
      const config = site.readText('astro.config.mjs');
      site.write(
        'astro.config.mjs',
        `import { unified } from '@astrojs/markdown-remark';\n${config.replace("base: '/docs',", "base: '/docs',\n  markdown: { processor: unified() },")}`,
      );
    }
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual(
      expect.arrayContaining(['404.html', 'guide/index.html', 'index.html', 'plain/index.html']),
    );
    expect(crawled.files.size).toBeGreaterThan(20);
    expect(site.list('dist').filter((file) => /\.ya?ml$/.test(file))).toEqual([]);
    // An original that nobody shows weighs megabytes.
    const originals = site.list('dist').filter((file) => /_astro\/\w+\.[\w-]{8}\.png$/.test(file));
    expect(originals.filter((file) => !crawled.files.has(file))).toEqual([]);
    // One original for each spec, however many passes the site makes.
    expect(site.list('.image-prompt/originals').filter((file) => /json$/.test(file))).toHaveLength(
      2,
    );
  });

  test('Markdown: the spec gives the alt, unless the author does; several widths, and their size', () => {
    const images = imagesOf('guide/index.html').filter((one) => /hero|leaf/.test(one['src'] ?? ''));
    const shown = images.filter((one) => !/image-prompt\/leaf-64|logo/.test(one['class'] ?? ''));
    const heroes = shown.filter((one) => /hero/.test(one['src'] ?? ''));
    expect(heroes).toMatchObject([
      { alt: 'A tea house by a river', width: '1200', height: '800', loading: 'lazy' },
      { alt: 'Where the guests arrive', width: '1200', height: '800' },
    ]);
    for (const one of heroes) expect(one['srcset']).toMatch(/ 640w,.* 1200w/);
    const leaves = shown.filter((one) => one['class'] === 'leaf');
    expect(leaves).toMatchObject([{ alt: '', width: '64', height: '64' }]);
  });

  test('front matter: the hero of Starlight, with the alt of the author', () => {
    const heroes = imagesOf('index.html').filter(
      (one) => one['alt'] === 'The house, from the river',
    );
    expect(heroes.length).toBeGreaterThan(0);
    expect(heroes[0]!['src']).toMatch(/^\/docs\/_astro\/hero\./);
  });

  test('the logo, og:image of the configuration and of a page, and the icon', () => {
    const sharedBy = (page: string) =>
      tagsNamed(crawled, page, 'meta')
        .filter(({ attributes }) => attributes['property'] === 'og:image')
        .map(({ attributes }) => attributes['content']);
    expect(sharedBy('guide/index.html')).toEqual([
      expect.stringMatching(/^https:\/\/example\.org\/docs\/assets\/image-prompt\/hero-1200-/),
    ]);
    expect(sharedBy('plain/index.html')).toEqual([
      expect.stringMatching(/^https:\/\/example\.org\/docs\/_astro\/hero-1200/),
    ]);
    const icons = tagsNamed(crawled, 'plain/index.html', 'link').filter(
      ({ attributes }) => attributes['rel'] === 'icon',
    );
    expect(icons[0]!.attributes['href']).toMatch(/^\/docs\/assets\/image-prompt\/leaf-/);
    const logo = imagesOf('guide/index.html').find((one) => /_astro\/leaf/.test(one['src'] ?? ''));
    expect(logo).toMatchObject({ alt: '' });
  });

  test('the component: our picture, AVIF first, with the attributes of the author', () => {
    const [first] = imagesOf('plain/index.html');
    expect(first).toMatchObject({
      alt: 'A tea house by a river',
      sizes: '50vw',
      'data-what': 'ours',
      parent: 'picture',
    });
    expect(first!['class']).toContain('hero');
    const [source] = tagsNamed(crawled, 'plain/index.html', 'source');
    expect(source!.attributes).toMatchObject({ type: 'image/avif', sizes: '50vw' });
    const raw = imagesOf('plain/index.html').find((one) => one['class']?.includes('leaf'));
    expect(raw).toMatchObject({ width: '64', height: '64', alt: '', parent: 'picture' });
  });

  test('Chromium shows it: no shift of a picture, no complaint', async () => {
    const seen = await lookAt(site, 'dist', {
      base: BASE,
      pages: ['', 'guide/', 'plain/'],
      // Starlight's: an icon that this site does not have, and its search, which the splash page hides. The line of
      // the console names no file; `lookAt` has asked for each picture.
      own: /favicon\.svg$|^Pagefind UI|^Failed to load resource: .* 404/,
      still: 'picture, picture *, img, .sl-markdown-content',
    });
    expect(seen.map(({ alt }) => alt)).toEqual(
      expect.arrayContaining(['The house, from the river', 'Where the guests arrive', 'By Astro']),
    );
  });

  test('an edit of a spec shows in the next build, which keeps rendered Markdown', async () => {
    const hero = site.readText(HERO);
    site.write(HERO, hero.replace('dawn', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero/.test(file));
    expect(heroes.length).toBeGreaterThan(10);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
  });

  test('dev: shows an edit of a spec without a restart', async () => {
    const dev = await openDevSite(site, ['astro', 'dev', '--port={port}'], BASE);
    const heroOf = async (page: string): Promise<string> => {
      const html = await (await fetch(`${dev.url}${page}`)).text();
      const [, src = ''] = /<img[^>]* src="([^"]*hero[^"]*)"/.exec(html) ?? [];
      return src.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
    };
    try {
      for (const page of ['guide/', 'plain/']) {
        const before = await heroOf(page);
        expect(before, dev.output()).not.toBe('');
        const answer = await fetch(new URL(before, dev.url));
        expect(answer.status, `${page}: ${before}`).toBe(200);
        const hero = site.readText(HERO);
        site.write(HERO, hero.replace(/at \w+,/, page === 'guide/' ? 'at noon,' : 'at dusk,'));
        await expect.poll(() => heroOf(page)).not.toBe(before);
      }
    } finally {
      await dev.close();
    }
  });

  // What pays and what refuses knows nothing of Markdown.
  const once = test.runIf(name === 'astro-satteri');
  once('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: BUILD, specs: 2 });
  });

  once.each([
    [
      'a spec that does not exist',
      'src/content/docs/guide.md',
      '(../../assets/hero',
      '(../../assets/gone',
      'gone.image',
    ],
    [
      'a raw image that does not exist',
      'src/pages/plain.astro',
      '<img src="/src/assets/leaf',
      '<img src="/src/assets/gone',
      'gone.image',
    ],
    [
      'an import as text',
      'src/pages/plain.astro',
      'hero.image.yaml?url',
      'hero.image.yaml?raw',
      'LEAK_RAW',
    ],
  ])('fails for %s', async (_what, file, from, to, said) => {
    const text = site.readText(file);
    site.write(file, text.replace(from, to));
    const { status, output } = await site.run(BUILD);
    site.write(file, text);
    expect(status, output).not.toBe(0);
    expect(output).toContain(said);
  });
});
