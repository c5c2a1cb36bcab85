// What only esbuild has: its own loaders and plugins, stylesheets, outputs that are not written.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { build, buildOk, createProject, type Project, runNode } from '../helpers/bundlers.ts';
import { CANARY, type ConfigParts, configOf, fixture } from '../helpers/bundlers-fixture.ts';
import { checkFiles, contentOf, emittedImages, evaluate } from '../helpers/bundlers-output.ts';

const SITE = 'https://site.example/';
const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
const ONE = "import square from './square.image.yaml';\nglobalThis.result = { square };\n";
const HOSTILE =
  "loader: { '.avif': 'dataurl', '.webp': 'dataurl', '.jpg': 'text', '.yaml': 'text' },";

let project: Project;
let expected: unknown;
beforeAll(async () => {
  project = createProject({ ...fixture(SKETCHES), 'src/main.js': ONE });
  await buildOk(project, 'esbuild');
  expected = contentOf(project, await evaluateMain(), SITE);
});
beforeEach(() => {
  project.remove('dist');
  project.write({ ...fixture(SKETCHES), 'src/main.js': ONE });
});

const evaluateMain = (): Promise<{ square: Picture }> =>
  evaluate(project, { kind: 'module', base: SITE, file: 'main.js' });
const configure = (parts: ConfigParts): void =>
  project.write({ 'esbuild.config.mjs': configOf('esbuild', { ...SKETCHES, ...parts }) });

describe('esbuild', () => {
  test.each([
    ['loaders of the config', { fields: HOSTILE }],
    [
      'a plugin for YAML before ours',
      {
        before: plugin(
          'onLoad({ filter: /\\.ya?ml$/ }, () => ({ contents: "ruined", loader: "text" }))',
        ),
      },
    ],
    [
      'a plugin that resolves specs itself',
      {
        fields: HOSTILE,
        before: plugin(
          'onResolve({ filter: /yaml$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path) }))',
        ),
      },
    ],
  ])('%s', async (_what, parts) => {
    configure(parts);
    await buildOk(project, 'esbuild');
    expect(contentOf(project, await evaluateMain(), SITE)).toEqual(expected);
    expect(emittedImages(project)).toHaveLength(6);
  });

  test('url() of a stylesheet is the file that src is', async () => {
    project.write({
      'src/main.js': `import './style.css';\n${ONE}`,
      'src/style.css': '@import "./deep.css";\nbody { background: url(./square.image.yaml) }\n',
      'src/deep.css': 'i { background: image-set(url("./wide.image.yaml?w=320") 1x) }\n',
    });
    await buildOk(project, 'esbuild');
    const css = project.read('dist/main.css');
    const urls = [...css.matchAll(/url\("?([^")]+)"?\)/g)].map((found) => found[1] ?? '');
    expect(urls).toEqual([
      expect.stringMatching(/^\.\/wide-320-\w+\.jpg$/),
      expect.stringMatching(/^\.\/square-400-\w+\.jpg$/),
    ]);
    const { square } = await evaluateMain();
    expect(new URL(urls[1] ?? '', SITE).href).toBe(square.src);
    // The one of the stylesheet and the one of the script are the same file.
    expect(emittedImages(project)).toHaveLength(7);
  });

  test('metafile and write: false', async () => {
    project.write({
      'run.mjs': `import { build } from 'esbuild';
import config from './esbuild.config.mjs';
const { outputFiles, metafile } = await build({ ...config, write: false, metafile: true });
console.log(JSON.stringify({ files: outputFiles.map(({ path }) => path), outputs: Object.keys(metafile.outputs), inputs: Object.keys(metafile.inputs) }));
`,
    });
    const { stdout, stderr } = await runNode(project, ['run.mjs']);
    expect(stderr).toBe('');
    const { files, outputs, inputs } = JSON.parse(stdout) as Record<string, string[]>;
    expect(files?.filter((name) => /\.(avif|webp|jpg)$/.test(name))).toHaveLength(6);
    expect(outputs).toHaveLength(files!.length);
    // Nothing of this machine.
    expect(inputs!.join('\n')).not.toContain(project.root);
    expect(project.files('dist')).toEqual([]);
  });

  test('a leak with write: false is told, and nothing is written', async () => {
    project.write({
      'src/main.js': `${ONE}globalThis.other = 'a red kettle on a square tile, ${CANARY}';\n`,
    });
    configure({ fields: 'write: false,' });
    const { ok, errors } = await build(project, 'esbuild');
    expect(ok).toBe(false);
    expect(errors[0]).toMatchObject({ code: 'LEAK_RAW', plugin: 'unplugin-image-prompt' });
    expect(project.files('dist')).toEqual([]);
  });

  test('a folder whose name begins like our namespaces is not exempt', async () => {
    project.write({
      'src/main.js':
        "import text from '../image-prompts/copied.image.yaml';\nglobalThis.result = text;\n",
      'image-prompts/copied.image.yaml': project.read('src/square.image.yaml'),
    });
    // Another plugin takes the spec; that it was an input is all there is to see.
    configure({
      before: plugin(
        'onLoad({ filter: /\\.yaml$/ }, () => ({ contents: "export default 1", loader: "js" })); onResolve({ filter: /yaml$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path) }))',
      ),
    });
    const { ok, errors } = await build(project, 'esbuild');
    expect(ok).toBe(false);
    expect(errors[0]).toMatchObject({ code: 'LEAK_RAW' });
    expect(errors[0]?.message).toContain('image-prompts/copied.image.yaml');
  });

  test('an import that asks for the text is refused', async () => {
    project.write({
      'src/main.js':
        "import text from './square.image.yaml' with { type: 'text' };\nglobalThis.result = text;\n",
    });
    const { ok, errors } = await build(project, 'esbuild');
    // Before 0.22 esbuild does not tell plugins of attributes: such an import gets the picture.
    if (ok) return expect(project.read('dist/main.js')).not.toContain(CANARY);
    expect(errors[0]).toMatchObject({ code: 'LEAK_RAW', loc: { line: 1 } });
    expect(project.files('dist')).toEqual([]);
  });

  test('a script that cannot know where it is asks for publicPath', async () => {
    configure({ output: "format: 'iife'" });
    const { ok, errors } = await build(project, 'esbuild');
    expect(ok).toBe(false);
    expect(errors[0]).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(errors[0]?.hint).toContain('publicPath');
  });

  test('two different publicPaths are refused', async () => {
    configure({
      options: "{ provider: sketch(), publicPath: '/a/' }",
      output: "format: 'esm', publicPath: '/b'",
    });
    const { ok, errors } = await build(project, 'esbuild');
    expect(ok).toBe(false);
    expect(errors[0]?.message).toContain('Expected one publicPath, received "/a/"');
  });

  test('a picture in two chunks is one set of files', async () => {
    project.write({
      'src/main.js':
        "export const late = () => import('./late.js');\nimport square from './square.image.yaml';\nglobalThis.result = { square };\n",
      'src/late.js': "import square from './square.image.yaml';\nexport default square;\n",
    });
    configure({ output: "format: 'esm', splitting: true, chunkNames: 'chunks/[name]-[hash]'" });
    await buildOk(project, 'esbuild');
    await checkFiles(project, (await evaluateMain()).square, SITE);
    expect(emittedImages(project)).toHaveLength(6);
    expect(project.read('dist/main.js')).not.toContain(project.root);
  });

  test('sketches are told where esbuild tells warnings', async () => {
    configure({
      options: "{ onMissing: 'sketch', report: false }",
      output: "format: 'esm', logLevel: 'warning'",
    });
    const { stderr } = await buildOk(project, 'esbuild');
    expect(stderr).toContain('image-prompt: 1 of 1 picture is a sketch');
    configure({
      options: "{ onMissing: 'sketch', report: false }",
      output: "format: 'esm', logLevel: 'error'",
    });
    expect((await buildOk(project, 'esbuild')).stderr).toBe('');
  });

  test('the report stands beside what esbuild prints', async () => {
    configure({ fields: "logLevel: 'info',", output: "format: 'esm', logLevel: 'info'" });
    const { stderr } = await buildOk(project, 'esbuild');
    expect(stderr).toContain('image-prompt: 1 picture · 6 files');
    configure({});
    expect((await buildOk(project, 'esbuild')).stderr).toBe('');
  });
});

function plugin(call: string): string {
  return `{ name: 'other', setup: ({ onLoad, onResolve }) => { ${call}; } },`;
}
