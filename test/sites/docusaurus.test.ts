// The example of Docusaurus, with both of its bundlers.
import { beforeAll, describe, expect, test } from 'vitest';
import { shownSrc, watchPage } from '../helpers/browser-page.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt, openBrowser } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';

const service = useFal();
const BASE = '/site/';
const BUILD = ['docusaurus', 'build'];
// What the registry does not have of what the preset asks for.
const DOCSEARCH = ['core', 'js', 'css', 'sidepanel-js', 'react'];
const OVERRIDES = Object.fromEntries(DOCSEARCH.map((name) => [`@docsearch/${name}`, '4.7.0']));
const POST = 'blog/2026/11/21/opening/index.html';

describe.each(['docusaurus-rspack', 'docusaurus-webpack'])('%s', (name) => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (): Promise<CrawledSite> => {
    const { status, output } = await site.run(BUILD);
    expect(status, output).toBe(0);
    return await crawlSite(site, 'build', { base: BASE });
  };
  const attributesOf = (page: string, tag: string, where: Record<string, string>, of = crawled) =>
    tagsNamed(of, page, tag)
      .map(({ attributes }) => attributes)
      .filter((one) => Object.entries(where).every(([key, value]) => one[key] === value));
  const sharedBy = (page: string, of = crawled): (string | undefined)[] =>
    attributesOf(page, 'meta', { property: 'og:image' }, of).map(({ content }) => content);

  beforeAll(async () => {
    site = await createSiteProject('docusaurus', { name, overrides: OVERRIDES });
    if (name.endsWith('webpack')) {
      const config = site.readText('docusaurus.config.js');
      site.write('docusaurus.config.js', config.replace(/^.*future: .*\n/m, ''));
    }
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual(
      expect.arrayContaining(['404.html', POST, 'guide/index.html', 'index.html']),
    );
    // Those of the bundler for browsers, and of the bundler for the server no others.
    const named = new Set(crawled.files.keys());
    const images = site.list('build').filter((file) => /\.(avif|webp|jpg|png)$/.test(file));
    expect(images.length).toBeGreaterThan(20);
    expect(images.filter((file) => !named.has(file))).toEqual([]);
    expect(site.list('.image-prompt/originals')).toHaveLength(4);
  });

  test('Markdown: the spec gives the alt, unless the author does', () => {
    const images = tagsNamed(crawled, 'guide/index.html', 'img').filter(
      ({ parent }) => parent === 'picture',
    );
    expect(images.map(({ attributes }) => attributes['alt'])).toEqual([
      'A tea house by a river',
      'Where the guests arrive',
      '',
    ]);
    expect(images[0]!.attributes).toMatchObject({ width: '1200', height: '800', loading: 'lazy' });
    // Of a query.
    expect(images[1]!.attributes).toMatchObject({ width: '800', height: '800' });
    const [door] = attributesOf(POST, 'img', { alt: 'The door' });
    expect(door!['srcset']).toContain('/site/assets/images/hero-640-');
  });

  test('<img> of MDX: attributes stay, decoration stays silent', () => {
    const [leaf] = attributesOf('guide/index.html', 'img', { class: 'leaf' });
    expect(leaf).toMatchObject({ alt: '', width: '64', height: '64' });
  });

  test('imports in MDX', () => {
    const [house] = attributesOf('index.html', 'img', { alt: 'The house, from the river' });
    expect(house).toMatchObject({ width: '1200', height: '800', loading: 'eager' });
  });

  test('front matter: og:image of pages and posts', () => {
    for (const [page, picture] of [
      ['guide/index.html', 'hero-1200-\\w+\\.jpg'],
      [POST, 'leaf-512-\\w+\\.png'],
    ] as const) {
      expect(sharedBy(page)).toEqual([
        expect.stringMatching(
          new RegExp(`^https://example\\.org/site/assets/image-prompt/${picture}$`),
        ),
      ]);
    }
  });

  test('configuration: og:image, logos, the icon, a tag of the head', () => {
    for (const page of crawled.pages.keys()) {
      if (page !== POST)
        expect(sharedBy(page)[0]).toContain('/site/assets/image-prompt/hero-1200-');
      const logos = tagsNamed(crawled, page, 'img').filter(({ attributes }) =>
        attributes['class']?.includes('themedComponent'),
      );
      expect(logos.map(({ attributes }) => attributes['src'])).toEqual([
        expect.stringMatching(/^\/site\/assets\/image-prompt\/leaf-512-\w+\.png$/),
        expect.stringMatching(/^\/site\/assets\/image-prompt\/leaf-128-\w+\.png$/),
      ]);
      expect(logos[0]!.attributes).toMatchObject({ width: '32', height: '32', alt: '' });
      const [icon] = attributesOf(page, 'link', { rel: 'icon' });
      expect(icon!['href']).toMatch(/^\/site\/assets\/image-prompt\/leaf-512-\w+\.png$/);
      const [touch] = attributesOf(page, 'link', { rel: 'apple-touch-icon' });
      expect(touch!['href']).toBe(icon!['href']);
    }
  });

  test('text about specs stays', () => {
    expect(site.readText('build/guide/index.html')).toContain('<code>hero.image.yaml</code>');
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const pages = ['', 'guide/', 'blog/2026/11/21/opening/'];
    const seen = await lookAt(site, 'build', { base: BASE, pages });
    const [house] = seen.filter(({ alt }) => alt === 'The house, from the river');
    expect(house!.src).toMatch(/hero-(?:828|1200)-\w+\.avif$/);
  });

  test('dev: encodes on demand, and shows an edit of a spec', async () => {
    const words = ['docusaurus', 'start', '--port={port}', '--no-open'];
    const hero = site.readText('hero.image.yaml');
    const leaf = site.readText('leaf.image.yaml');
    const dev = await openDevSite(site, words, BASE);
    const { page, complaints, close } = await watchPage(await openBrowser());
    const srcOf = (selector: string): Promise<string> => shownSrc(page.locator(selector).first());
    const shared = (): Promise<string | null> =>
      page.locator('meta[property="og:image"]').first().getAttribute('content');
    try {
      await page.goto(`${dev.url}guide/`);
      // In Markdown.
      const before = await srcOf('picture img');
      expect(before).toContain('/site/@image-prompt/hero-');
      // In the front matter, and in the configuration.
      const meta = await shared();
      expect(meta).toContain('/site/@image-prompt/hero-');
      const logo = await srcOf('.navbar__logo img');
      expect(logo).toContain('/site/@image-prompt/leaf-');
      site.write('hero.image.yaml', hero.replace('dawn', 'noon'));
      await expect.poll(() => srcOf('picture img')).not.toBe(before);
      await expect.poll(shared).not.toBe(meta);
      site.write('leaf.image.yaml', leaf.replace('maple', 'oak'));
      await expect.poll(() => srcOf('.navbar__logo img')).not.toBe(logo);
      expect(complaints.filter((text) => !text.startsWith('Failed to load'))).toEqual([]);
    } finally {
      await close();
      await dev.close();
      site.write('hero.image.yaml', hero);
      site.write('leaf.image.yaml', leaf);
    }
  });

  test('an edit of a spec shows in the next build, whatever is kept of the last one', async () => {
    const hero = site.readText('hero.image.yaml');
    site.write('hero.image.yaml', hero.replace('dawn', 'night'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThan(9);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
    for (const page of ['index.html', 'guide/index.html']) {
      expect(sharedBy(page, after)).toHaveLength(1);
      expect(sharedBy(page, after)).not.toEqual(sharedBy(page));
    }
    expect(sharedBy(POST, after)).toEqual(sharedBy(POST));
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: BUILD, specs: 2 });
    // What the sketches of one build were called is not what its successors name.
    await crawlSite(site, 'build', { base: BASE });
  });

  test('fails for a spec of the front matter that does not exist', async () => {
    await expectFailure(site, ['docs/index.md', 'image: ../hero', 'image: ../gone', 'gone.image']);
  });
});

// What both bundlers are told by the same code.
describe('docusaurus-rspack', () => {
  let site: SiteProject;
  beforeAll(async () => {
    site = await createSiteProject('docusaurus', { overrides: OVERRIDES });
  });

  test('commands that publish nothing pay nothing', async () => {
    const config = site.readText('image-prompt.config.js');
    site.write('image-prompt.config.js', config.replace(/provider: sketch\(\),?/, ''));
    const { stats } = service.standIn;
    const before = stats.submits;
    const { status, output } = await site.run(['docusaurus', 'write-translations'], service.env);
    expect(status, output).toBe(0);
    expect(stats.submits).toBe(before);
    site.write('image-prompt.config.js', config);
  });

  test('the plugin, `remark` and `parseFrontMatter` can be put into a configuration by hand', async () => {
    const config = site.readText('docusaurus.config.js');
    const parts =
      "const images = require('unplugin-image-prompt/docusaurus');\nconst ours = { beforeDefaultRemarkPlugins: [images.remark] };\n";
    site.write(
      'docusaurus.config.js',
      parts +
        config
          .replace(/^import \{ withImagePrompt.*\n/m, '')
          .replace(
            'export default withImagePrompt({',
            'module.exports = ({ plugins: [images], markdown: { parseFrontMatter: images.parseFrontMatter },',
          )
          .replace(
            "docs: { routeBasePath: 'guide' }",
            "docs: { routeBasePath: 'guide', ...ours }, blog: ours, pages: ours",
          ),
    );
    const { status, output } = await site.run(BUILD);
    expect(status, output).toBe(0);
    const after = await crawlSite(site, 'build', { base: BASE });
    expect(tagsNamed(after, 'guide/index.html', 'picture').length).toBeGreaterThan(0);
    const metas = tagsNamed(after, 'guide/index.html', 'meta').map(({ attributes }) => attributes);
    const shared = metas.find((one) => one['property'] === 'og:image');
    expect(shared?.['content']).toMatch(/assets\/image-prompt\/hero-/);
    site.write('docusaurus.config.js', config);
  });

  test('withImagePrompt takes a function, and leaves what it finds', async () => {
    const config = site.readText('docusaurus.config.js');
    site.write(
      'docusaurus.config.js',
      config
        .replace('withImagePrompt({', 'withImagePrompt(async () => ({')
        .replace(/\}\);\s*$/, '}));\n')
        .replace(
          "presets: [['classic', {",
          "markdown: { parseFrontMatter: async (page) => { const parsed = await page.defaultParseFrontMatter(page); return { ...parsed, frontMatter: { ...parsed.frontMatter, keywords: ['ours'] } }; } }, presets: [['classic', { blog: false,",
        )
        .replace(/^.*label: 'Blog'.*\n/m, ''),
    );
    const { status, output } = await site.run(BUILD);
    expect(status, output).toBe(0);
    const after = await crawlSite(site, 'build', { base: BASE });
    expect([...after.pages.keys()].filter((page) => page.startsWith('blog'))).toEqual([]);
    const metas = tagsNamed(after, 'guide/index.html', 'meta').map(({ attributes }) => attributes);
    expect(metas).toContainEqual(expect.objectContaining({ name: 'keywords', content: 'ours' }));
    expect(tagsNamed(after, 'guide/index.html', 'picture')).toHaveLength(3);
    site.write('docusaurus.config.js', config);
  });

  test.each([
    ['a spec that does not exist', 'docs/index.md', '![](../hero', '![](../gone', 'gone.image'],
    [
      'the prompt',
      'docs/index.md',
      '# The guide',
      '# A quiet tea house by a river at dawn, drawn with a few calm lines',
      'LEAK_RAW',
    ],
    [
      'a reference where no picture can stand',
      'docs/index.md',
      '# The guide',
      '<object data="./hero.image.yaml" />',
      'LEAK_RAW',
    ],
    [
      'a spec of the configuration that does not exist',
      'docusaurus.config.js',
      "image: './hero",
      "image: './gone",
      'gone.image',
    ],
  ])('fails for %s', async (_what, ...change) => {
    await expectFailure(site, change);
  });
});

async function expectFailure(
  site: SiteProject,
  [file, from, to, message]: [file: string, from: string, to: string, message: string],
): Promise<void> {
  const text = site.readText(file);
  expect(text).toContain(from);
  site.write(file, text.replace(from, to));
  const { status, output } = await site.run(BUILD);
  site.write(file, text);
  expect(status, output).not.toBe(0);
  expect(output).toContain(message);
}
