// A build whose output would publish a prompt fails, and says in which file.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BUNDLERS,
  type Bundler,
  build,
  buildOk,
  createProject,
  type Project,
} from '../helpers/bundlers.ts';
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
  expect(errors[0]).toMatchObject({ code: 'LEAK_RAW', plugin: 'unplugin-image-prompt' });
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

describe('vite: a spec that is named but never imported', () => {
  const page = (body: string): string =>
    `<!doctype html><html><head><title>Page</title></head><body>${body}<script type="module" src="/src/main.js"></script></body></html>`;

  test.each([
    ['inlined', INLINED, /index\.html/],
    ['emitted', EMITTED, /wide\.image-[\w-]+\.yaml/],
    ['emitted under a hash', HASH_ONLY, /[\w-]+\.yaml/],
  ])('in HTML, %s', async (_how, fields, file) => {
    project.write({
      'index.html': page('<img src="./src/wide.image.yaml" alt="">'),
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields }),
    });
    await expectLeak('vite', file);
  });

  test.each([
    ['inlined', INLINED, /\.css/],
    ['emitted', EMITTED, /wide\.image-[\w-]+\.yaml/],
    ['emitted under a hash', HASH_ONLY, /[\w-]+\.yaml/],
  ])('in CSS, %s', async (_how, fields, file) => {
    project.write({
      'src/style.css': 'body { background: url(./wide.image.yaml) }\n',
      'src/main.js': `import './style.css';\n${IMPORT}`,
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields }),
    });
    await expectLeak('vite', file);
  });

  test.each([
    ['inlined', INLINED, /\.js/],
    ['emitted', EMITTED, /wide\.image-[\w-]+\.yaml/],
  ])('in new URL(), %s', async (_how, fields, file) => {
    project.write({
      'src/main.js': `${IMPORT}globalThis.other = new URL('./wide.image.yaml', import.meta.url).href;\n`,
      'vite.config.mjs': configOf('vite', { ...SKETCHES, fields }),
    });
    await expectLeak('vite', file);
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

test('webpack: a spec named in new URL()', async () => {
  project.write({
    'src/main.js': `${IMPORT}globalThis.other = new URL('./wide.image.yaml', import.meta.url).href;\n`,
  });
  await expectLeak('webpack', /src\/main\.js refers to \.\/wide\.image\.yaml/);
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
    const fields = {
      vite: 'build: { modulePreload: false, sourcemap: true },',
      rollup: '',
      webpack: "devtool: 'source-map',",
    };
    const output = bundler === 'rollup' ? { output: "format: 'es', sourcemap: true" } : {};
    project.write({
      [`${bundler}.config.mjs`]: configOf(bundler, {
        ...SKETCHES,
        ...output,
        fields: fields[bundler],
      }),
    });
    await buildOk(project, bundler);
    const maps = project.files('dist').filter((name) => name.endsWith('.map'));
    expect(maps).toHaveLength(1);
    for (const name of project.files('dist')) {
      expect(project.read(`dist/${name}`), name).not.toContain(CANARY);
    }
  });
});

test.each([
  ['rollup', 'text', 'source: text'],
  ['rollup', 'bytes', 'source: Buffer.from(text)'],
  ['vite', 'text', 'source: text'],
] as const)('%s: a plugin that emits the prompt as %s', async (bundler, _how, source) => {
  const plugin = `{ name: 'gossip', generateBundle() {
    const text = JSON.stringify({ told: ${JSON.stringify(PROMPT)} });
    this.emitFile({ type: 'asset', fileName: 'gossip.json', ${source} });
  } },`;
  project.write({ [`${bundler}.config.mjs`]: configOf(bundler, { ...SKETCHES, after: plugin }) });
  await expectLeak(bundler, /gossip\.json holds the prompt of src\/square\.image\.yaml/);
});

test('webpack: nothing is written even where errors do not hold files back', async () => {
  project.write({
    'src/main.js': `${IMPORT}globalThis.other = ${JSON.stringify(PROMPT)};\n`,
    'webpack.config.mjs': configOf('webpack', {
      ...SKETCHES,
      fields: 'optimization: { emitOnErrors: true },',
    }),
  });
  await expectLeak('webpack', /main\.js holds the prompt of src\/square\.image\.yaml/);
  expect(project.files('dist')).toEqual([]);
});

test('webpack: a plugin that emits the prompt', async () => {
  const plugin = `{ apply: (compiler) => compiler.hooks.thisCompilation.tap('gossip', (compilation) =>
    compilation.hooks.processAssets.tap('gossip', () => compilation.emitAsset('gossip.json',
      new compiler.webpack.sources.RawSource(JSON.stringify(${JSON.stringify(PROMPT)}))))) },`;
  project.write({ 'webpack.config.mjs': configOf('webpack', { ...SKETCHES, after: plugin }) });
  await expectLeak('webpack', /gossip\.json holds the prompt of src\/square\.image\.yaml/);
});
