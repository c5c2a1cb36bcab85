// Next with static export, by Turbopack and by webpack, with pages of MDX.
import { beforeAll, describe, expect, test } from 'vitest';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';

describe.each<[name: string, flag: string]>([
  ['next-turbopack', '--turbopack'],
  ['next-webpack', '--webpack'],
])('%s', (name, flag) => {
  const command = ['next', 'build', flag];
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(command);
    expect(status, output).toBe(0);
    return await crawlSite(site, 'dist', { base: BASE });
  };
  const picturesOf = (page: string) =>
    tagsNamed(crawled, page, 'img').map(({ attributes, parent }) => ({ ...attributes, parent }));
  beforeAll(async () => {
    site = await createSiteProject('next', { name });
    // Nobody imports it, so nobody pays for it, and no build fails for want of it.
    site.write('pictures/unused.image.yaml', 'prompt: Nobody shows this\nalt: ""\n');
    crawled = await build();
  });

  test('every file that a page names is there and decodes, and no other', () => {
    expect([...crawled.pages.keys()]).toEqual(
      expect.arrayContaining(['guide/index.html', 'index.html']),
    );
    const images = site.list('dist').filter((file) => /\.(avif|webp|jpg|png)$/.test(file));
    expect(images.length).toBeGreaterThanOrEqual(15);
    expect(images.filter((file) => !crawled.files.has(file))).toEqual([]);
    expect(site.list('.image-prompt/originals').filter((file) => /json$/.test(file))).toHaveLength(
      2,
    );
  });

  test('components: attributes pass through, AVIF comes first, og:image is absolute', () => {
    expect(picturesOf('index.html')).toMatchObject([
      { class: 'hero', sizes: '50vw', alt: 'A tea house by a river', parent: 'picture' },
      { width: '64', alt: '' },
    ]);
    const [first] = tagsNamed(crawled, 'index.html', 'source');
    expect(first!.attributes).toMatchObject({ type: 'image/avif', sizes: '50vw' });
    const shared = tagsNamed(crawled, 'index.html', 'meta').find(
      ({ attributes }) => attributes['property'] === 'og:image',
    );
    expect(shared?.attributes['content']).toMatch(/^https:\/\/example\.org\/docs\/_next\/.*hero-/);
  });

  test('MDX: the spec gives the alt, unless the author does', () => {
    expect(picturesOf('guide/index.html')).toMatchObject([
      { alt: 'A tea house by a river', width: '1200', height: '800', parent: 'picture' },
      { alt: 'The house, from the river', parent: 'picture' },
      { alt: '', width: '64', height: '64', parent: 'picture' },
    ]);
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, 'dist', { base: BASE, pages: ['', 'guide/'] });
    expect(seen).toHaveLength(5);
    expect(seen[0]!.src).toMatch(/hero-\d+-.*\.avif$/);
  });

  test('an edit of a spec shows in the next build, which has no stale cache', async () => {
    const hero = site.readText('pictures/hero.image.yaml');
    site.write('pictures/hero.image.yaml', hero.replace('dawn', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThan(0);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
  });

  test('dev: shows an edit of a spec without a restart', async () => {
    const dev = await openDevSite(site, ['next', 'dev', flag, '--port={port}'], BASE);
    try {
      const before = await dev.firstImage('');
      expect(before.src).toMatch(/\/docs\/_next\/static\/media\/hero-/);
      const hero = site.readText('pictures/hero.image.yaml');
      site.write('pictures/hero.image.yaml', hero.replace('night', 'noon'));
      await expect.poll(async () => (await dev.firstImage('')).src).not.toBe(before.src);
    } finally {
      await dev.close();
    }
  });

  test('a mistake in a spec is told with its place', async () => {
    const hero = site.readText('pictures/hero.image.yaml');
    site.write('pictures/hero.image.yaml', `${hero}qualty: low\n`);
    const { status, output } = await site.run(command);
    site.write('pictures/hero.image.yaml', hero);
    expect(status, output).not.toBe(0);
    expect(output).toContain('SPEC_UNKNOWN_FIELD');
    expect(output).toContain('pictures/hero.image.yaml:6');
  });

  test.each<[what: string, jsx: (prompt: string) => string, message: string]>([
    [
      'a reference in JSX that nobody rewrote',
      () => '<img src="./hero.image.yaml" alt="" />',
      'names ./hero.image.yaml in <',
    ],
    ['the prompt', (prompt) => `<p>${prompt}</p>`, 'holds the prompt of pictures/hero.image.yaml'],
  ])('fails for %s', async (_what, jsx, message) => {
    const page = site.readText('app/page.jsx');
    const prompt = /^prompt: (.*)$/m.exec(site.readText('pictures/hero.image.yaml'))![1]!;
    site.write('app/page.jsx', page.replace('<Picture ', `${jsx(prompt)}<Picture `));
    const { status, output } = await site.run(command);
    site.write('app/page.jsx', page);
    expect(status, output).not.toBe(0);
    expect(output).toContain('LEAK_RAW');
    expect(output).toContain(message);
    expect(output).not.toContain('`<img src>`');
  });

  // What pays is done before either bundler starts, and builds of webpack take half a minute each.
  if (flag !== '--turbopack') return;

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: command, specs: 2 });
  });
});
