// Vite's dev server in all its shapes. Each case is a script in a process of its own, as a framework would
// write it, that says what it found as JSON.
import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { createProject } from '../helpers/bundlers.ts';
import { MAIN, SPECS } from '../helpers/bundlers-fixture.ts';
import { parseSrcset } from '../helpers/bundlers-output.ts';
import { createSite, runScript, SERVE } from '../helpers/vite-scripts.ts';

const urlsOf = (picture: Picture): string[] =>
  [...picture.sources, picture].flatMap(({ srcset }) => parseSrcset(srcset).map(({ url }) => url));

test.each([
  ['/', '', /^\/@image-prompt\//],
  ['/sub/', "base: '/sub/',", /^\/sub\/@image-prompt\//],
  ["'./'", "base: './',", /^\/@image-prompt\//],
  [
    'https://cdn.example/below/',
    "base: 'https://cdn.example/below/',",
    /^\/below\/@image-prompt\//,
  ],
])('base %s', async (_base, field, pattern) => {
  const { picture, image } = await runScript(
    createSite(field),
    `${SERVE}
const base = server.config.base;
const picture = await load(origin, base + 'src/main.js');
say({ picture, image: await get(origin + picture.src) });`,
  );
  for (const url of urlsOf(picture)) expect(url).toMatch(pattern);
  expect(image).toMatchObject({ status: 200, type: 'image/jpeg' });
});

test('server.origin leads every URL', async () => {
  const { picture, image } = await runScript(
    createSite("base: '/app/', server: { origin: 'http://assets.example:8080' },"),
    `${SERVE}
const picture = await load(origin, '/app/src/main.js');
say({ picture, image: await get(origin + new URL(picture.src).pathname) });`,
  );
  for (const url of urlsOf(picture)) {
    expect(url).toMatch(/^http:\/\/assets\.example:8080\/app\/@image-prompt\//);
  }
  expect(image).toMatchObject({ status: 200, type: 'image/jpeg' });
});

test('middleware mode, with the object of the server for the page', async () => {
  const { picture, image, ssr, page } = await runScript(
    createSite("base: '/app/',"),
    `
const server = await createServer({ ...quiet, appType: 'custom', server: { middlewareMode: true, ws: false } });
const origin = await listen((request, response) => {
  server.middlewares(request, response, async () => {
    const { default: square } = await server.ssrLoadModule('/src/main.js');
    response.end('<img src="' + square.src + '">');
  });
});
const { default: ssr } = await server.ssrLoadModule('/src/main.js');
const picture = await load(origin, '/app/src/main.js');
const page = await get(origin + '/app/whatever');
const [, src] = /src="([^"]+)"/.exec(page.text);
say({ ssr, picture, page: page.text, image: await get(origin + src) });`,
  );
  expect(ssr).toEqual(picture);
  expect(page).toBe(`<img src="${picture.src}">`);
  expect(image).toMatchObject({ status: 200, type: 'image/jpeg' });
});

test('several environments have one and the same object', async () => {
  const { codes } = await runScript(
    createSite("environments: { edge: { consumer: 'server' } },"),
    `${SERVE}
const codes = [];
for (const { pluginContainer } of Object.values(server.environments)) {
  const { id } = await pluginContainer.resolveId('/src/square.image.yaml');
  codes.push((await pluginContainer.load(id)).code);
}
say({ codes });`,
  );
  expect(codes).toHaveLength(3);
  expect(new Set(codes as string[]).size).toBe(1);
});

test('a restart keeps what pages have, and takes the new configuration', async () => {
  const { picture, image, after, again } = await runScript(
    createSite(),
    `
import { writeFileSync, readFileSync } from 'node:fs';
${SERVE}
const picture = await load(origin, '/src/main.js');
await server.restart();
const image = await get(origin + picture.src);
const again = await load(origin, '/src/main.js');
const config = readFileSync('vite.config.mjs', 'utf8');
writeFileSync('vite.config.mjs', config.replace('images()', "images({ defaults: { output: { sizes: '42px' } } })"));
// Between two servers nobody listens.
const sizesNow = async () => (await load(origin, '/src/main.js').catch(() => ({}))).sizes;
for (let left = 100; left > 0 && (await sizesNow()) !== '42px'; left--) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
say({ picture, image, again, after: await load(origin, '/src/main.js') });`,
  );
  expect(again).toEqual(picture);
  expect(image).toMatchObject({ status: 200, type: 'image/jpeg' });
  expect(after).toEqual({
    ...picture,
    sizes: '42px',
    sources: picture.sources.map((source) => ({ ...source, sizes: '42px' })),
  });
});

test('one plugin in a server that is started again still follows the store', async () => {
  const site = createSite('', {
    'image-prompt.config.mjs': `import { sketch } from 'unplugin-image-prompt';
export default { provider: sketch() };
`,
  });
  const { picture, after } = await runScript(
    site,
    `
import { execFileSync } from 'node:child_process';
const server = await createServer({ ...quiet, configFile: false, plugins: [images()], server: { host: '127.0.0.1', port: 0 } });
await server.listen();
await load(originOf(server), '/src/main.js');
await server.restart();
const origin = originOf(server);
const picture = await load(origin, '/src/main.js');
const cli = 'node_modules/unplugin-image-prompt/dist/cli/run.js';
execFileSync(process.execPath, [cli, 'generate', '--yes', 'src/square.image.yaml'], { stdio: 'ignore' });
let after = picture;
for (let left = 300; left > 0 && after.src === picture.src; left--) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  after = await load(origin, '/src/main.js');
}
say({ picture, after });`,
  );
  expect((after as Picture).src).not.toBe(picture.src);
});

test('without HMR the next load shows an edit, misses what was removed, and finds it again', async () => {
  const base = 'output: { sizes: 42px }\n';
  const spec = `extends: ./base.yaml\n${SPECS['src/square.image.yaml']}`;
  const { seen } = await runScript(
    createSite('server: { hmr: false },', { 'src/base.yaml': base, 'src/square.image.yaml': spec }),
    `
import { rmSync, writeFileSync } from 'node:fs';
${SERVE}
const seen = [];
// Vite itself tells of a spec that is gone where it has the importer to load anew.
const GONE = /SPEC_READ|Failed to resolve import ..?\\.\\/square/;
const nameOf = ({ message }) => GONE.test(message) ? 'gone' : /SPEC_[A-Z]+/.exec(message)?.[0] ?? message;
const look = () => load(origin, '/src/main.js').then(({ sizes }) => sizes, nameOf);
const until = async (sizes) => {
  for (let left = 300; left > 0 && (await look()) !== sizes; left--) await new Promise((resolve) => setTimeout(resolve, 100));
  seen.push(await look());
  // chokidar drops a change that follows another within 50 ms.
  await new Promise((resolve) => setTimeout(resolve, 150));
};
const [spec, base] = ['src/square.image.yaml', 'src/base.yaml'];
const text = ${JSON.stringify(spec)};
await until('42px');
writeFileSync(base, 'output: { sizes: 43px }\\n');
await until('43px');
rmSync(base);
await until('SPEC_EXTENDS');
writeFileSync(base, 'output: { sizes: 44px }\\n');
await until('44px');
rmSync(spec);
await until('gone');
writeFileSync(base, 'output: { sizes: 45px }\\n');
writeFileSync(spec, text);
await until('45px');
say({ seen });`,
  );
  expect(seen).toEqual(['42px', '43px', 'SPEC_EXTENDS', '44px', 'gone', '45px']);
});

test('a later process serves what an earlier one handed out', async () => {
  const project = createSite();
  const first = await runScript(
    project,
    `${SERVE} const picture = await load(origin, '/src/main.js'); say({ picture });`,
  );
  const urls = JSON.stringify(urlsOf(first.picture));
  const { statuses } = await runScript(
    project,
    `${SERVE} const statuses = [];
for (const url of ${urls}) statuses.push((await get(origin + url)).status);
say({ statuses });`,
  );
  expect(statuses).toEqual(urlsOf(first.picture).map(() => 200));
});

test('two servers in one process, of two projects', async () => {
  const other = createProject({
    ...SPECS,
    'src/main.js': "import wide from './wide.image.yaml';\nexport default wide;\n",
  });
  const { picture, second, image, image2, missing } = await runScript(
    createSite(),
    `${SERVE}
const other = await createServer({ ...quiet, configFile: false, root: ${JSON.stringify(other.root)},
  plugins: [images()], server: { host: '127.0.0.1', port: 0 } });
await other.listen();
const picture = await load(origin, '/src/main.js');
const second = await load(originOf(other), '/src/main.js');
say({ picture, second, image: await get(origin + picture.src), image2: await get(originOf(other) + second.src),
  missing: (await get(origin + second.src)).status });`,
  );
  expect(picture.alt).toBe('A kettle');
  expect((second as Picture).alt).toBe('A bridge');
  expect([image, image2]).toMatchObject([{ status: 200 }, { status: 200 }]);
  expect(missing).toBe(404);
});

test.each([
  ['outside of the root', false],
  ['a link to one outside', true],
])('a spec %s, under a strict fs.allow', async (_where, linked) => {
  const shared = createProject({ 'shared/logo.image.yaml': SPECS['src/square.image.yaml'] ?? '' });
  const path = shared.path('shared/logo.image.yaml');
  const site = createSite("server: { fs: { strict: true, allow: ['.'] } },", {
    'src/main.js': `import logo from ${JSON.stringify(linked ? './logo.image.yaml' : path)};\nexport default logo;\n`,
  });
  if (linked) symlinkSync(path, site.path('src/logo.image.yaml'));
  const { picture, image, update } = await runScript(
    site,
    `
import { writeFileSync, readFileSync } from 'node:fs';
${SERVE}
const picture = await load(origin, '/src/main.js');
const file = ${JSON.stringify(path)};
await new Promise((resolve) => setTimeout(resolve, 500));
writeFileSync(file, readFileSync(file, 'utf8').replace('A kettle', 'A pot'));
let update = picture;
for (let left = 100; left > 0 && update.alt === picture.alt; left--) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  update = await load(origin, '/src/main.js');
}
say({ picture, update, image: await get(origin + picture.src) });`,
  );
  expect(picture.alt).toBe('A kettle');
  expect((update as Picture).alt).toBe('A pot');
  expect(image).toMatchObject({ status: 200, type: 'image/jpeg' });
});

test('a hundred specs load without a single encode', async () => {
  const specs = Array.from({ length: 100 }, (_, index) => [
    `src/many/p${index}.image.yaml`,
    `prompt: picture number ${index} of a hundred, with a paper lantern\nalt: Picture ${index}\nimage_size: 1024x768\n`,
  ]);
  const imports = specs.map(([name], index) => `import p${index} from '/${name}';`).join('\n');
  const project = createSite('', {
    ...Object.fromEntries(specs),
    'src/main.js': `${imports}\nexport default [${specs.map((_, index) => `p${index}`).join()}];\n`,
  });
  const { pictures } = await runScript(
    project,
    `${SERVE}
const main = await get(origin + '/src/main.js');
const paths = [...main.text.matchAll(/from "([^"]+\\.image\\.yaml[^"]*)"/g)].map(([, path]) => path);
const pictures = await Promise.all(paths.map(async (path) =>
  new Function((await get(origin + path)).text.replace('export default', 'return'))()));
say({ pictures });`,
  );
  expect(pictures).toHaveLength(100);
  expect(new Set((pictures as Picture[]).map(({ src }) => src)).size).toBe(100);
  const cache = project.files('node_modules/.cache/unplugin-image-prompt');
  expect(cache.filter((name) => name.includes('/variants/'))).toEqual([]);
  expect(cache.filter((name) => name.startsWith('dev/'))).toHaveLength(100);
});

test('experimental.bundledDev serves pictures, and says what it cannot do', async () => {
  const { picture, image, said } = await runScript(
    createSite('experimental: { bundledDev: true },', { 'src/main.js': MAIN }),
    `
const said = [];
const customLogger = { info() {}, warn: (text) => said.push(text), warnOnce: (text) => said.push(text), error() {},
  clearScreen() {}, hasErrorLogged: () => false, hasWarned: false };
const server = await createServer({ ...quiet, customLogger, server: { host: '127.0.0.1', port: 0 } });
await server.listen();
const origin = originOf(server);
let bundle = '';
for (let left = 100; left > 0 && !bundle.includes('@image-prompt'); left--) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { text } = await get(origin + '/');
  for (const [, path] of text.matchAll(/<script[^>]* src="([^"]+)"/g)) {
    bundle += (await get(origin + path)).text;
  }
}
const [src] = /\\/@image-prompt\\/[\\w-]+\\.[0-9a-f]{12}\\.jpg/.exec(bundle);
say({ picture: { src }, image: await get(origin + src), said });`,
  );
  expect(picture.src).toContain('/@image-prompt/square-');
  expect(image).toMatchObject({ status: 200, type: 'image/jpeg' });
  expect((said as string[]).filter((text) => text.includes('image-prompt'))).toEqual([
    expect.stringContaining('only when its spec is saved again'),
  ]);
});
