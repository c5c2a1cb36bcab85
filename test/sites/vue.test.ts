// An application of Vite and Vue: templates, the component, and the page around them.
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

describe('vue', () => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(['vite', 'build']);
    expect(status, output).toBe(0);
    return await crawlSite(site, 'dist', { base: BASE });
  };
  beforeAll(async () => {
    site = await createSiteProject('vue');
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    const metas = tagsNamed(crawled, 'index.html', 'meta').map(({ attributes }) => attributes);
    expect(metas.find(({ property }) => property === 'og:image')!['content']).toMatch(
      /^https:\/\/example\.org\/docs\/assets\/hero-1200-.*\.jpg$/,
    );
    // Each variant once, whoever names it.
    const files = site.list('dist/assets').filter((name) => /\.(avif|webp|jpg|png)$/.test(name));
    expect(files).toHaveLength(15);
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, 'dist', { base: BASE, pages: [''] });
    expect(seen.map(({ alt }) => alt)).toEqual([
      'A tea house by a river',
      'The same, small',
      '',
      '',
    ]);
    expect(seen[0]!.src).toMatch(/hero-828-.*\.avif$/);
    expect(seen[1]!.src).toMatch(/hero-640-.*\.avif$/);
    expect(seen[3]!.src).toMatch(/leaf-64-.*\.webp$/);
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
    // A page that names the spec itself has to be loaded again.
    const html = site.readText('index.html');
    site.write('index.html', html.replace(/<meta property.*>/, ''));
    const dev = await openDevSite(site, ['vite', '--port={port}', '--strictPort'], BASE);
    const { page, complaints, loads, close } = await watchPage(await openBrowser());
    try {
      await page.goto(dev.url);
      const image = page.locator('img.hero');
      const before = await shownSrc(image);
      expect(before).toContain('/docs/@image-prompt/hero-');
      const hero = site.readText('src/hero.image.yaml');
      site.write('src/hero.image.yaml', hero.replace('night', 'noon').replace('A tea', 'New tea'));
      await expect.poll(() => image.getAttribute('alt')).toBe('New tea house by a river');
      await expect.poll(() => shownSrc(image)).not.toBe(before);
      expect(loads()).toBe(1);
      expect(complaints).toEqual([]);
    } finally {
      await close();
      await dev.close();
      site.write('index.html', html);
    }
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: ['vite', 'build'], specs: 2 });
  });

  test('a set is refused where one picture has room, before any of it is made', async () => {
    site.write(
      'src/set.image.yaml',
      'prompt: A poster in {{locale}}\nalt: A poster\nmatrix: { locale: [en, ja] }\n',
    );
    const app = site.readText('src/App.vue');
    site.write('src/App.vue', app.replace('./leaf.image', './set.image'));
    const { status, output } = await site.run(['vite', 'build']);
    site.write('src/App.vue', app);
    expect(status, output).not.toBe(0);
    expect(output).toContain('SPEC_QUERY');
    expect(site.list('.image-prompt/originals').join()).not.toContain('set');
  });

  test('fails for a spec that does not exist', async () => {
    const app = site.readText('src/App.vue');
    site.write('src/App.vue', app.replace('./leaf.image', './gone.image'));
    const { status, output } = await site.run(['vite', 'build']);
    site.write('src/App.vue', app);
    expect(status, output).not.toBe(0);
    expect(output).toContain('gone.image.yaml');
  });
});
