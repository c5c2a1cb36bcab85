// What only Vite has: workers, servers, environments, and plugins that touch images.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { build, buildOk, createProject, type Project } from '../helpers/bundlers.ts';
import { type ConfigParts, configOf, fixture } from '../helpers/bundlers-fixture.ts';
import {
  checkFiles,
  emittedImages,
  entryOf,
  evaluate,
  fileAt,
} from '../helpers/bundlers-output.ts';

const SITE = 'https://site.example/';
const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
const ONE = "import square from './square.image.yaml';\nglobalThis.result = { square };\n";

let project: Project;
/** What a page with {@link ONE} gets, and the files of it. */
let expected: { square: Picture };
let digests: Record<string, string>;

beforeAll(async () => {
  project = createProject({ ...fixture(SKETCHES), 'src/main.js': ONE });
  await buildOk(project, 'vite');
  expected = await evaluateEntry();
  digests = imageDigests();
});
beforeEach(() => {
  project.remove('dist');
  project.write({ ...fixture(SKETCHES), 'src/main.js': ONE });
});

const evaluateEntry = <T = typeof expected>(): Promise<T> =>
  evaluate<T>(project, { kind: 'module', base: SITE, file: entryOf(project, 'vite') });
const imageDigests = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(project.digests('dist')).filter(([name]) => /\.(avif|webp|jpg)$/.test(name)),
  );
const configure = (parts: ConfigParts): void =>
  project.write({ 'vite.config.mjs': configOf('vite', { ...SKETCHES, ...parts }) });

describe('vite', () => {
  test.each([
    ['es', "worker: { format: 'es' },"],
    ['iife', ''],
    ["es, base './'", "worker: { format: 'es' }, base: './',"],
  ])('a worker, %s', async (format, fields) => {
    configure({ fields });
    project.write({
      'src/main.js': `${ONE}globalThis.start = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });\n`,
      'src/worker.js': "import square from './square.image.yaml';\nself.result = { square };\n",
    });
    await buildOk(project, 'vite');
    // No file twice.
    expect(emittedImages(project)).toHaveLength(6);
    expect(imageDigests()).toEqual(digests);
    const worker = project.files('dist').find((name) => /worker.*\.js$/.test(name)) ?? '';
    const kind = format === 'iife' ? 'script' : 'module';
    const { square } = await evaluate<typeof expected>(project, { kind, base: SITE, file: worker });
    await checkFiles(project, square, SITE);
  });

  test('a server: the same URLs, and no second copy', async () => {
    await buildOk(project, 'vite');
    project.write({
      'src/server.js':
        "import square from './square.image.yaml';\nglobalThis.result = { square };\n",
    });
    configure({
      fields:
        "build: { ssr: 'src/server.js', emptyOutDir: false, outDir: 'dist/server', ssrManifest: true },",
    });
    const { warnings } = await buildOk(project, 'vite');
    expect(warnings.join('\n')).not.toContain('library');
    expect(emittedImages(project)).toHaveLength(6);
    const file = 'server/server.js';
    expect(await evaluate(project, { kind: 'module', base: SITE, file })).toEqual(expected);
  });

  test("a server with base '/sub/'", async () => {
    configure({ fields: "base: '/sub/'," });
    await buildOk(project, 'vite');
    const client = await evaluate(project, {
      kind: 'module',
      base: `${SITE}sub/`,
      file: entryOf(project, 'vite'),
    });
    configure({
      fields:
        "base: '/sub/', build: { ssr: 'src/main.js', emptyOutDir: false, outDir: 'dist/server' },",
    });
    await buildOk(project, 'vite');
    const file = project.files('dist').find((name) => /^server\/.*\.m?js$/.test(name)) ?? '';
    expect(await evaluate(project, { kind: 'module', base: SITE, file })).toEqual(client);
  });

  const environments = (builder: string, ssr = ''): string => `builder: { ${builder} },
    environments: {
      client: { build: { outDir: 'dist' } },
      ssr: { build: { outDir: 'dist/server', ${ssr}
        rollupOptions: { input: 'src/server.js', output: { entryFileNames: '[name].js' } } } },
    },`;

  test.each([
    ['apart', 'sharedConfigBuild: false'],
    ['shared', 'sharedConfigBuild: true, sharedPlugins: true'],
  ])('environments with plugins %s', async (_how, builder) => {
    project.write({ 'src/server.js': ONE });
    configure({ fields: environments(builder) });
    await buildOk(project, 'vite', { TEST_BUILD_APP: '1' });
    expect(emittedImages(project)).toHaveLength(6);
    expect(await evaluateEntry()).toEqual(expected);
    const file = 'server/server.js';
    expect(await evaluate(project, { kind: 'module', base: SITE, file })).toEqual(expected);
  });

  test('a picture of the server alone is emitted where assets of servers are', async () => {
    project.write({
      'src/server.js': "import wide from './wide.image.yaml';\nglobalThis.result = { wide };\n",
    });
    configure({ fields: environments('', 'emitAssets: true,') });
    await buildOk(project, 'vite', { TEST_BUILD_APP: '1' });
    const file = 'server/server.js';
    const { wide } = await evaluate<{ wide: Picture }>(project, {
      kind: 'module',
      base: SITE,
      file,
    });
    fileAt(project, wide.src.replace(/^\//, `${SITE}server/`), SITE);
  });

  test('a library without a relative base is warned of', async () => {
    const lib = "build: { lib: { entry: 'src/main.js', formats: ['es'], fileName: 'main' } },";
    configure({ fields: lib });
    const { warnings } = await buildOk(project, 'vite');
    expect(warnings.join('\n')).toContain("Set `base: './'`");
    configure({ fields: `${lib} base: './',` });
    const quiet = await buildOk(project, 'vite');
    expect(quiet.warnings.join('\n')).not.toContain('library');
  });

  test.each([
    ['before', { before: 'imagetools(),' }],
    ['after', { after: 'imagetools(),' }],
  ])('vite-imagetools %s us leaves our files alone', async (_place, parts) => {
    configure({
      imports: `${SKETCHES.imports}\nimport { imagetools } from 'vite-imagetools';`,
      ...parts,
    });
    await buildOk(project, 'vite');
    expect(await evaluateEntry()).toEqual(expected);
    expect(imageDigests()).toEqual(digests);
  });

  test('an optimiser of emitted files gets ours as well', async () => {
    const plugin = `{ name: 'optimiser', enforce: 'post', generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.fileName.endsWith('.jpg')) file.source = Buffer.concat([Buffer.from(file.source), Buffer.from('x')]);
      }
    } },`;
    configure({ after: plugin });
    await buildOk(project, 'vite');
    expect(await evaluateEntry()).toEqual(expected);
    const changed = Object.keys(digests).filter((name) => imageDigests()[name] !== digests[name]);
    expect(changed).not.toEqual([]);
    expect(changed.every((name) => name.endsWith('.jpg'))).toBe(true);
  });

  test('a placeholder that nothing replaced fails the build', async () => {
    const plugin = `{ name: 'careless', enforce: 'post', generateBundle: { order: 'pre', handler(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code += ';globalThis.lost = "__VITE_ASSET__abc__";';
      }
    } } },`;
    configure({ before: plugin });
    const { ok, errors } = await build(project, 'vite');
    expect(ok).toBe(false);
    expect(errors[0]?.message).toContain('Expected Vite to replace __VITE_ASSET__abc__');
  });
});
