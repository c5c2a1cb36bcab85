// Builds the package: declarations by tsc, which checks them on the way; JavaScript by Rolldown, since a
// hundred small files cost a build more time than everything in them (docs/decisions/0015); then the JSON
// Schema from the zod schema that was just built, so that the two can never disagree.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What is reached from outside: doors, the command, and what the package runs or builds itself. */
const entries = [...Object.values(exports), ...Object.values(bin)]
  .flatMap((target) => /^\.\/dist\/(.+)\.js$/.exec(String(target))?.[1] ?? [])
  .map((name) => [name, join(root, 'src', `${name}.ts`)]);
const inner = [
  'components/image-props',
  'components/style-object',
  'config/load-config',
  'docusaurus',
  'sites/docusaurus/docusaurus-loader',
  'sites/next/check-output',
  'sites/next/next-loader',
  'sites/nuxt/prose-img',
  'sites/nuxt/use-picture',
  'sites/astro/dev-middleware',
  'sites/astro/dress-service',
  'sites/svelte/preprocess',
  'plugin/hosts/webpack-asset-loader',
  'plugin/hosts/webpack-css-loader',
  'plugin/hosts/webpack-refusing-loader',
  'spec/json-schema',
  'variant/encoder-child',
  'variant/encoder-process',
].map((name) => [name.split('/').at(-1), join(root, 'src', `${name}.ts`)]);

rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', root, '--emitDeclarationOnly'], { stdio: 'inherit' });
const bundle = await rolldown({
  input: Object.fromEntries([...entries, ...inner]),
  // Packages stay packages.
  external: (id) => !/^[./]/.test(id) && !id.startsWith(root),
  platform: 'node',
  logLevel: 'warn',
});
await bundle.write({
  codeSplitting: {
    // What a build loads before it has seen a spec is one file: each further one takes a millisecond.
    groups: [{ name: 'door', test: await findEager('vite') }],
  },
  dir: join(root, 'dist'),
  format: 'esm',
  // Chunks lie beside the doors: paths from `import.meta.url` must be the same for both.
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  sourcemap: true,
  sourcemapExcludeSources: true,
});
await bundle.close();
writeSvelte();
writeDocusaurus();
writeAstro();
writeNuxt();
assertNeighbours();
const { specJsonSchema } = await import('../dist/json-schema.js');
writeFileSync(join(root, 'spec.schema.json'), `${JSON.stringify(specJsonSchema(), null, 2)}\n`);
chmodSync(join(root, 'dist', 'cli', 'run.js'), 0o755);

/** Which modules an entry imports, and they, without waiting for anything to happen. @param {string} entry */
async function findEager(entry) {
  const { output } = await bundle.generate({ format: 'esm' });
  const chunks = new Map(output.map((one) => [one.fileName, one]));
  const files = new Set([`${entry}.js`]);
  for (const file of files) for (const next of chunks.get(file)?.imports ?? []) files.add(next);
  const modules = [...files].flatMap((file) => chunks.get(file)?.moduleIds ?? []);
  const eager = new Set(modules.filter((id) => id !== join(root, 'src', `${entry}.ts`)));
  return (/** @type {string} */ id) => eager.has(id);
}

/** Svelte's components are published as source: the compiler of whoever uses them knows its release. */
function writeSvelte() {
  const source = readFileSync(join(root, 'src', 'components', 'picture.svelte'), 'utf8');
  writeFileSync(
    join(root, 'dist', 'picture.svelte'),
    source.replace("'./image-props.ts'", "'./image-props.js'"),
  );
  const door = "export { default as Picture } from './picture.svelte';\n";
  writeFileSync(join(root, 'dist', 'svelte.js'), door);
}

/** Docusaurus reads its configuration by a loader that knows no ES modules; Node does, from CommonJS too. */
function writeDocusaurus() {
  const names = ['parseFrontMatter', 'remark', 'withImagePrompt'];
  writeFileSync(
    join(root, 'dist', 'docusaurus.cjs'),
    `'use strict';
// Not by the \`require\` of this module: it is that of whoever loads it.
const door = require('node:module').createRequire(__filename)('./docusaurus.js');
module.exports = door.plugin;
${names.map((name) => `module.exports.${name} = door.${name};`).join('\n')}
`,
  );
  const from = "'./docusaurus.js' with { 'resolution-mode': 'import' }";
  writeFileSync(
    join(root, 'dist', 'docusaurus.d.cts'),
    `import type * as door from ${from};
/** The plugin alone, for \`plugins\` of a configuration. */
declare function plugin(
  ...given: Parameters<door.DocusaurusPluginModule>
): ReturnType<door.DocusaurusPluginModule>;
declare namespace plugin {
  export type DocusaurusOptions = door.DocusaurusOptions;
${names.map((name) => `  export const ${name}: typeof door.${name};`).join('\n')}
}
export = plugin;
`,
  );
  const styles = join(root, 'src', 'sites', 'docusaurus', 'picture.css');
  copyFileSync(styles, join(root, 'dist', 'docusaurus.css'));
}

/** Astro's components are published as source too, for the same reason. */
function writeAstro() {
  const source = readFileSync(join(root, 'src', 'components', 'picture.astro'), 'utf8');
  writeFileSync(
    join(root, 'dist', 'picture.astro'),
    source.replace(/'(\.\/[\w-]+)\.ts'/g, "'$1.js'"),
  );
  const door = "export { default as Picture } from './picture.astro';\n";
  writeFileSync(join(root, 'dist', 'astro-components.js'), door);
}

/** What Nuxt imports by itself has its types beside it. */
function writeNuxt() {
  writeFileSync(
    join(root, 'dist', 'use-picture.d.ts'),
    "export { usePicture } from './sites/nuxt/use-picture.js';\n",
  );
}

/** Programs and loaders that are named by their place must be there. */
function assertNeighbours() {
  for (const name of readdirSync(join(root, 'dist')).filter((one) => one.endsWith('.js'))) {
    const text = readFileSync(join(root, 'dist', name), 'utf8');
    for (const [, path] of text.matchAll(/new URL\(\s*"(\.\.?\/[^"]+)",\s*import\.meta\.url/g)) {
      if (!existsSync(join(root, 'dist', path))) throw new Error(`dist/${name} needs ${path}.`);
    }
  }
}
