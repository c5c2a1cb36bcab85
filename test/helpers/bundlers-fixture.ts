import { type Bundler, PACKAGES } from './bundlers.ts';

/** Stands in every prompt of the fixtures: nothing of it may be found in an output. */
export const CANARY = 'canary of the prompt';

/** Three specs: square, a preset that is asked larger than it is shown, and one that is cropped. */
export const SPECS: Readonly<Record<string, string>> = {
  'src/square.image.yaml': spec('a red kettle on a square tile', {
    alt: 'A kettle',
    image_size: '816x816',
    widths: '[200, 400]',
  }),
  'src/wide.image.yaml': spec('a long wooden bridge in the fog', {
    alt: 'A bridge',
    image_size: '{ width: 1088, height: 608 }',
    widths: '[320]',
  }),
  'src/card.image.yaml': spec('a paper card with one blue stripe', {
    alt: 'A "card" & more',
    image_size: '1200x630',
    widths: '[300, 4000]',
  }),
};

/** Writes a spec; the quickest encoder settings, since tests look at everything but beauty. */
export function spec(
  prompt: string,
  fields: { alt: string; image_size: string; widths: string; more?: string },
): string {
  return `prompt: ${prompt}, ${CANARY}
alt: '${fields.alt}'
image_size: ${fields.image_size}
quality: low
output:
  widths: ${fields.widths}
  # The fallback has to be the largest: what is no smaller than it is left out.
  quality: { avif: { quality: 20, effort: 0 }, webp: { quality: 60, effort: 0 }, jpeg: 95 }
${fields.more ?? ''}`;
}

/** Imports the three and leaves them where the evaluation looks. */
export const MAIN = `import square from './square.image.yaml';
import wide from './wide.image.yaml';
import card from './card.image.yaml';
globalThis.result = { square, wide, card };
`;

export const INDEX_HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fixture</title></head>
<body><script type="module" src="/src/main.js"></script></body></html>
`;

/** What a config adds to the plain one: JavaScript texts. */
export interface ConfigParts {
  imports?: string;
  /** Options of our plugin. */
  options?: string;
  /** Plugins before and after ours. */
  before?: string;
  after?: string;
  /** Further fields of the config. */
  fields?: string;
  /**
   * Fields of Rollup's, Rolldown's, webpack's, Rspack's, Rsbuild's and Farm's `output`, and of esbuild's
   * options, instead of the plain ones.
   */
  output?: string;
  /** Fields of Farm's `compilation`. */
  compilation?: string;
}

/** Text of `vite.config.mjs` and so on. Every bundler writes to `dist`. */
export function configOf(bundler: Bundler, parts: ConfigParts = {}): string {
  const { imports = '', options = '', before = '', after = '', fields = '', output } = parts;
  const { compilation = 'persistentCache: false,' } = parts;
  const lead = `import images from 'unplugin-image-prompt/${bundler}';
import { join } from 'node:path';
${imports}
const dist = join(import.meta.dirname, 'dist');
const plugins = [${before} images(${options}), ${after}];
`;
  const rollup = `export default { input: 'src/main.js', plugins, ${fields}
      output: { dir: dist, ${output ?? "format: 'es'"} } };`;
  const webpack = `export default { mode: 'production', context: import.meta.dirname, entry: './src/main.js', plugins, ${fields}
      output: { path: dist, clean: true, filename: 'main.js', ${output ?? ''} } };`;
  const configs: Readonly<Record<Bundler, string>> = {
    vite: `export default { plugins, build: { modulePreload: false }, ${fields} };`,
    rollup,
    rolldown: rollup,
    webpack,
    rspack: webpack,
    // No page and no hashes in the names of scripts: the evaluation loads them by name.
    rsbuild: `export default { source: { entry: { main: './src/main.js' } }, plugins,
      tools: { htmlPlugin: false }, logLevel: 'error', ${fields}
      output: { distPath: { root: dist, js: '' }, filename: { js: '[name].js' }, ${output ?? ''} } };`,
    esbuild: `export default { absWorkingDir: import.meta.dirname, entryPoints: ['src/main.js'], bundle: true,
      outdir: dist, logLevel: 'silent', plugins, ${fields} ${output ?? "format: 'esm'"} };`,
    // One script: the evaluation knows no page that would load its parts.
    farm: `export default { root: import.meta.dirname, plugins, ${fields}
      compilation: { input: { main: './src/main.js' }, ${compilation} progress: false,
        output: { path: 'dist', clean: true, entryFilename: '[entryName].js', ${output ?? "format: 'esm', targetEnv: 'browser-esnext'"} } } };`,
  };
  return `${lead}${configs[bundler]}\n`;
}

/** The whole fixture, ready for every bundler. */
export function fixture(parts: ConfigParts = {}): Record<string, string> {
  return {
    'index.html': INDEX_HTML,
    'src/main.js': MAIN,
    ...SPECS,
    ...Object.fromEntries(
      (Object.keys(PACKAGES) as Bundler[]).map((bundler) => [
        `${bundler}.config.mjs`,
        configOf(bundler, parts),
      ]),
    ),
  };
}
