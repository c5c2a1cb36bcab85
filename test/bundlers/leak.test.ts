// A build whose output would publish a prompt fails, and says in which file.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BUNDLERS,
  type Bundler,
  build,
  buildOk,
  createProject,
  type Project,
  versionOf,
} from '../helpers/bundlers.ts';
import { assertError } from '../helpers/bundlers-errors.ts';
import { CANARY, type ConfigParts, configOf, fixture } from '../helpers/bundlers-fixture.ts';

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
/** The page imports one spec; what it does with another one, or with its text, is the test's. */
const IMPORT = "import square from './square.image.yaml';\nglobalThis.result = { square };\n";
const PROMPT = `a red kettle on a square tile, ${CANARY}`;

let project: Project;
beforeAll(() => {
  project = createProject(fixture(SKETCHES));
});
beforeEach(() => {
  project.remove('dist', 'src/style.css');
  project.write({ ...fixture(SKETCHES), 'src/main.js': IMPORT });
});

async function expectLeak(bundler: Bundler, file: RegExp): Promise<void> {
  const { ok, errors, warnings } = await build(project, bundler);
  expect({ ok, warnings }).toMatchObject({ ok: false });
  expect(errors).toHaveLength(1);
  // Older releases of Vite put their own name over that of a plugin.
  const older = bundler === 'vite' && Number.parseInt(versionOf(bundler), 10) < 8;
  const plugin = older ? {} : { plugin: 'unplugin-image-prompt' };
  assertError(bundler, errors[0], { code: 'LEAK_RAW', ...plugin });
  expect(errors[0]?.message).toContain('LEAK_RAW');
  expect(errors[0]?.message).toMatch(file);
  expect(errors[0]?.message).not.toContain(CANARY);
  // Caught before it is written.
  for (const name of project.files('dist')) {
    expect(project.read(`dist/${name}`), name).not.toContain(CANARY);
  }
}

const INLINED = 'build: { modulePreload: false },';
const EMITTED = 'build: { modulePreload: false, assetsInlineLimit: 0 },';
const HASH_ONLY = `build: { modulePreload: false, assetsInlineLimit: 0,
  rolldownOptions: { output: { assetFileNames: '[hash][extname]' } } },`;

/** A plugin that names a spec after ours has looked. */
const LATE_PAGE = `{ name: 'late', transformIndexHtml: { order: 'pre', handler: (html) =>
  html.replace('<body>', '<body><img src="./src/wide.image.yaml" alt="">') } },`;
const LATE_SHEET = `{ name: 'late', enforce: 'pre', transform: (code, id) =>
  id.endsWith('style.css') ? code + 'body { background: url(./wide.image.yaml) }' : null },`;

describe('vite: a spec that is named where the plugin does not see it', () => {
  test.each([
    ['inlined', INLINED, /index\.html/],
    ['emitted', EMITTED, /wide\.image-[\w-]+\.yaml/],
    ['emitted under a hash', HASH_ONLY, /[\w-]+\.yaml/],
  ])('in HTML, %s', async (_how, fields, file) => {
    project.write({
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields, after: LATE_PAGE }),
    });
    await expectLeak('vite', file);
  });

  test.each([
    ['inlined', INLINED, /\.css/],
    ['emitted', EMITTED, /wide\.image-[\w-]+\.yaml/],
    ['emitted under a hash', HASH_ONLY, /[\w-]+\.yaml/],
  ])('in CSS, %s', async (_how, fields, file) => {
    project.write({
      'src/style.css': 'body { color: red }\n',
      'src/main.js': `import './style.css';\n${IMPORT}`,
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields, after: LATE_SHEET }),
    });
    await expectLeak('vite', file);
  });

  test.each([
    ['inlined', INLINED],
    ['emitted', EMITTED],
  ])('in new URL(), %s', async (_how, fields) => {
    project.write({
      'src/main.js': `${IMPORT}globalThis.other = new URL('./wide.image.yaml', import.meta.url).href;\n`,
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields }),
    });
    await expectLeak('vite', /src\/main\.js:3:20/);
  });

  test.each([
    ['inlined', INLINED],
    ['emitted', EMITTED],
  ])('in new URL() behind a quote, %s', async (_how, fields) => {
    project.write({
      'src/main.js': `${IMPORT}globalThis.other = [/'/, new URL('./wide.image.yaml', import.meta.url).href];\n`,
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields }),
    });
    await expectLeak('vite', /src\/main\.js:3:26 names \.\/wide\.image\.yaml/);
  });

  test('in import.meta.glob with ?raw', async () => {
    project.write({
      'src/main.js': `globalThis.all = import.meta.glob('./*.image.yaml', { query: '?raw', eager: true });\n`,
    });
    const { ok, errors } = await build(project, 'vite');
    expect(ok).toBe(false);
    expect(errors.map(({ code }) => code)).toContain('LEAK_RAW');
  });
});

describe.each(BUNDLERS)('%s', (bundler) => {
  test.each([
    ['as it is', JSON.stringify(PROMPT)],
    ['in single quotes', `'${PROMPT}'`],
    ['in a template', `\`<b>${PROMPT}</b>\``],
  ])('a script with the prompt %s', async (_how, text) => {
    project.write({ 'src/main.js': `${IMPORT}globalThis.other = ${text};\n` });
    await expectLeak(bundler, /\.js.* holds the prompt of src\/square\.image\.yaml/);
  });

  test('source maps hold nothing of a spec', async () => {
    const fields: Partial<Record<Bundler, string>> = {
      vite: 'build: { modulePreload: false, sourcemap: true },',
      webpack: "devtool: 'source-map',",
      rspack: "devtool: 'source-map',",
      rsbuild: '',
      esbuild: 'sourcemap: true,',
    };
    const outputs: Partial<Record<Bundler, ConfigParts>> = {
      rollup: { output: "format: 'es', sourcemap: true" },
      rolldown: { output: "format: 'es', sourcemap: true" },
      rsbuild: { output: "sourceMap: { js: 'source-map' }" },
    };
    project.write({
      [`${bundler}.config.mjs`]: configOf(bundler, {
        ...SKETCHES,
        ...outputs[bundler],
        fields: fields[bundler] ?? '',
      }),
    });
    await buildOk(project, bundler);
    const maps = project.files('dist').filter((name) => name.endsWith('.map'));
    expect(maps).not.toEqual([]);
    for (const name of project.files('dist')) {
      expect(project.read(`dist/${name}`), name).not.toContain(CANARY);
    }
  });
});

test.each([
  ['rollup', 'text', 'source: text'],
  ['rollup', 'bytes', 'source: Buffer.from(text)'],
  ['vite', 'text', 'source: text'],
  ['rolldown', 'text', 'source: text'],
] as const)('%s: a plugin that emits the prompt as %s', async (bundler, _how, source) => {
  const plugin = `{ name: 'gossip', generateBundle() {
    const text = JSON.stringify({ told: ${JSON.stringify(PROMPT)} });
    this.emitFile({ type: 'asset', fileName: 'gossip.json', ${source} });
  } },`;
  project.write({ [`${bundler}.config.mjs`]: configOf(bundler, { ...SKETCHES, after: plugin }) });
  await expectLeak(bundler, /gossip\.json holds the prompt of src\/square\.image\.yaml/);
});

describe.each(['webpack', 'rspack', 'rsbuild'] as const)('%s', (bundler) => {
  test('a spec named in new URL()', async () => {
    project.write({
      'src/main.js': `${IMPORT}globalThis.other = new URL('./wide.image.yaml', import.meta.url).href;\n`,
    });
    // Rspack does not say where.
    const place = bundler === 'webpack' ? ':3:20' : '';
    await expectLeak(
      bundler,
      new RegExp(`src/main\\.js${place} refers to \\./wide\\.image\\.yaml`),
    );
  });

  test('nothing is written even where errors do not hold files back', async () => {
    const inner = 'optimization: { emitOnErrors: true },';
    const fields =
      bundler === 'rsbuild' ? `tools: { htmlPlugin: false, rspack: { ${inner} } },` : inner;
    project.write({
      'src/main.js': `${IMPORT}globalThis.other = ${JSON.stringify(PROMPT)};\n`,
      [`${bundler}.config.mjs`]: configOf(bundler, { ...SKETCHES, fields }),
    });
    await expectLeak(bundler, /main\.js holds the prompt of src\/square\.image\.yaml/);
    expect(project.files('dist')).toEqual([]);
  });

  test('a plugin that emits the prompt', async () => {
    const gossip = `{ apply: (compiler) => compiler.hooks.thisCompilation.tap('gossip', (compilation) =>
      compilation.hooks.processAssets.tap('gossip', () => compilation.emitAsset('gossip.json',
        new compiler.webpack.sources.RawSource(JSON.stringify(${JSON.stringify(PROMPT)}))))) },`;
    const parts =
      bundler === 'rsbuild'
        ? { fields: `tools: { htmlPlugin: false, rspack: { plugins: [${gossip}] } },` }
        : { after: gossip };
    project.write({ [`${bundler}.config.mjs`]: configOf(bundler, { ...SKETCHES, ...parts }) });
    await expectLeak(bundler, /gossip\.json holds the prompt of src\/square\.image\.yaml/);
  });
});
