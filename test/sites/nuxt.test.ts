// The example of Nuxt with Nuxt Content: templates, imports, Markdown, front matter.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { shownSrc, watchPage } from '../helpers/browser-page.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { createSiteProject, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { openDevSite } from '../helpers/sites-dev.ts';
import { lookAt, openBrowser } from '../helpers/sites-look.ts';
import { payFor } from '../helpers/sites-money.ts';
import { serveFolder } from '../helpers/static-server.ts';

const TSC = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);
const service = useFal();
const BASE = '/docs/';
const PUBLIC = '.output/public';
const GENERATE = ['nuxt', 'generate'];
const HERO = 'content/pictures/hero.image.yaml';
const LATE = 'content/pictures/late.image.yaml';
const INDEX = 'content/index.md';
const FORMS = 'content/forms.md';
const HIDDEN = 'content/hidden.md';
const SPARE = '![](./pictures/spare.image.yaml)';
const HERO_FILE = './pictures/hero.image.yaml';
/** Every way to name a spec, and some that do not. */
const FORMS_TEXT = `
By reference ![By reference][hero], in a component :img{src=${HERO_FILE} alt="By component"}

| in a table |
|---|
| ![In a table](<${HERO_FILE}> "A title"){.framed sizes="10vw"} |

<img
  alt="On lines"
  src='/pictures/leaf.image.yaml?w=64'>

    ${SPARE}

\`\`\`md
${SPARE}
\`\`\`

[hero]: ${HERO_FILE}
`;

describe('nuxt', () => {
  let site: SiteProject;
  let crawled: CrawledSite;
  const build = async (words: readonly string[] = GENERATE): Promise<CrawledSite> => {
    const { status, output } = await site.run(words);
    expect(status, output).toBe(0);
    return await crawlSite(site, PUBLIC, { base: BASE });
  };
  const imagesOf = (from: CrawledSite, page: string): Record<string, string>[] =>
    tagsNamed(from, page, 'img').map(({ attributes, parent }) => ({ ...attributes, parent }));
  beforeAll(async () => {
    // Nuxt 4.5 needs Node 22.18 or later.
    site = await createSiteProject('nuxt', { node: '22' });
    // One that nobody shows: a draft names it, and code that is only shown.
    site.write(
      'content/pictures/spare.image.yaml',
      'prompt: A spare tea bowl on a shelf\nalt: A bowl\nimage_size: square\n',
    );
    site.write('content/drafts/plan.md', '![](../pictures/spare.image.yaml)\n');
    site.write('content/shown.md', '```md\nsrc: ./pictures/spare.image.yaml\n```\n');
    const config = site.readText('content.config.js');
    site.write(
      'content.config.js',
      config.replace("source: '**/*.md'", "source: { include: '**/*.md', exclude: ['drafts/**'] }"),
    );
    site.write(FORMS, FORMS_TEXT);
    site.write(INDEX, `${site.readText(INDEX)}\n[All forms](/forms)\n`);
    site.write(HIDDEN, 'No page leads here.\n');
    crawled = await build();
  });

  test('every file that a page names is there and decodes', () => {
    expect([...crawled.pages.keys()]).toEqual(
      expect.arrayContaining(['about/index.html', 'index.html']),
    );
    const files = site
      .list(`${PUBLIC}/_nuxt`)
      .filter((name) => /\.(avif|webp|jpg|png)$/.test(name));
    expect(files).toHaveLength(15);
    // What nobody names is neither made nor published.
    expect(files.filter((name) => name.includes('spare'))).toEqual([]);
    expect(site.list('.image-prompt/originals').join()).not.toContain('spare');
  });

  test('Markdown and raw <img>: the spec gives the alt, unless the author does', () => {
    const images = imagesOf(crawled, 'index.html');
    expect(images.map(({ alt }) => alt)).toEqual([
      'A tea house by a river',
      '',
      'The tea house, seen from the river',
    ]);
    const [hero, leaf, raw] = images;
    expect(hero).toMatchObject({
      parent: 'picture',
      width: '1200',
      height: '800',
      loading: 'lazy',
      sizes: '(min-width: 800px) 800px, 100vw',
    });
    expect(hero!['style']).toMatch(/background-image:\s*url\(data:image\/webp/);
    expect(leaf!['src']).toMatch(/^\/docs\/_nuxt\/leaf-512\..*\.png$/);
    expect(raw).toMatchObject({ class: 'small', sizes: '50vw' });
    const [avif, webp] = tagsNamed(crawled, 'index.html', 'source');
    expect([avif!.attributes['type'], webp!.attributes['type']]).toEqual([
      'image/avif',
      'image/webp',
    ]);
  });

  test('every form of Markdown', () => {
    const images = imagesOf(crawled, 'forms/index.html');
    expect(images.map(({ alt }) => alt)).toEqual([
      'By reference',
      'By component',
      'In a table',
      'On lines',
    ]);
    expect(images[2]).toMatchObject({ class: 'framed', sizes: '10vw', title: 'A title' });
    expect(images[3]!['src']).toMatch(/leaf-64\..*\.png$/);
  });

  test('browsers fetch no picture ahead, and no module of one', () => {
    for (const page of ['index.html', 'about/index.html', 'forms/index.html']) {
      const ahead = tagsNamed(crawled, page, 'link')
        .map(({ attributes }) => attributes)
        .filter(({ rel }) => rel === 'prefetch');
      // Those of Nuxt's own pages for errors.
      expect(ahead.length, page).toBeGreaterThan(0);
      for (const { href } of ahead) {
        expect(href).toMatch(/\.js$/);
        expect(site.readText(`${PUBLIC}/${href!.slice(BASE.length)}`)).not.toContain('srcset');
      }
    }
  });

  test('templates and components', () => {
    const [leaf, hero] = imagesOf(crawled, 'about/index.html');
    expect(leaf).toMatchObject({ class: 'leaf', alt: '', parent: 'picture' });
    expect(hero).toMatchObject({ class: 'hero', sizes: '50vw', alt: 'A tea house by a river' });
  });

  test('front matter: og:image', () => {
    const metas = tagsNamed(crawled, 'index.html', 'meta').map(({ attributes }) => attributes);
    const contentOf = (property: string): string =>
      metas.find((one) => one['property'] === property)!['content']!;
    expect(contentOf('og:image')).toMatch(
      /^https:\/\/example\.org\/docs\/_nuxt\/hero-1200\..*\.jpg$/,
    );
    expect(contentOf('og:image:alt')).toBe('A tea house by a river');
  });

  test('text about specs stays, and what Nuxt Content publishes names none', () => {
    expect(site.readText(`${PUBLIC}/index.html`)).toContain('![](./pictures/hero.image.yaml)');
    const payload = site.readText(`${PUBLIC}/_payload.json`);
    expect(payload).not.toMatch(/"[^"`]*pictures\\u002Fhero\.image\.yaml"/);
    expect(payload).not.toContain('drawn with a few calm lines');
  });

  test('Chromium shows it: no shift, no complaint', async () => {
    const seen = await lookAt(site, PUBLIC, { base: BASE, pages: ['', 'about/'] });
    expect(seen[0]!.src).toMatch(/hero-828\..*\.avif$/);
    expect(seen[0]!.alt).toBe('A tea house by a river');
  });

  test('a page that is reached by a link shows its pictures', async () => {
    const server = await serveFolder(site.path(PUBLIC), BASE);
    const { page, complaints, close } = await watchPage(await openBrowser());
    try {
      await page.goto(`${server.url}about/`);
      await page.getByText('Home').click();
      const image = page.locator('img[sizes^="(min-width"]');
      await shownSrc(image);
      expect(await image.getAttribute('alt')).toBe('A tea house by a river');
      expect(complaints).toEqual([]);
    } finally {
      await close();
      await server.close();
    }
  });

  test('an edit of a spec shows in the next build, which has no stale content', async () => {
    const hero = site.readText(HERO);
    site.write(HERO, hero.replace('dawn', 'night').replace('alt: A tea', 'alt: That tea'));
    const after = await build();
    const heroes = [...after.files.keys()].filter((file) => /hero-/.test(file));
    expect(heroes.length).toBeGreaterThan(3);
    expect(heroes.filter((file) => crawled.files.has(file))).toEqual([]);
    expect(imagesOf(after, 'index.html')[0]!['alt']).toBe('That tea house by a river');
  });

  test('nuxt build: the server has the same pages', async () => {
    const { status, output } = await site.run(['nuxt', 'build']);
    expect(status, output).toBe(0);
    const server = await openDevSite(site, ['node', '.output/server/index.mjs'], BASE, {
      PORT: '{port}',
    });
    try {
      const image = await server.firstImage('');
      expect(image.src).toMatch(/^\/docs\/_nuxt\/hero-1200\./);
      expect(image.width).toBe(1200);
    } finally {
      await server.close();
    }
  });

  test('dev: encodes on demand, shows an edit of a spec and a spec that is named anew', async () => {
    const dev = await openDevSite(site, ['nuxt', 'dev', '--port', '{port}'], BASE);
    const { page, complaints, close } = await watchPage(await openBrowser());
    const [hero, index] = [site.readText(HERO), site.readText(INDEX)];
    const first = page.locator('main img').first();
    try {
      await page.goto(dev.url);
      expect(await shownSrc(first)).toContain('@image-prompt/hero-');
      // What changes before that stays as the server has written it, as in any page of Vue.
      await page.waitForFunction(() => {
        const { useNuxtApp } = globalThis as { useNuxtApp?: () => { isHydrating?: boolean } };
        return useNuxtApp?.().isHydrating === false;
      });
      site.write(HERO, hero.replace(/dawn|night/, 'noon').replace(/alt: \w+/, 'alt: This'));
      await expect
        .poll(() => first.getAttribute('alt').catch(() => ''))
        .toBe('This tea house by a river');
      const spare = index.replace('![](./pictures/hero', '![](./pictures/spare');
      site.write(INDEX, spare);
      await expect.poll(() => first.getAttribute('alt').catch(() => '')).toBe('A bowl');
      await shownSrc(first);
      expect(complaints.filter((text) => /hydrat|Vue warn|image-prompt: /i.test(text))).toEqual([]);
      // A spec that comes after the page that names it, and other pages meanwhile.
      site.write(INDEX, index.replace('![](./pictures/hero', '![](./pictures/late'));
      const answers = async (path: string): Promise<number> =>
        (await fetch(`${dev.url}${path}`)).status;
      await expect.poll(() => answers('')).toBe(500);
      expect(await answers('about')).toBe(200);
      site.write(LATE, hero.replace(/alt: .*/, 'alt: Late'));
      await expect.poll(() => answers('')).toBe(200);
      expect((await dev.firstImage('')).alt).toBe('Late');
      // One that goes, and comes back.
      const late = site.readText(LATE);
      rmSync(site.path(LATE));
      await expect.poll(() => answers('')).toBe(500);
      site.write(LATE, late.replace('alt: Late', 'alt: Later'));
      await expect.poll(async () => (await dev.firstImage('')).alt).toBe('Later');
      // A text that was parsed before names what no page names any more.
      site.write(INDEX, spare);
      await expect.poll(async () => (await dev.firstImage('')).alt).toBe('A bowl');
    } finally {
      await close();
      await dev.close();
      site.write(HERO, hero);
      site.write(INDEX, index);
      rmSync(site.path(LATE), { force: true });
    }
  });

  test('each picture is paid for once; a frozen build pays nothing', async () => {
    await payFor({ site, service, build: GENERATE, specs: 2 });
  });

  test.each([
    [
      'a spec that does not exist',
      INDEX,
      '![](./pictures/hero',
      '![](./pictures/gone',
      'content/index.md names a spec that does not exist: content/pictures/gone.image.yaml',
    ],
    ['the prompt', INDEX, '# Tea house', '# {prompt}', 'LEAK_RAW: The output file _payload.json'],
    [
      'the prompt in what is published of a page that nobody shows',
      HIDDEN,
      'No page',
      '{prompt}',
      'LEAK_RAW: The output file __nuxt_content/content/sql_dump.txt',
    ],
  ])('fails for %s', async (_what, file, from, to, message) => {
    const page = site.readText(file);
    const [, prompt] = /^prompt: (.+)$/m.exec(site.readText(HERO))!;
    site.write(file, page.replace(from, to.replace('{prompt}', prompt!)));
    const { status, output } = await site.run(GENERATE);
    site.write(file, page);
    expect(status, output).not.toBe(0);
    expect(output).toContain(message);
  });

  test('a collection that takes specs for pages publishes nothing of them', async () => {
    const config = site.readText('content.config.js');
    site.write('content.config.js', config.replace(/source: .*/, "source: '**',"));
    const { status, output } = await site.run(GENERATE);
    site.write('content.config.js', config);
    expect(status, output).toBe(0);
    expect(output).toContain('hero.image.yaml is read as content, and left empty there');
    // What browsers get of Nuxt Content.
    const dump = site.readText(`${PUBLIC}/__nuxt_content/content/sql_dump.txt`);
    const rows = gunzipSync(Buffer.from(dump, 'base64')).toString();
    expect(rows).toContain('A quiet place by the river.');
    expect(rows).not.toContain('drawn with a few calm lines');
  });

  test('types: options in the configuration, modules, usePicture', async () => {
    const config = site.readText('nuxt.config.js');
    const broken = `imagePrompt: { budget: 'five', onMissing: 'generat' },`;
    site.write('nuxt.config.ts', config.replace('content: {', `${broken}\n  content: {`));
    rmSync(site.path('nuxt.config.js'));
    site.write(
      'app/probe.ts',
      [
        "import hero from '../content/pictures/hero.image.yaml';",
        "import url from '../content/pictures/hero.image.yaml?url';",
        'export const right: [number, string] = [hero.width, url];',
        'export const alt: number = hero.alt;',
        "export const found: number = await usePicture('x');",
      ].join('\n'),
    );
    try {
      const { status, output } = await site.run(['nuxt', 'prepare']);
      expect(status, output).toBe(0);
      const told: string[] = [];
      for (const name of ['app', 'node']) {
        const words = ['node', TSC, '--noEmit', '--pretty', 'false', '-p'];
        const { output } = await site.run([...words, `.nuxt/tsconfig.${name}.json`]);
        told.push(...output.split('\n').filter((line) => /^(?:app|nuxt)\b/.test(line)));
      }
      expect(told).toEqual([
        expect.stringMatching(
          /^app\/probe\.ts\(4,14\): .*'string' is not assignable to type 'number'/,
        ),
        expect.stringMatching(/^app\/probe\.ts\(5,14\): .*'Picture \| null'/),
        expect.stringMatching(
          /^nuxt\.config\.ts\(\d+,\d+\): .*'string' is not assignable to type 'number'/,
        ),
        expect.stringMatching(/^nuxt\.config\.ts\(\d+,\d+\): .*Did you mean '"generate"'/),
      ]);
    } finally {
      site.write('nuxt.config.js', config);
      for (const name of ['nuxt.config.ts', 'app/probe.ts']) rmSync(site.path(name));
    }
  });

  test.each([
    ['with one configuration of Vite for each build', false],
    ['with one for both', true],
  ])('without Nuxt Content, and with another folder of assets, %s', async (_how, isOne) => {
    site.write(
      'nuxt.config.js',
      `export default ${JSON.stringify({
        compatibilityDate: '2026-11-01',
        modules: ['unplugin-image-prompt/nuxt'],
        app: { baseURL: '/x/', buildAssetsDir: '/files/here/' },
        experimental: { viteEnvironmentApi: isOne },
      })};\n`,
    );
    if (site.list('app/pages').length > 1) {
      site.write('app/pages/index.vue', site.readText('app/pages/about.vue'));
      for (const path of ['content.config.js', 'app/pages/about.vue', 'app/pages/[...slug].vue'])
        rmSync(site.path(path));
    }
    const { status, output } = await site.run(GENERATE);
    expect(status, output).toBe(0);
    const plain = await crawlSite(site, PUBLIC, { base: '/x/' });
    expect(tagsNamed(plain, 'index.html', 'img')[1]!.attributes['src']).toMatch(
      /^\/x\/files\/here\/hero-1200\..*\.jpg$/,
    );
    const links = tagsNamed(plain, 'index.html', 'link').map(({ attributes }) => attributes);
    const pictures = links.filter(({ href = '' }) => /\.(?:avif|webp|jpg|png)$/.test(href));
    expect(pictures.map(({ rel }) => rel)).toEqual(['icon']);
  });
});
