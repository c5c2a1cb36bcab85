// The example of Eleventy, as it is and with the plugin for Vite.
import { beforeAll, describe, expect, test } from 'vitest';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject, type SiteRun } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/docs/';
const FEEDS = { '@11ty/eleventy-plugin-rss': '^3.0.0' };

describe.each<[name: string, ...words: string[]]>([
  ['eleventy', 'eleventy'],
  ['eleventy-vite', 'eleventy', '--config=eleventy.vite.config.js'],
])('%s', (name, ...words) => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(words);
    expect(status, output).toBe(0);
    return await crawlSite(site, '_site', { base: BASE });
  };
  beforeAll(async () => {
    site = await createSiteProject('eleventy', { name, versions: FEEDS });
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual(['guide/index.html', 'index.html']);
    expect(crawled.files.size).toBeGreaterThanOrEqual(15);
  });

  test('Markdown: the spec gives the alt, unless the author does', () => {
    const [own] = tagsNamed(crawled, 'index.html', 'img');
    expect(own).toMatchObject({ parent: 'picture', attributes: { alt: 'A tea house by a river' } });
    expect(own!.attributes).toMatchObject({ width: '1200', height: '800', loading: 'lazy' });
    const [given] = tagsNamed(crawled, 'guide/index.html', 'img');
    expect(given!.attributes['alt']).toBe('Where the guests arrive');
  });

  test('raw <img>: attributes stay, decoration stays silent', () => {
    const leaf = tagsNamed(crawled, 'guide/index.html', 'img')[1]!;
    expect(leaf.attributes).toMatchObject({
      class: 'leaf',
      alt: '',
      width: '64',
      height: '64',
      loading: 'eager',
    });
  });

  test('front matter and layout: og:image is absolute, the icon has the base', () => {
    const metas = tagsNamed(crawled, 'guide/index.html', 'meta').map(
      ({ attributes }) => attributes,
    );
    const image = metas.find(({ property }) => property === 'og:image')!['content'];
    expect(image).toMatch(
      /^https:\/\/example\.org\/docs\/assets\/image-prompt\/hero-1200-\w+\.jpg$/,
    );
    expect(metas).toContainEqual({ property: 'og:image:alt', content: 'A tea house by a river' });
    const [icon] = tagsNamed(crawled, 'index.html', 'link');
    expect(icon!.attributes['href']).toMatch(/^\/docs\/assets\/.*leaf-512-.*\.png$/);
  });

  test('text about specs stays', () => {
    expect(site.readText('_site/index.html')).toContain('<code>hero.image.yaml</code>');
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, '_site', { base: BASE, pages: ['', 'guide/'] });
    expect(seen.map(({ src }) => /\.(avif|webp)$/.test(src))).toEqual([true, true, true]);
  });

  test('an edit of a spec shows in the next build', async () => {
    const hero = site.readText('content/hero.image.yaml');
    site.write('content/hero.image.yaml', hero.replace('dawn', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThanOrEqual(9);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
  });

  test('dev: encodes on demand, and shows an edit of a spec', async () => {
    const dev = await openDevSite(site, [...words, '--serve', '--port={port}', '--quiet'], BASE);
    try {
      const before = await dev.firstImage('');
      expect(before.src).toContain('/@image-prompt/');
      const hero = site.readText('content/hero.image.yaml');
      site.write('content/hero.image.yaml', hero.replace('A tea house by', 'A new alt by'));
      await expect.poll(async () => (await dev.firstImage('')).alt).toBe('A new alt by a river');
      site.write('content/hero.image.yaml', hero.replace('night', 'noon'));
      await expect.poll(async () => (await dev.firstImage('')).src).not.toBe(before.src);
      expect((await dev.firstImage('')).bytes).toBeGreaterThan(1000);
    } finally {
      await dev.close();
    }
  });

  test('a dry run pays nothing', async () => {
    const config = site.readText('image-prompt.config.js');
    site.write('image-prompt.config.js', config.replace(/provider: sketch\(\),?/, ''));
    site.remove('.image-prompt');
    const { submits } = service.standIn.stats;
    const { status, output } = await site.run([...words, '--dryrun'], service.env);
    site.write('image-prompt.config.js', config);
    expect(status, output).toBe(0);
    expect(service.standIn.stats.submits).toBe(submits);
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: words, specs: 2 });
  });

  test.each([
    ['a reference where no picture can stand', '[the file](./hero.image.yaml)', '<a href>'],
    ['a spec that does not exist', '![](./gone.image.yaml)', 'does not exist'],
    ['the prompt', 'A quiet tea house by a river at noon, drawn with a few calm lines', 'LEAK_RAW'],
  ])('fails for %s', async (_what, line, message) => {
    const page = site.readText('content/index.md');
    site.write('content/index.md', `${page}\n\n${line}\n`);
    const { status, output } = await site.run(words);
    site.write('content/index.md', page);
    expect(status, output).not.toBe(0);
    expect(output).toContain(message);
  });
});

describe('eleventy', () => {
  test('feeds show pictures, or the build says that they would not', async () => {
    const site = await createSiteProject('eleventy', { versions: FEEDS });
    site.write(
      'content/posts/pic.image.yaml',
      'prompt: A small kettle\nalt: A kettle\noutput: { priority: true }\n',
    );
    // A folder that is called like the base, and what stands where its pictures would be without it.
    site.write('content/docs/cup.image.yaml', 'prompt: A cup in a folder\nalt: The inner cup\n');
    site.write('content/cup.image.yaml', 'prompt: A cup\nalt: The outer cup\n');
    site.write(
      'content/posts/one.md',
      `---
title: One
tags: posts
permalink: news/one/
---
![](./pic.image.yaml) <img src="/hero.image.yaml" alt="Ours"> \`<img src="./pic.image.yaml">\`

<img src="/docs/cup.image.yaml">
`,
    );
    const configure = (more: string, start = 'example(config)'): void =>
      site.write(
        'eleventy.feeds.config.js',
        `import { feedPlugin } from '@11ty/eleventy-plugin-rss';
import imagePrompt from 'unplugin-image-prompt/eleventy';
import example from './eleventy.config.js';
const metadata = { title: 'News', base: 'https://example.org/', author: { name: 'We' } };
export default function (config) {
  for (const type of ['atom', 'json']) {
    config.addPlugin(feedPlugin, { type, outputPath: '/feed.' + type, collection: { name: 'posts' }, metadata });
  }
  ${more}
  return ${start};
}
`,
      );
    const build = (): Promise<SiteRun> =>
      site.run(['eleventy', '--config=eleventy.feeds.config.js']);

    configure('');
    const { status, output } = await build();
    expect(status, output).toBe(0);
    const json = JSON.parse(site.readText('_site/feed.json'));
    const html: string = json.items[0].content_html;
    expect(html.match(/<picture>/g)).toHaveLength(3);
    expect(html).not.toContain('<link');
    const urls = [...html.matchAll(/https:[^\s",]+/g)].map(([url]) => url);
    expect(urls.length).toBeGreaterThanOrEqual(15);
    for (const url of urls) {
      expect(url).toMatch(/^https:\/\/example\.org\/docs\/assets\/image-prompt\/(pic|hero|cup)-/);
      expect(site.list('_site')).toContain(url.slice('https://example.org/docs/'.length));
    }
    const atom = site.readText('_site/feed.atom');
    expect(urls.filter((url) => !atom.includes(url))).toEqual([]);
    const page = site.readText('_site/news/one/index.html');
    expect(urls.filter((url) => !page.includes(url.slice('https://example.org'.length)))).toEqual(
      [],
    );

    expect(page).toContain('<link rel="preload"');
    for (const text of [html, page]) {
      expect(text).toContain('The inner cup');
      expect(text).not.toContain('The outer cup');
    }

    // A host of its own, and what users of the plugin for Vite say.
    for (const [base, start] of [
      ['https://cdn.example/x/', 'https://cdn.example/x/assets/'],
      ['/', 'https://example.org/docs/assets/'],
      ['/blog/', 'https://example.org/blog/assets/'],
      ['./', 'https://example.org/docs/assets/'],
    ]) {
      const plugin = `(config.addPlugin(imagePrompt, { base: '${base}' }), { pathPrefix: '/docs/', dir: { input: 'content' } })`;
      configure('', plugin);
      const moved = await build();
      expect(moved.status, moved.output).toBe(0);
      const { items } = JSON.parse(site.readText('_site/feed.json'));
      const sources = [...items[0].content_html.matchAll(/src(?:set)?="([^",\s]+)/g)];
      expect(sources.length).toBeGreaterThan(5);
      for (const [, url = ''] of sources) expect(url.slice(0, start!.length)).toBe(start);
    }

    // What is gone must not be taken from elsewhere.
    configure('');
    site.remove('content/docs/cup.image.yaml');
    const gone = await build();
    expect(gone.status, gone.output).not.toBe(0);
    expect(gone.output).toContain('names a spec that does not exist: /docs/cup.image.yaml');
    site.write('content/docs/cup.image.yaml', 'prompt: A cup in a folder\nalt: The inner cup\n');

    configure(`config.addTemplate('raw.njk', '<rss><item><description>{{ collections.posts[0].content }}</description></item></rss>', {
    permalink: '/raw.xml', eleventyExcludeFromCollections: true });`);
    const failed = await build();
    expect(failed.status, failed.output).not.toBe(0);
    expect(failed.output).toContain('LEAK_RAW: raw.xml names ./pic.image.yaml in <img src>');
    expect(failed.output).toContain('renderTransforms');
  });
});
