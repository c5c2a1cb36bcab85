// Vite's dev server: URLs first, bytes when they are asked for, no money ever, and pages that follow
// edits of specs and of the store.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { buildOk, createProject, type Project, runBin, runNode } from '../helpers/bundlers.ts';
import { type DevServer, startDevServer } from '../helpers/bundlers-dev.ts';
import { KEY, useFal } from '../helpers/bundlers-fal.ts';
import { configOf, fixture } from '../helpers/bundlers-fixture.ts';
import { parseSrcset } from '../helpers/bundlers-output.ts';

const MAIN = `import square from './square.image.yaml';
import wide from './wide.image.yaml';
import wideUrl from './wide.image.yaml?url';
globalThis.result = { square, wide, wideUrl };
import.meta.hot.accept('./square.image.yaml', () => {});
import.meta.hot.accept('./wide.image.yaml', () => {});
`;
const SPEC = 'src/square.image.yaml';
const NAME = '@image-prompt\\/(square|wide)-\\d+\\.[0-9a-f]{12}\\.(avif|webp|jpg)$';

const fal = useFal();
// A key is there: the dev server could pay, but must not.
const { env } = fal;
let project: Project;
let server: DevServer;

beforeAll(async () => {
  project = createProject({ ...fixture(), 'src/main.js': MAIN });
  server = await startDevServer(project, env);
});
beforeEach(() => server.forget());

const encoded = (): string[] =>
  project.files('node_modules/.cache').filter((name) => name.includes('/variants/'));
const urlsOf = (picture: Picture): string[] =>
  [...picture.sources, picture].flatMap(({ srcset }) => parseSrcset(srcset).map(({ url }) => url));

async function loadSquare(): Promise<Picture> {
  const { square } = await server.load<Picture>('/src/main.js');
  return square!;
}

test('a module names its files, and each is encoded when it is asked for', async () => {
  const loaded = await server.load<Picture>('/src/main.js');
  const { square, wide } = loaded as { square: Picture; wide: Picture };
  const urls = [...urlsOf(square), ...urlsOf(wide)];
  expect(urls).toHaveLength(9);
  for (const url of urls) expect(url).toMatch(new RegExp(`^\\/${NAME}`));
  expect(loaded['wide?url']).toBe(wide.src);
  expect(encoded()).toEqual([]);

  const [avif = ''] = urls;
  const answer = await server.get(avif);
  expect(answer).toMatchObject({ status: 200, type: 'image/avif' });
  const { width, height, format } = await sharp(answer.body).metadata();
  expect({ width, height, format }).toEqual({ width: 200, height: 200, format: 'heif' });
  expect(encoded()).toHaveLength(1);

  const jpeg = await server.get(`${square.src}?t=1`);
  expect(jpeg).toMatchObject({ status: 200, type: 'image/jpeg' });
  expect(encoded()).toHaveLength(2);
});

test('nothing is paid and nothing stored for a preview', () => {
  expect(fal.standIn.requests).toEqual([]);
  expect(project.files('.image-prompt')).toEqual([]);
});

describe('what no module handed out', () => {
  test.each([
    ['an unknown name', '/@image-prompt/square-200.000000000000.avif'],
    ['another width', '/@image-prompt/square-201.avif'],
    ['a path upwards', '/@image-prompt/../../package.json'],
    ['an escaped path', '/@image-prompt/..%2f..%2fpackage.json'],
    ['a path of the disk', '/@image-prompt//etc/passwd'],
    ['nothing', '/@image-prompt/'],
  ])('%s is not found', async (_what, path) => {
    const { status, body } = await server.get(path, { accept: 'text/html' });
    expect(status).toBe(404);
    expect(body.toString()).toBe('Not found: reload the page.');
  });
});

test('an edit of a spec updates the importer that accepts it', async () => {
  const before = await loadSquare();
  project.write({ [SPEC]: project.read(SPEC).replace('[200, 400]', '[240]') });
  const { updates } = await server.next('update');
  expect(updates).toMatchObject([{ type: 'js-update', path: '/src/main.js' }]);
  expect(updates?.[0]?.acceptedPath).toContain('square.image.yaml');
  const after = await loadSquare();
  expect(urlsOf(after)).toHaveLength(3);
  expect(after.src).not.toBe(before.src);
  expect((await server.get(after.src)).status).toBe(200);
});

test('a broken spec shows its place, and mending it recovers', async () => {
  const good = project.read(SPEC);
  project.write({ [SPEC]: good.replace('quality: low', 'quality: lwo') });
  await server.next('update');
  await expect(loadSquare()).rejects.toThrow('500');
  const { err } = await server.next('error');
  expect(err).toMatchObject({
    plugin: 'unplugin-image-prompt',
    id: project.path(SPEC),
    loc: { file: project.path(SPEC), line: 4 },
  });
  expect(err?.message).toContain('SPEC_VALUE');
  expect(err?.frame).toContain('quality: lwo');

  // chokidar drops a change that follows another within 50 ms.
  await sleep(150);
  project.write({ [SPEC]: good });
  await server.next('update');
  expect((await loadSquare()).alt).toBe('A kettle');
});

test('a picture generated meanwhile takes the place of its preview', async () => {
  const preview = await loadSquare();
  const finished = await runBin(project, ['image-prompt', 'generate', '--yes', SPEC], env);
  expect(finished.stderr + finished.stdout).not.toContain(KEY);
  expect(finished.code).toBe(0);
  expect(fal.standIn.stats.billedImages).toBe(1);

  let paid = preview;
  // A spec that was mended may be told twice, and the second time late.
  while (paid.src === preview.src) {
    const { updates } = await server.next('update');
    // The other picture did not change.
    expect(updates?.map(({ acceptedPath }) => acceptedPath.includes('square'))).toEqual([true]);
    paid = await loadSquare();
  }
  expect((await server.get(paid.src)).type).toBe('image/jpeg');
  // The stand-in draws on other colours than the sketch.
  expect(paid.placeholder.dataUri).not.toBe(preview.placeholder.dataUri);
  expect(fal.standIn.stats.billedImages).toBe(1);
});

test('a paid picture is a draft at first sight, and no build has one', async () => {
  const other = project.copy('index.html', 'src', '.image-prompt');
  // Every other spec of the fixture has the quickest settings itself.
  other.write({
    'vite.config.mjs': configOf('vite', { fields: 'build: { assetsInlineLimit: 0 }' }),
    'src/main.js': `import square from './square.image.yaml';\nglobalThis.result = { square };\n`,
    [SPEC]: other.read(SPEC).replace(/quality: \{ avif.*/, 'quality: { avif: 40 }'),
  });
  const slow = await startDevServer(other, { CI: '1' });
  const { square } = await slow.load<Picture>('/src/main.js');
  const [url = ''] = urlsOf(square!).filter((one) => one.endsWith('.avif'));
  const draft = await slow.get(url);
  expect(draft).toMatchObject({ status: 200, type: 'image/avif' });
  expect(draft.caching).toBe('no-store');
  const full = await slow.get(`${url}?full`);
  expect(full.caching).toContain('immutable');
  expect(full.body.equals(draft.body)).toBe(false);
  // From then on everybody has it.
  expect((await slow.get(url)).body.equals(full.body)).toBe(true);
  await buildOk(other, 'vite', { CI: '1' });
  const [built = ''] = other.files('dist').filter((name) => name.endsWith('.avif'));
  expect(readFileSync(other.path('dist', built)).equals(full.body)).toBe(true);
});

test("URLs carry the base '/sub/'", async () => {
  const other = project.copy('index.html', 'src', '.image-prompt');
  other.write({ 'vite.config.mjs': configOf('vite', { fields: "base: '/sub/'" }) });
  const below = await startDevServer(other, { CI: '1' });
  const { wide } = await below.load<Picture>('/sub/src/main.js');
  for (const url of urlsOf(wide!)) {
    expect(url).toMatch(new RegExp(`^\\/sub\\/${NAME}`));
  }
  expect(await below.get(wide!.src)).toMatchObject({ status: 200, type: 'image/jpeg' });
});

test('servers that are closed again at once leave no encoder behind', async () => {
  const brief = createProject({
    ...fixture(),
    'src/main.js': "import square from './square.image.yaml';\nglobalThis.result = { square };\n",
    'vite.config.mjs': configOf('vite', {
      imports: `import { sketch } from 'unplugin-image-prompt';`,
      options: '{ provider: sketch() }',
    }),
    'brief.mjs': `import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import { createServer } from 'vite';
for (let round = 0; round < 3; round++) {
  const server = await createServer({ logLevel: 'silent', server: { port: 0 } });
  await server.close();
}
const count = () =>
  execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)])
    .toString()
    .split('\\n')
    .filter((line) => line.includes('encoder')).length;
// They end by themselves, as soon as they notice.
for (let wait = 0; wait < 300 && (wait < 5 || count() > 0); wait++) await sleep(100);
console.log(count());
process.exit(0);
`,
  });
  // There have to be pictures, or nothing is begun.
  await buildOk(brief, 'vite');
  const { stdout, stderr } = await runNode(brief, ['brief.mjs'], {});
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('0');
});

test('an edit follows what it is made from: a file, and another spec', async () => {
  const site = createProject({
    ...fixture(),
    'src/main.js': `import night from './night.image.yaml';
globalThis.result = { night };
import.meta.hot.accept('./night.image.yaml', () => {});
`,
    'src/night.image.yaml':
      'prompt: The same at night\nalt: Night\nimage_size: 816x816\nquality: low\nedit: { images: [./square.image.yaml, ./photo.png] }\noutput: { widths: [200] }\n',
    'src/photo.png': await photoOf('#804020'),
  });
  const { submits } = fal.standIn.stats;
  const own = await startDevServer(site, env);
  const load = async (): Promise<Picture> => (await own.load<Picture>('/src/main.js'))['night']!;
  const first = await load();
  expect((await own.get(first.src)).status).toBe(200);
  await sleep(150);
  own.forget();
  site.write({ [SPEC]: site.read(SPEC).replace('a red kettle', 'a green kettle') });
  await own.next('update');
  const second = await load();
  expect(second.src).not.toBe(first.src);
  await sleep(150);
  own.forget();
  site.write({ 'src/photo.png': await photoOf('#208040') });
  await own.next('update');
  const third = await load();
  expect(third.src).not.toBe(second.src);
  expect((await own.get(third.src)).status).toBe(200);
  await sleep(150);
  own.forget();
  const mended = site.read(SPEC);
  site.write({ [SPEC]: mended.replace('quality: low', 'quality: lwo') });
  await own.next('update');
  expect((await own.get('/src/night.image.yaml?import')).status).toBe(500);
  expect((await own.next('error')).err?.message).toContain('square.image.yaml');
  expect(fal.standIn.stats.submits).toBe(submits);
});

function photoOf(background: string): Promise<Buffer> {
  const create = { width: 64, height: 64, channels: 3, background } as const;
  return sharp({ create }).png().toBuffer();
}
