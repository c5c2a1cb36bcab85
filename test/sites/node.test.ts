// A page that a script writes, with the functions of `unplugin-image-prompt/node`.
import { beforeAll, describe, expect, test } from 'vitest';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { lookAt } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();

describe('node', () => {
  let site: SiteProject;
  beforeAll(async () => {
    site = await createSiteProject('node');
    const { status, output } = await site.run(['node', 'build.js']);
    expect(status, output).toBe(0);
  });

  test('every file that a page names is there and decodes', async () => {
    const crawled = await crawlSite(site, 'dist', { base: '/docs/' });
    expect(crawled.files.size).toBe(9);
    const [image] = tagsNamed(crawled, 'index.html', 'img');
    expect(image).toMatchObject({
      parent: 'picture',
      attributes: { class: 'hero', alt: 'A tea house by a river', width: '1200', height: '800' },
    });
    expect(site.list('dist').filter((name) => /^hero/.test(name))).toEqual(['hero.jpg']);
  });

  test('an edit of a spec shows in the next build', async () => {
    const before = await crawlSite(site, 'dist', { base: '/docs/' });
    site.write('hero.image.yaml', site.readText('hero.image.yaml').replace('dawn', 'night'));
    expect((await site.run(['node', 'build.js'])).status).toBe(0);
    const after = await crawlSite(site, 'dist', { base: '/docs/' });
    expect([...after.files.keys()].some((name) => before.files.has(name))).toBe(false);
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: ['node', 'build.js'], specs: 1 });
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    await lookAt(site, 'dist', { base: '/docs/', pages: [''] });
  });
});
