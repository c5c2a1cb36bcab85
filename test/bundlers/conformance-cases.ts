import type { Bundler } from '../helpers/bundlers.ts';
import type { ConfigParts } from '../helpers/bundlers-fixture.ts';
import type { Served } from '../helpers/bundlers-output.ts';

/** A way to configure a bundler that moves URLs. */
export interface Case {
  name: string;
  parts: ConfigParts;
  /** URL of the folder `dist`. */
  base: string;
  /** What a URL looks like. */
  url: RegExp;
  kind?: Served['kind'];
  /** The script, where it is not the plain one. */
  file?: string;
}

export const SITE = 'https://site.example/';
const SUB = `${SITE}sub/`;
const DEEP = `${SITE}some/where/`;
const CDN = 'https://cdn.example/x/';

const NAME = '(square|wide|card)-\\d+';
const TYPE = '\\.(avif|webp|jpg)$';
const HASHED = `${NAME}-[\\w-]+${TYPE}`;
const matching = (...parts: string[]): RegExp => new RegExp(`^${parts.join('')}`);

const OUTPUT = 'build: { modulePreload: false, rollupOptions: { output:';
const withPublicPath = (publicPath: string): ConfigParts => ({
  options: `{ provider: sketch(), publicPath: '${publicPath}' }`,
});

const ROLLUP: readonly Case[] = [
  { name: 'es', parts: {}, base: DEEP, url: matching(DEEP, 'assets/', HASHED) },
  {
    name: 'es, the script in a folder',
    parts: { output: "format: 'es', entryFileNames: 'js/[name].js'" },
    base: DEEP,
    file: 'js/main.js',
    url: matching(DEEP, 'assets/', HASHED),
  },
  {
    name: 'iife, assetFileNames',
    parts: { output: "format: 'iife', assetFileNames: 'media/[name].[hash][extname]'" },
    kind: 'script',
    base: DEEP,
    url: matching(DEEP, 'media/', NAME, '\\.[\\w-]+', TYPE),
  },
  {
    name: 'umd',
    parts: { output: "format: 'umd', name: 'fixture'" },
    kind: 'script',
    base: DEEP,
    url: matching(DEEP, 'assets/', HASHED),
  },
  {
    name: 'cjs',
    parts: { output: "format: 'cjs', entryFileNames: 'main.cjs'" },
    kind: 'cjs',
    base: SITE,
    url: matching('file:///.*/dist/assets/', HASHED),
  },
  {
    name: 'publicPath /sub',
    parts: withPublicPath('/sub'),
    base: SUB,
    url: matching('/sub/assets/', HASHED),
  },
  {
    name: 'publicPath of a CDN, iife',
    parts: { ...withPublicPath(CDN), output: "format: 'iife'" },
    kind: 'script',
    base: CDN,
    url: matching(CDN, 'assets/', HASHED),
  },
];

const WEBPACK: readonly Case[] = [
  {
    name: "publicPath 'auto'",
    parts: {},
    base: DEEP,
    url: matching(DEEP, '[0-9a-f]+', TYPE),
  },
  {
    name: "publicPath '/sub/'",
    parts: { output: "publicPath: '/sub/'" },
    base: SUB,
    url: matching('/sub/[0-9a-f]+', TYPE),
  },
  {
    name: 'assetModuleFilename',
    parts: {
      output: "publicPath: '/', assetModuleFilename: 'media/[path][name].[hash:8][ext][query]'",
    },
    base: SITE,
    url: matching('/media/', NAME, '\\.[0-9a-f]{8}', TYPE),
  },
  {
    name: 'a library as an ES module',
    parts: {
      fields: 'experiments: { outputModule: true },',
      output: "library: { type: 'module' }, module: true, chunkFormat: 'module'",
    },
    kind: 'module',
    base: DEEP,
    url: matching(DEEP, '[0-9a-f]+', TYPE),
  },
];

/** The cases of each bundler. */
export const CASES: Readonly<Record<Bundler, readonly Case[]>> = {
  vite: [
    {
      name: 'plain, with a manifest',
      parts: { fields: 'build: { modulePreload: false, manifest: true }' },
      base: SITE,
      url: matching('/assets/', HASHED),
    },
    {
      name: "base '/sub/'",
      parts: { fields: "base: '/sub/'" },
      base: SUB,
      url: matching('/sub/assets/', HASHED),
    },
    {
      name: "base './'",
      parts: { fields: "base: './'" },
      base: DEEP,
      url: matching(DEEP, 'assets/', HASHED),
    },
    {
      name: 'base of a CDN',
      parts: { fields: `base: '${CDN}'` },
      base: CDN,
      url: matching(CDN, 'assets/', HASHED),
    },
    {
      name: 'assetFileNames',
      parts: { fields: `${OUTPUT} { assetFileNames: 'media/[hash]/[name][extname]' } } }` },
      base: SITE,
      url: matching('/media/[\\w-]+/', NAME, TYPE),
    },
    {
      name: 'renderBuiltUrl',
      parts: {
        fields: `experimental: { renderBuiltUrl: (name, { type }) =>
          type === 'asset' ? '${CDN}' + name : { relative: true } }`,
      },
      base: CDN,
      url: matching(CDN, 'assets/', HASHED),
    },
    {
      name: 'renderBuiltUrl at run time',
      parts: {
        fields: `experimental: { renderBuiltUrl: (name, { type, hostType }) =>
          type === 'asset' && hostType === 'js' ? { runtime: \`"${CDN}" + \${JSON.stringify(name)}\` } : { relative: true } }`,
      },
      base: CDN,
      url: matching(CDN, 'assets/', HASHED),
    },
    {
      name: "a library with base './'",
      parts: {
        fields: `base: './', build: { lib: { entry: 'src/main.js', formats: ['es'], fileName: () => 'main.js' } }`,
      },
      file: 'main.js',
      base: DEEP,
      url: matching(DEEP, NAME, TYPE),
    },
  ],
  rollup: ROLLUP,
  rolldown: ROLLUP,
  webpack: WEBPACK,
  rspack: WEBPACK,
  rsbuild: [
    {
      name: 'plain',
      parts: {},
      base: SITE,
      url: matching('/static/image/', NAME, '\\.[0-9a-f]+', TYPE),
    },
    {
      name: 'its folders and names of images, nothing inlined',
      parts: {
        fields: "server: { base: '/sub' },",
        output: `distPath: { root: dist, js: '', image: 'pics' }, dataUriLimit: 1e6,
        filename: { js: '[name].js', image: '[name].[contenthash:8][ext]' }`,
      },
      base: SUB,
      url: matching('/sub/pics/', NAME, '\\.[0-9a-f]{8}', TYPE),
    },
  ],
  esbuild: [
    { name: 'esm', parts: {}, base: DEEP, url: matching(DEEP, HASHED) },
    {
      name: 'esm, the script in a folder, assetNames',
      parts: {
        output:
          "format: 'esm', entryNames: 'js/[name]', assetNames: 'media/[ext]/[dir]/[name].[hash]'",
      },
      base: DEEP,
      file: 'js/main.js',
      url: matching(DEEP, 'media/(avif|webp|jpg)/', NAME, '\\.\\w+', TYPE),
    },
    {
      name: 'esm, minified',
      parts: { output: "format: 'esm', minify: true, splitting: true" },
      base: DEEP,
      url: matching(DEEP, HASHED),
    },
    {
      name: 'cjs',
      parts: { output: "format: 'cjs', platform: 'node', outExtension: { '.js': '.cjs' }" },
      kind: 'cjs',
      base: SITE,
      url: matching('file:///.*/dist/', HASHED),
    },
    {
      name: "esbuild's own publicPath, iife",
      parts: { output: `format: 'iife', publicPath: '${CDN}', assetNames: 'img/[name]-[hash]'` },
      kind: 'script',
      base: CDN,
      url: matching(CDN, 'img/', HASHED),
    },
    {
      name: 'publicPath /sub, iife',
      parts: { ...withPublicPath('/sub'), output: "format: 'iife'" },
      kind: 'script',
      base: SUB,
      url: matching('/sub/', HASHED),
    },
  ],
  farm: [
    { name: 'plain', parts: {}, base: SITE, url: matching('/', NAME, '\\.\\w+(-\\w+)?', TYPE) },
    {
      name: "publicPath '/sub/', assetsFilename",
      parts: {
        output: `format: 'esm', targetEnv: 'browser-esnext', publicPath: '/sub/',
          assetsFilename: 'media/[resourceName].[contentHash].[ext]'`,
      },
      base: SUB,
      url: matching('/sub/media/', NAME, '\\.\\w+(-\\w+)?', TYPE),
    },
    {
      name: 'publicPath of a CDN',
      parts: { output: `format: 'esm', targetEnv: 'browser-esnext', publicPath: '${CDN}'` },
      base: CDN,
      url: matching(CDN, NAME, '\\.\\w+(-\\w+)?', TYPE),
    },
    {
      name: 'scripts in a folder',
      parts: {
        output: "format: 'esm', targetEnv: 'browser-esnext', filename: 'js/[resourceName].[ext]'",
      },
      base: SITE,
      url: matching('/', NAME, '\\.\\w+(-\\w+)?', TYPE),
    },
  ],
};
