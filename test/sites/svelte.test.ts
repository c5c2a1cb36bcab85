// An application of Vite and Svelte with the component, which is published as source.
import { beforeAll, describe, expect, test } from 'vitest';
import { watchPage } from '../helpers/browser-page.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt, openBrowser } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';

describe('svelte', () => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(['vite', 'build']);
    expect(status, output).toBe(0);
    return await crawlSite(site, 'dist', { base: BASE });
  };
  beforeAll(async () => {
    site = await createSiteProject('svelte');
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    const files = site.list('dist/assets').filter((name) => /\.(avif|webp|jpg|png)$/.test(name));
    expect(files).toHaveLength(15);
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, 'dist', { base: BASE, pages: [''] });
    expect(seen.map(({ alt }) => alt)).toEqual(['A tea house by a river', 'The same, small', '']);
    expect(seen[0]!.src).toMatch(/hero-828-.*\.avif$/);
    expect(seen[1]!.src).toMatch(/hero-640-.*\.avif$/);
  });

  test('an edit of a spec shows in the next build', async () => {
    const hero = site.readText('src/hero.image.yaml');
    site.write('src/hero.image.yaml', hero.replace('dawn', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThan(0);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
  });

  test('dev: encodes on demand, and shows an edit of a spec', async () => {
    const dev = await openDevSite(site, ['vite', '--port={port}', '--strictPort'], BASE);
    const { page, complaints, close } = await watchPage(await openBrowser());
    const srcOf = (): Promise<string> =>
      page
        .locator('picture img')
        .first()
        .evaluate((element: HTMLImageElement) => element.currentSrc);
    try {
      await page.goto(dev.url);
      await expect.poll(srcOf).toContain('/docs/@image-prompt/hero-');
      const before = await srcOf();
      const hero = site.readText('src/hero.image.yaml');
      site.write('src/hero.image.yaml', hero.replace('night', 'noon'));
      await expect.poll(srcOf).toContain('/docs/@image-prompt/hero-');
      await expect.poll(srcOf).not.toBe(before);
      expect(complaints.filter((text) => !text.startsWith('Failed to load'))).toEqual([]);
    } finally {
      await close();
      await dev.close();
    }
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: ['vite', 'build'], specs: 2, draws: false });
  });

  test('fails for a spec that does not exist', async () => {
    const page = site.readText('src/App.svelte');
    site.write('src/App.svelte', page.replace('./leaf.image', './gone.image'));
    const { status, output } = await site.run(['vite', 'build']);
    site.write('src/App.svelte', page);
    expect(status, output).not.toBe(0);
    expect(output).toContain('gone.image.yaml');
  });
});
