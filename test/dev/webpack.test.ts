// Dev servers of the webpack family: URLs first, bytes when they are asked for, no money ever, and pages
// that follow edits of specs and of the store.
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { buildOk, createProject, type Project, runBin } from '../helpers/bundlers.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { configOf, fixture } from '../helpers/bundlers-fixture.ts';
import { startWebpackDevServer, type WebpackDevServer } from '../helpers/bundlers-webpack-dev.ts';

const SPEC = 'src/square.image.yaml';
const MAIN = `import square from './square.image.yaml';
import wide from './wide.image.yaml';
globalThis.result = { square, wide };
if (import.meta.webpackHot) import.meta.webpackHot.accept(['./square.image.yaml', './wide.image.yaml'], () => {});
`;

type Family = 'webpack' | 'rspack' | 'rsbuild';

const fal = useFal();
// A key is there: the dev server could pay, but must not.
const { env } = fal;
const encoded = (project: Project): string[] =>
  project.files('node_modules/.cache').filter((name) => name.includes('/variants/'));

/** Names below `@image-prompt/` in the script that the server has for a page. */
async function namesOf(
  server: WebpackDevServer,
  picture: string,
  script = '/main.js',
): Promise<string[]> {
  const { status, body } = await server.get(script);
  expect(status).toBe(200);
  const found = body.toString().matchAll(/@image-prompt\/([\w-]+\.[0-9a-f]{12}\.\w+)/g);
  const names = [...found].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name.startsWith(`${picture}-`)).sort();
}

/**
 * Saves files, and again every ten seconds until what was waited for has come: watchers of these bundlers
 * lose an event when the machine stands still, and whoever sits before one saves once more.
 */
async function saveUntil<T>(
  project: Project,
  files: Readonly<Record<string, string>>,
  waiting: Promise<T>,
): Promise<T> {
  const seen = waiting.then(() => true);
  do project.write(files);
  while (!(await Promise.race([seen, sleep(10_000, false)])));
  return await waiting;
}

function createServed(bundler: Family, fields = ''): Project {
  const project = createProject({ ...fixture(), 'src/main.js': MAIN });
  project.write({ [`${bundler}.config.mjs`]: configOf(bundler, { fields }) });
  return project;
}

const CACHES: Readonly<Record<Family, string>> = {
  webpack: `cache: { type: 'filesystem', cacheDirectory: join(import.meta.dirname, 'node_modules/.cache/webpack') },`,
  rspack: `cache: { type: 'persistent', storage: { type: 'filesystem', directory: join(import.meta.dirname, 'node_modules/.cache/rspack') } },`,
  rsbuild: 'performance: { buildCache: true },',
};

describe.each(['webpack', 'rspack', 'rsbuild'] as const)('%s', (bundler) => {
  describe('one server', () => {
    let project: Project;
    let server: WebpackDevServer;
    beforeAll(async () => {
      fal.standIn.reset();
      project = createServed(bundler);
      server = await startWebpackDevServer(project, bundler, env);
    });
    afterAll(() => server.stop());
    beforeEach(() => server.forget());

    test('a module names its files, and each is encoded when it is asked for', async () => {
      const names = await namesOf(server, 'square');
      expect(names).toHaveLength(6);
      expect(await namesOf(server, 'wide')).toHaveLength(3);
      expect(encoded(project)).toEqual([]);

      const avif = names.find((name) => name.endsWith('.avif'));
      const answer = await server.get(`/@image-prompt/${avif}`);
      expect(answer).toMatchObject({ status: 200, type: 'image/avif' });
      expect(await sharp(answer.body).metadata()).toMatchObject({ width: 200, height: 200 });
      expect(encoded(project)).toHaveLength(1);
    });

    test('nothing is paid and nothing stored for a preview', () => {
      expect(fal.standIn.requests).toEqual([]);
      expect(project.files('.image-prompt')).toEqual([]);
    });

    test.each([
      ['an unknown name', '/@image-prompt/square-200.000000000000.avif'],
      ['an escaped path', '/@image-prompt/..%2f..%2fpackage.json'],
      ['nothing', '/@image-prompt/'],
    ])('%s is not found', async (_what, path) => {
      const { status, body } = await server.get(path);
      expect(status).toBe(404);
      expect(body.toString()).toBe('Not found: reload the page.');
    });

    test('an edit of a spec is followed', async () => {
      const before = await namesOf(server, 'square');
      await sleep(500);
      project.write({ [SPEC]: project.read(SPEC).replace('[200, 400]', '[240]') });
      await expect.poll(() => namesOf(server, 'square')).toHaveLength(3);
      const [name] = await namesOf(server, 'square');
      expect(before).not.toContain(name);
      expect((await server.get(`/@image-prompt/${name}`)).status).toBe(200);
      expect(encoded(project)).toHaveLength(2);
    });

    test('a broken spec is told with its place and frame, and mending it recovers', async () => {
      const good = project.read(SPEC);
      // What comes after it, a second attempt too, begins with a sound spec.
      onTestFinished(() => project.write({ [SPEC]: good }));
      await sleep(500);
      const { errors } = await saveUntil(
        project,
        { [SPEC]: good.replace('quality: low', 'quality: lwo') },
        server.compiled((one) => one.errors.length > 0),
      );
      const [error] = errors;
      expect(errors).toHaveLength(1);
      expect(error).toContain(`${SPEC}:4:10 error SPEC_VALUE`);
      expect(error).toMatch(/> 4 \| quality: lwo/);
      if (bundler !== 'rsbuild') {
        // What the overlay shows.
        expect(JSON.stringify(await server.sent('errors'))).toContain(`${SPEC}:4:10`);
      }
      await sleep(500);
      await saveUntil(
        project,
        { [SPEC]: good },
        server.compiled((one) => one.errors.length === 0),
      );
      expect(await namesOf(server, 'square')).toHaveLength(3);
    });

    test('a picture generated meanwhile takes the place of its preview, and of nothing else', async () => {
      const before = await namesOf(server, 'square');
      const wide = await namesOf(server, 'wide');
      await sleep(500);
      server.forget();
      const finished = await runBin(project, ['image-prompt', 'generate', '--yes', SPEC], env);
      expect(finished.code).toBe(0);
      expect(fal.standIn.stats.billedImages).toBe(1);

      const { loaded } = await server.compiled((one) =>
        one.loaded.some((file) => file.includes('square')),
      );
      expect(loaded.filter((file) => file.includes('.image.yaml'))).toEqual([project.path(SPEC)]);
      const after = await namesOf(server, 'square');
      expect(after).toHaveLength(3);
      for (const name of after) expect(before).not.toContain(name);
      expect(await namesOf(server, 'wide')).toEqual(wide);
      const jpeg = after.find((name) => name.endsWith('.jpg'));
      expect((await server.get(`/@image-prompt/${jpeg}`)).type).toBe('image/jpeg');
      if (bundler !== 'rsbuild') expect((await server.sent('hash')).data).toBeTypeOf('string');
      expect(fal.standIn.stats.billedImages).toBe(1);
    });
  });

  test('URLs of an earlier process are served with a warm cache, and a build has files again', async () => {
    const project = createServed(bundler, CACHES[bundler]);
    const first = await startWebpackDevServer(project, bundler, env);
    const names = await namesOf(first, 'square');
    expect(names).toHaveLength(6);
    await sleep(2000);
    await first.stop();

    const second = await startWebpackDevServer(project, bundler, env);
    expect(await second.get(`/@image-prompt/${names[0]}`)).toMatchObject({ status: 200 });
    expect(await namesOf(second, 'square')).toEqual(names);
    expect((await second.get(`/@image-prompt/${names[1]}`)).status).toBe(200);
    await second.stop();

    const config = `${bundler}.config.mjs`;
    project.write({ [config]: project.read(config).replace("'production'", "'development'") });
    await buildOk(project, bundler, { IMAGE_PROMPT_ON_MISSING: 'sketch' });
    expect(project.read('dist/main.js')).not.toContain('@image-prompt/');
    expect(project.files('dist').filter((name) => /\.(avif|webp|jpg)$/.test(name))).toHaveLength(9);
  });
});

test.each(['webpack', 'rspack'] as const)(
  '%s: a build with a config for a dev server writes files, and so does a watcher',
  async (bundler) => {
    const project = createServed(bundler, 'devServer: { port: 1 },');
    await buildOk(project, bundler, { IMAGE_PROMPT_ON_MISSING: 'sketch', WEBPACK_SERVE: 'true' });
    expect(project.read('dist/main.js')).not.toContain('@image-prompt/');
    expect(project.files('dist').filter((name) => /\.(avif|webp|jpg)$/.test(name))).toHaveLength(9);
  },
);

test.each(['webpack', 'rspack'] as const)(
  '%s: a build over the cache of its dev server has files again, and the server its URLs',
  async (bundler) => {
    // Started through their interfaces, with one config: nothing tells the two apart at the start.
    const project = createServed(bundler, `devServer: { hot: false }, ${CACHES[bundler]}`);
    const policy = { IMAGE_PROMPT_ON_MISSING: 'sketch' };
    const config = `${bundler}.config.mjs`;
    project.write({
      [config]: project.read(config).replace("'production'", "'development', devtool: false"),
    });
    for (let run = 0; run < 2; run++) {
      const server = await startWebpackDevServer(project, bundler, policy);
      expect(await namesOf(server, 'square')).toHaveLength(6);
      await sleep(2000);
      await server.stop();

      await buildOk(project, bundler, policy);
      expect(project.read('dist/main.js')).not.toContain('@image-prompt/');
      const files = project.files('dist').filter((name) => /\.(avif|webp|jpg)$/.test(name));
      expect(files).toHaveLength(9);
    }
  },
);

// The first edit comes while the first compilation is under way: a compilation that starts itself anew for no
// reason would lose it.
test.each(['webpack', 'rspack'] as const)(
  '%s: pages and server of a site agree through every edit, with one encoder that ends with them',
  async (bundler) => {
    const project = createProject({ ...fixture(), 'src/main.js': MAIN });
    project.write({
      [`${bundler}.config.mjs`]: `import images from 'unplugin-image-prompt/${bundler}';
import { join } from 'node:path';
const common = { context: import.meta.dirname, entry: './src/main.js', plugins: [images()] };
const path = join(import.meta.dirname, 'dist');
export default [
  { ...common, name: 'client', devServer: { hot: false }, output: { path, publicPath: '/' } },
  { ...common, name: 'server', target: 'node', output: { path, filename: 'server.js', publicPath: '/' } },
];\n`,
    });
    const server = await startWebpackDevServer(project, bundler, env);
    for (const width of [210, 220, 230]) {
      await sleep(500);
      server.forget();
      project.write({ [SPEC]: project.read(SPEC).replace(/widths: .*/, `widths: [${width}]`) });
      await expect
        .poll(async () => (await namesOf(server, 'square'))[0])
        .toContain(`square-${width}.`);
      const names = await namesOf(server, 'square');
      await expect.poll(() => namesOf(server, 'square', '/server.js')).toEqual(names);
      expect((await server.get(`/@image-prompt/${names[0]}`)).status).toBe(200);
      expect(await server.encoders()).toBe(1);
    }
    await server.close();
    await expect.poll(() => server.encoders()).toBe(0);
    await server.stop();
  },
);
