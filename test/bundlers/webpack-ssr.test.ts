// Two builds of one site with the webpack family: pages and server name the same files, and there is one
// copy of each.
import { describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { build, buildOk, createProject, type Project } from '../helpers/bundlers.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { fixture } from '../helpers/bundlers-fixture.ts';
import { checkFiles, evaluate, parseSrcset } from '../helpers/bundlers-output.ts';

const SITE = 'https://site.example/';
const SUB = `${SITE}sub/`;
const SERVER = `import square from './square.image.yaml';
import card from './card.image.yaml';
globalThis.result = { square, card };
`;
/** The server has a picture that no page imports by itself. */
const CLIENT = `import square from './square.image.yaml';
globalThis.result = { square };
`;

const fal = useFal();
type Family = 'webpack' | 'rspack' | 'rsbuild';

interface Parts {
  /** Of the server. */
  publicPath?: string;
  /** Whether the server emits files as well. */
  emit?: boolean;
  images?: string;
}

/** Both builds in one config, with one instance of the plugin. */
function configOf(bundler: Family, parts: Parts): string {
  const { publicPath = "'/sub/'", emit = false, images = '{ provider: sketch() }' } = parts;
  const head = `import images from 'unplugin-image-prompt/${bundler}';
import { sketch } from 'unplugin-image-prompt';
import { join } from 'node:path';
const dist = join(import.meta.dirname, 'dist');
const plugin = images(${images});
`;
  if (bundler === 'rsbuild') {
    return `${head}export default { plugins: [plugin], logLevel: 'error', tools: { htmlPlugin: false }, server: { base: '/sub' },
      environments: {
        web: { source: { entry: { main: './src/client.js' } },
          output: { distPath: { root: dist, js: '' }, filename: { js: '[name].js' } } },
        node: { source: { entry: { server: './src/server.js' } },
          output: { target: 'node', emitAssets: ${emit}, distPath: { root: join(dist, 'server'), js: '' }, filename: { js: '[name].js' } } },
      } };\n`;
  }
  return `${head}const common = { mode: 'production', context: import.meta.dirname, plugins: [plugin] };
export default [
  { ...common, name: 'client', entry: './src/client.js',
    output: { path: dist, filename: 'main.js', publicPath: '/sub/' } },
  { ...common, name: 'server', entry: './src/server.js', target: 'node',
    module: { generator: { 'asset/resource': { emit: ${emit} } } },
    output: { path: join(dist, 'server'), filename: 'server.js', ${publicPath === '' ? '' : `publicPath: ${publicPath}`} } },
];\n`;
}

function createSite(bundler: Family, parts: Parts = {}): Project {
  const project = createProject({ ...fixture(), 'src/client.js': CLIENT, 'src/server.js': SERVER });
  project.write({ [`${bundler}.config.mjs`]: configOf(bundler, parts) });
  return project;
}

const imagesOf = (project: Project, folder: string): string[] =>
  project.files(folder).filter((name) => /\.(avif|webp|jpg)$/.test(name));

function urlsOf({ sources, srcset }: Picture): string[] {
  return [...sources.map((source) => source.srcset), srcset].flatMap((text) =>
    parseSrcset(text).map(({ url }) => url),
  );
}

type Pictures = Record<'square' | 'card', Picture>;
const inBrowser = (project: Project): Promise<Pictures> =>
  evaluate(project, { kind: 'script', file: 'main.js', base: SUB });
const onServer = (project: Project): Promise<Pictures> =>
  evaluate(project, { kind: 'cjs', file: 'server/server.js', base: SUB });

describe.each(['webpack', 'rspack', 'rsbuild'] as const)('%s', (bundler) => {
  test('pages and server have the same URLs, and the server emits no second copy', async () => {
    const project = createSite(bundler);
    project.write({ 'src/client.js': SERVER });
    await buildOk(project, bundler);
    const client = await inBrowser(project);
    const server = await onServer(project);
    expect(server).toEqual(client);
    for (const url of urlsOf(client.square)) expect(url).toMatch(/^\/sub\//);
    await checkFiles(project, client.square, SUB);
    expect(imagesOf(project, 'dist/server')).toEqual([]);
  });

  test('a picture of the server alone is in its output, under the same URL', async () => {
    const project = createSite(bundler, { emit: true });
    await buildOk(project, bundler);
    const { square, card } = await onServer(project);
    expect(square).toEqual((await inBrowser(project)).square);
    const names = imagesOf(project, 'dist/server').map((name) => `/sub/${name}`);
    expect(names).toEqual(expect.arrayContaining(urlsOf(card)));
  });

  test('one instance in two compilers buys each picture once, from one budget', async () => {
    fal.standIn.reset();
    const { env } = fal;
    const project = createSite(bundler, { images: '{ budget: 0.01 }' });
    const { ok, errors } = await build(project, bundler, env);
    expect(ok).toBe(false);
    expect(errors.map(({ message }) => message).join('\n')).toContain('BUDGET_EXCEEDED');
    expect(fal.standIn.stats.billedImages).toBe(1);

    project.write({ [`${bundler}.config.mjs`]: configOf(bundler, { images: '{}' }) });
    await buildOk(project, bundler, env);
    expect(fal.standIn.stats.billedImages).toBe(2);
  });
});

describe.each(['webpack', 'rspack'] as const)('%s', (bundler) => {
  test.each([
    ['none', ''],
    ['auto', "'auto'"],
  ])('a server with the public path %s is told to have that of its pages', async (_what, path) => {
    const project = createSite(bundler, { publicPath: path });
    const { ok, errors } = await build(project, bundler);
    expect(ok).toBe(false);
    const said = errors.map(({ message }) => message).join('\n');
    expect(said).toContain('CONFIG_INVALID');
    expect(said).toContain('output.publicPath');
  });

  test('a worker has the pictures of its page, and no file is there twice', async () => {
    const project = createProject({
      ...fixture(),
      'src/main.js': `${CLIENT}globalThis.start = () => new Worker(new URL('./worker.js', import.meta.url));\n`,
      'src/worker.js': CLIENT,
    });
    project.write({
      [`${bundler}.config.mjs`]: `import images from 'unplugin-image-prompt/${bundler}';
import { sketch } from 'unplugin-image-prompt';
export default { mode: 'production', context: import.meta.dirname, entry: './src/main.js',
  plugins: [images({ provider: sketch() })],
  output: { path: import.meta.dirname + '/dist', filename: 'main.js' } };\n`,
    });
    await buildOk(project, bundler);
    expect(project.files('dist').filter((name) => name.endsWith('.js'))).toHaveLength(2);
    expect(imagesOf(project, 'dist')).toHaveLength(6);
  });

  test('queries of an import override the output', async () => {
    const project = createProject({
      ...fixture(),
      'src/main.js': `import small from './square.image.yaml?w=200&format=webp';
import url from './square.image.yaml?url&w=200&format=webp';
globalThis.result = { small, url };\n`,
    });
    project.write({
      [`${bundler}.config.mjs`]: `import images from 'unplugin-image-prompt/${bundler}';
import { sketch } from 'unplugin-image-prompt';
export default { mode: 'production', context: import.meta.dirname, entry: './src/main.js',
  plugins: [images({ provider: sketch() })],
  output: { path: import.meta.dirname + '/dist', filename: 'main.js', publicPath: '/' } };\n`,
    });
    await buildOk(project, bundler);
    const result = await evaluate<{ small: Picture; url: string }>(project, {
      kind: 'script',
      file: 'main.js',
      base: SITE,
    });
    expect(imagesOf(project, 'dist')).toHaveLength(1);
    expect(result.url).toBe(result.small.src);
    expect(result.small.src).toMatch(/\.webp$/);
  });
});
