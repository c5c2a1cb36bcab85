// SvelteKit, prerendered below a path, with pages of mdsvex.
import { beforeAll, describe, expect, test } from 'vitest';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';
const BUILD = ['vite', 'build'];

describe('sveltekit', () => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(BUILD);
    expect(status, output).toBe(0);
    return await crawlSite(site, 'dist', { base: BASE });
  };
  const picturesOf = (page: string) =>
    tagsNamed(crawled, page, 'img').map(({ attributes, parent }) => ({ ...attributes, parent }));
  beforeAll(async () => {
    site = await createSiteProject('sveltekit');
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual(['guide/index.html', 'index.html']);
    expect(crawled.files.size).toBeGreaterThanOrEqual(15);
  });

  test('Markdown: the spec gives the alt, unless the author does', () => {
    expect(picturesOf('index.html')).toMatchObject([
      { alt: 'A tea house by a river', loading: 'lazy', width: '1200', parent: 'picture' },
      { alt: 'The house, from the river', parent: 'picture' },
      { alt: '', width: '64', height: '64', parent: 'picture' },
    ]);
  });

  test('components: attributes pass through, AVIF comes first', () => {
    expect(picturesOf('guide/index.html')).toMatchObject([
      { class: 'hero', sizes: '50vw', alt: 'A tea house by a river' },
      { alt: 'Again', width: '320' },
    ]);
    const sources = tagsNamed(crawled, 'guide/index.html', 'source');
    expect(sources[0]!.attributes).toMatchObject({ type: 'image/avif', sizes: '50vw' });
    const shared = tagsNamed(crawled, 'guide/index.html', 'meta').find(
      ({ attributes }) => attributes['property'] === 'og:image',
    );
    expect(shared?.attributes['content']).toMatch(/^https:\/\/example\.org\/docs\/_app\/.*hero-/);
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, 'dist', { base: BASE, pages: ['', 'guide/'] });
    expect(seen.map(({ alt }) => alt)).toEqual([
      'A tea house by a river',
      'The house, from the river',
      '',
      'A tea house by a river',
      'Again',
    ]);
    for (const { src, alt } of seen) expect(src).toMatch(alt === '' ? /\.webp$/ : /\.avif$/);
  });

  test('an edit of a spec shows in the next build', async () => {
    const hero = site.readText('src/lib/hero.image.yaml');
    site.write('src/lib/hero.image.yaml', hero.replace('dawn', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThan(0);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
  });

  test('dev: encodes on demand, and shows an edit of a spec', async () => {
    const dev = await openDevSite(site, ['vite', 'dev', '--port={port}', '--strictPort'], BASE);
    try {
      const before = await dev.firstImage('');
      expect(before.src).toContain('/docs/@image-prompt/hero-');
      const hero = site.readText('src/lib/hero.image.yaml');
      site.write('src/lib/hero.image.yaml', hero.replace('night', 'noon'));
      await expect.poll(async () => (await dev.firstImage('')).src).not.toBe(before.src);
    } finally {
      await dev.close();
    }
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: BUILD, specs: 2, draws: false });
  });

  test('an image that nobody rewrites fails the build', async () => {
    const page = site.readText('src/routes/+page.md');
    site.write('src/routes/+page.md', `${page}\n{@html '<img src="./hero.image.yaml">'}\n`);
    const { status, output } = await site.run(BUILD);
    site.write('src/routes/+page.md', page);
    expect(status, output).not.toBe(0);
    expect(output).toContain('hero.image.yaml');
  });
});
