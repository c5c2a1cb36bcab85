// Pages and style sheets of the dev server: URLs that answer, and pages that follow edits.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createProject, type Project, runBin } from '../helpers/bundlers.ts';
import { type DevServer, startDevServer } from '../helpers/bundlers-dev.ts';
import { configOf, SPECS } from '../helpers/bundlers-fixture.ts';
import { cssUrls, pageUrls, tagsOf } from '../helpers/bundlers-page.ts';

const FILES = {
  ...SPECS,
  'index.html': `<!doctype html><html><head><title>Page</title>
<meta property="og:image" content="./src/card.image.yaml">
<link rel="icon" href="/src/card.image.yaml">
<style>b { background: url(./src/wide.image.yaml) }</style></head>
<body style="background: url(src/wide.image.yaml)"><img src="./src/square.image.yaml" fetchpriority="high">
<script type="module" src="/src/main.js"></script></body></html>\n`,
  'about/index.html':
    '<!doctype html><html><body><img src="../src/wide.image.yaml"></body></html>\n',
  'src/main.js': "import './style.css';\nimport.meta.hot.accept();\n",
  'src/style.css': '@import "./parts/more.css" screen;\na { background: url(./wide.image.yaml) }\n',
  'src/parts/more.css': 'i { background: image-set("../card.image.yaml" type("image/avif")) }\n',
};

const CSS = /__vite__css = ("(?:\\.|[^"\\])*")/;

describe.each([
  ['/', '', '/'],
  ['/sub/', "base: '/sub/',", '/sub/'],
  ['/ and an origin', "server: { origin: 'http://assets.example:1' },", '/'],
])('base %s', (_name, fields, base) => {
  let project: Project;
  let server: DevServer;
  beforeAll(async () => {
    project = createProject({ ...FILES, 'vite.config.mjs': configOf('vite', { fields }) });
    server = await startDevServer(project, { CI: '1' });
  });
  beforeEach(() => server.forget());

  const pageAt = async (path: string): Promise<string> => {
    const { status, body } = await server.get(base + path, { accept: 'text/html' });
    expect(status).toBe(200);
    return body.toString();
  };
  const sheet = async (): Promise<string> => {
    const { body } = await server.get(`${base}src/style.css`, { 'sec-fetch-dest': 'script' });
    const { status, body: module } = await server.get(`${base}src/style.css?import`);
    expect(status, body.toString()).toBe(200);
    return JSON.parse(CSS.exec(module.toString())?.[1] ?? '""') as string;
  };
  const expectImages = async (urls: readonly string[]): Promise<void> => {
    for (const url of new Set(urls)) {
      const path = url.replace('http://assets.example:1', '');
      expect(path.startsWith(`${base}@image-prompt/`), url).toBe(true);
      const { status, type } = await server.get(path);
      expect({ status, type }).toEqual({
        status: 200,
        type: expect.stringMatching(/^image\/(?:avif|webp|jpeg)$/),
      });
    }
  };

  test('URLs of pages answer', async () => {
    for (const [path, count] of [
      ['index.html', 15],
      ['', 15],
      ['about/index.html', 4],
      ['about/', 4],
    ] as const) {
      const html = await pageAt(path);
      const urls = pageUrls(html).filter((url) => !/client/.test(url));
      expect(urls.length, path).toBeGreaterThanOrEqual(count - 5);
      await expectImages(urls);
      expect(html).not.toContain('data-image-prompt');
      expect(html).not.toMatch(/\.image\.yaml/);
    }
  });

  test('URLs of style sheets answer', async () => {
    const css = await sheet();
    const urls = cssUrls(css);
    expect(urls).toHaveLength(2);
    if (fields.includes('origin'))
      for (const url of urls) expect(url).toContain('http://assets.example:1/');
    await expectImages(urls);
    expect(css).toContain('@media screen');
  });

  test('an edit of a spec reloads the pages that show it, and only those', async () => {
    await pageAt('index.html');
    await pageAt('about/index.html');
    const before = pageUrls(await pageAt('index.html'));
    server.forget();
    const name = 'src/square.image.yaml';
    project.write({ [name]: project.read(name).replace('[200, 400]', '[240]') });
    const reload = (await server.next('full-reload')) as { path?: string };
    expect(reload.path).toBe('/index.html');
    const after = pageUrls(await pageAt('index.html'));
    expect(after).not.toEqual(before);
    await expectImages(after.filter((url) => !/client/.test(url)));
  });

  test('an edit of a spec, or of an imported sheet, updates the style sheet', async () => {
    const before = await sheet();
    server.forget();
    project.write({
      'src/card.image.yaml': project.read('src/card.image.yaml').replace('[300, 4000]', '[310]'),
    });
    const { updates } = await server.next('update');
    expect(updates?.map(({ path }) => path)).toContain('/src/style.css');
    const after = await sheet();
    expect(after).not.toBe(before);
    await expectImages(cssUrls(after));
    server.forget();
    project.write({
      'src/parts/more.css': 'i { background: url(../square.image.yaml); color: red }\n',
    });
    await server.next('update');
    const last = await sheet();
    expect(last).toContain('color: red');
    await expectImages(cssUrls(last));
  });

  test('a broken spec shows its place, and mending it recovers', async () => {
    const name = 'src/wide.image.yaml';
    const good = project.read(name);
    project.write({ [name]: good.replace('quality: low', 'quality: lwo') });
    await server.next('full-reload');
    const { status, body } = await server.get(`${base}about/index.html`, { accept: 'text/html' });
    expect(status).toBe(500);
    expect(body.toString()).toContain('SPEC_VALUE');
    server.forget();
    await new Promise((resolve) => setTimeout(resolve, 150));
    project.write({ [name]: good });
    await server.next('full-reload');
    expect(tagsOf(await pageAt('about/index.html')).map(({ name }) => name)).toContain('picture');
  });
});

test('a picture generated meanwhile reloads the page', async () => {
  const config = configOf('vite', {
    imports: `import { sketch } from 'unplugin-image-prompt';`,
    options: '{ provider: sketch() }',
  });
  const project = createProject({
    ...FILES,
    'vite.config.mjs': config,
    'image-prompt.config.mjs': `import { sketch } from 'unplugin-image-prompt';\nexport default { provider: sketch() };\n`,
  });
  const server = await startDevServer(project);
  const page = async (): Promise<string> =>
    (await server.get('/about/index.html', { accept: 'text/html' })).body.toString();
  const before = await page();
  server.forget();
  const { code, stderr } = await runBin(project, [
    'image-prompt',
    'generate',
    '--yes',
    'src/wide.image.yaml',
  ]);
  expect(code, stderr).toBe(0);
  expect(((await server.next('full-reload')) as { path?: string }).path).toBe('/about/index.html');
  expect(await page()).not.toBe(before);
});
