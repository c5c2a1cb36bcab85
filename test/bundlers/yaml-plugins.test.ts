// YAML plugins and image loaders of a project keep their files and leave ours alone, wherever they
// stand in the config.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { type Bundler, buildOk, createProject, type Project } from '../helpers/bundlers.ts';
import { type ConfigParts, configOf, fixture } from '../helpers/bundlers-fixture.ts';
import { checkFiles, entryOf, evaluate, KIND } from '../helpers/bundlers-output.ts';

const SITE = 'https://site.example/';

/** What @rollup/plugin-yaml and its like do: every id that ends in `.yaml` is YAML to them. */
const YAML_PLUGIN = `import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
export const yaml = (enforce) => ({
  name: 'yaml',
  enforce,
  transform(code, id) {
    if (!/\\.ya?ml$/.test(id)) return null;
    return { code: 'export default ' + JSON.stringify(parse(code)), map: { mappings: '' } };
  },
});
export const yamlOfEsbuild = {
  name: 'yaml',
  setup({ onLoad }) {
    onLoad({ filter: /\\.ya?ml$/ }, ({ path }) => ({
      contents: JSON.stringify(parse(readFileSync(path, 'utf8'))),
      loader: 'json',
    }));
  },
};
export const yamlOfFarm = {
  name: 'yaml',
  load: {
    filters: { resolvedPaths: ['\\\\.ya?ml$'] },
    executor: ({ resolvedPath }) => ({
      content: 'export default ' + JSON.stringify(parse(readFileSync(resolvedPath, 'utf8'))),
      moduleType: 'js',
    }),
  },
};
`;

/** What yaml-loader does. */
const YAML_LOADER = `const { parse } = require('yaml');
module.exports = (text) => 'export default ' + JSON.stringify(parse(text));
`;

/** What an image optimiser does, only worse. */
const CORRUPTING_LOADER = `module.exports = (bytes) => Buffer.concat([Buffer.from('ruined'), bytes]);
module.exports.raw = true;
`;

const FAMILY = ['webpack', 'rspack', 'rsbuild'] as const;

let project: Project;
/** Digests of the pictures when nobody interferes. */
let expected: string[];

beforeAll(async () => {
  const parts = { imports: SKETCH, options: OPTIONS };
  project = createProject({
    ...fixture(parts),
    'src/plain.yaml': 'greeting: hello\n',
    'yaml-plugin.mjs': YAML_PLUGIN,
    'yaml-loader.cjs': YAML_LOADER,
    'corrupt.cjs': CORRUPTING_LOADER,
    'src/main.js': `import square from './square.image.yaml';
globalThis.result = { square };\n`,
  });
  await buildOk(project, 'rollup');
  expected = imageDigests();
  project.write({
    'src/main.js': `import square from './square.image.yaml';
import plain from './plain.yaml';
globalThis.result = { square, plain };\n`,
  });
});

const SKETCH = `import { sketch } from 'unplugin-image-prompt';`;
const OPTIONS = '{ provider: sketch() }';

function imageDigests(): string[] {
  const all = Object.entries(project.digests('dist'));
  return all.flatMap(([name, digest]) => (/\.(avif|webp|jpg)$/.test(name) ? [digest] : [])).sort();
}

async function assertUnharmed(bundler: Bundler, parts: ConfigParts): Promise<unknown> {
  project.remove('dist');
  project.write({
    [`${bundler}.config.mjs`]: configOf(bundler, {
      options: OPTIONS,
      ...parts,
      imports: `${SKETCH}\n${parts.imports ?? ''}`,
    }),
  });
  await buildOk(project, bundler);
  const script = entryOf(project, bundler);
  const { square, plain } = await evaluate<{ square: Picture; plain: unknown }>(project, {
    kind: KIND[bundler],
    base: SITE,
    file: script,
  });
  await checkFiles(project, square, SITE);
  expect(imageDigests()).toEqual(expected);
  return plain;
}

describe('a YAML plugin', () => {
  const imports = `import { yaml, yamlOfEsbuild, yamlOfFarm } from './yaml-plugin.mjs';`;
  test.each([
    ['vite', 'before', { before: 'yaml(),' }],
    ['vite', 'after', { after: 'yaml(),' }],
    ['vite', 'before, enforced', { before: "yaml('pre')," }],
    ['vite', 'after, enforced', { after: "yaml('pre')," }],
    ['rollup', 'before', { before: 'yaml(),' }],
    ['rollup', 'after', { after: 'yaml(),' }],
    ['rolldown', 'before', { before: 'yaml(),' }],
    ['rolldown', 'after', { after: 'yaml(),' }],
    ['esbuild', 'before', { before: 'yamlOfEsbuild,' }],
    ['esbuild', 'after', { after: 'yamlOfEsbuild,' }],
    ['farm', 'before', { before: 'yamlOfFarm,' }],
    ['farm', 'after', { after: 'yamlOfFarm,' }],
  ] as const)('of %s that stands %s', async (bundler, _place, parts) => {
    const plain = await assertUnharmed(bundler, { imports, ...parts });
    expect(plain).toEqual({ greeting: 'hello' });
  });
});

const TEXT = 'greeting: hello\n';
const PARSED = { greeting: 'hello' };
const LOADER = "join(import.meta.dirname, 'yaml-loader.cjs')";

/** Rules as they stand in configs, and what a plain `.yaml` becomes under them. */
const YAML_RULES: readonly [name: string, rule: string, plain: unknown][] = [
  ['type json', "{ test: /\\.ya?ml$/, type: 'json', parser: { parse } }", PARSED],
  ['asset/source', "{ test: /\\.ya?ml$/, type: 'asset/source' }", TEXT],
  ['a loader', `{ test: /\\.ya?ml$/, use: ${LOADER} }`, PARSED],
  ['a function', `{ test: (path) => path.endsWith('.yaml'), use: ${LOADER} }`, PARSED],
  ['resource', `{ resource: /\\.ya?ml$/, use: ${LOADER} }`, PARSED],
  ['conditions', `{ test: { or: [/\\.yml$/, { and: [/yaml$/] }] }, use: ${LOADER} }`, PARSED],
  ['oneOf', `{ oneOf: [{ test: /\\.ya?ml$/, use: ${LOADER} }] }`, PARSED],
  // Create React App: whatever no other rule took is a file.
  ['a catch-all', "{ oneOf: [{ exclude: [/\\.js$/, /\\.json$/], type: 'asset/source' }] }", TEXT],
];

const IMAGE_RULES: readonly [name: string, rule: string][] = [
  [
    'a corrupting loader',
    "{ test: /\\.(avif|webp|jpe?g|png)$/, type: 'asset/resource', use: join(import.meta.dirname, 'corrupt.cjs') }",
  ],
  ['inlining', "{ test: /\\.(avif|webp|jpe?g|png)$/, type: 'asset/inline' }"],
];

describe.each(FAMILY)('%s: a rule', (bundler) => {
  const imports = `import { parse } from 'yaml';`;
  const rules = (text: string): string => {
    const fields = `module: { rules: [${text}] },`;
    return bundler === 'rsbuild' ? `tools: { htmlPlugin: false, rspack: { ${fields} } },` : fields;
  };

  test.each(YAML_RULES)('for YAML: %s', async (_name, rule, plain) => {
    expect(await assertUnharmed(bundler, { imports, fields: rules(rule) })).toEqual(plain);
  });

  test.each(IMAGE_RULES)('for images: %s', async (_name, rule) => {
    const fields = rules(`{ test: /plain\\.yaml$/, type: 'asset/source' }, ${rule}`);
    expect(await assertUnharmed(bundler, { imports, fields })).toBe(TEXT);
  });
});
