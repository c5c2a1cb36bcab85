// Evaluates each bundle as a browser would, under every option that moves URLs, and follows each URL
// to a file that is what the page was promised.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import {
  BUNDLERS,
  type Bundler,
  build,
  buildOk,
  createProject,
  type Project,
} from '../helpers/bundlers.ts';
import { type ConfigParts, configOf, fixture, MAIN } from '../helpers/bundlers-fixture.ts';
import {
  assertShape,
  checkFiles,
  emittedImages,
  evaluate,
  fileAt,
  type Served,
} from '../helpers/bundlers-output.ts';

type Pictures = Record<'square' | 'wide' | 'card', Picture>;

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
const SITE = 'https://site.example/';
const SUB = `${SITE}sub/`;
const DEEP = `${SITE}some/where/`;

/** One project: store and cache are shared, so that pictures are drawn and encoded once. */
let project: Project;
beforeAll(() => {
  project = createProject(fixture(SKETCHES));
});

async function buildWith(bundler: Bundler, parts: ConfigParts, main = MAIN): Promise<void> {
  project.remove('dist');
  project.write({
    'src/main.js': main,
    [`${bundler}.config.mjs`]: configOf(bundler, { ...SKETCHES, ...parts }),
  });
  await buildOk(project, bundler);
}

/** The script that Vite's page loads, relative to `dist`. */
function scriptOf(page: string): string {
  const src = /<script[^>]* src="([^"]+)"/.exec(project.read(`dist/${page}`))?.[1] ?? '';
  return src.replace(/^\.?\//, '').replace(/^sub\//, '');
}

interface Case {
  bundler: Bundler;
  name: string;
  parts: ConfigParts;
  served: Omit<Served, 'file'> & { file?: string };
  /** What a URL looks like. */
  url: RegExp;
}

const module = (base: string, file?: string): Case['served'] => ({
  kind: 'module',
  base,
  ...(file === undefined ? {} : { file }),
});
const script = (base: string, file: string): Case['served'] => ({ kind: 'script', base, file });

const HASHED = '(square|wide|card)-\\d+-[\\w-]+\\.(avif|webp|jpg)$';
const CASES: readonly Case[] = [
  {
    bundler: 'vite',
    name: 'plain, with a manifest',
    parts: { fields: 'build: { modulePreload: false, manifest: true }' },
    served: module(SITE),
    url: new RegExp(`^/assets/${HASHED}`),
  },
  {
    bundler: 'vite',
    name: "base '/sub/'",
    parts: { fields: "base: '/sub/'" },
    served: module(SUB),
    url: new RegExp(`^/sub/assets/${HASHED}`),
  },
  {
    bundler: 'vite',
    name: "base './'",
    parts: { fields: "base: './'" },
    served: module(DEEP),
    url: new RegExp(`^${DEEP}assets/${HASHED}`),
  },
  {
    bundler: 'vite',
    name: 'assetFileNames',
    parts: {
      fields: `build: { modulePreload: false,
        rolldownOptions: { output: { assetFileNames: 'media/[hash]/[name][extname]' } } }`,
    },
    served: module(SITE),
    url: /^\/media\/[\w-]+\/(square|wide|card)-\d+\.(avif|webp|jpg)$/,
  },
  {
    bundler: 'rollup',
    name: 'es',
    parts: { output: "format: 'es'" },
    served: module(DEEP, 'main.js'),
    url: new RegExp(`^${DEEP}assets/${HASHED}`),
  },
  {
    bundler: 'rollup',
    name: 'iife, assetFileNames',
    parts: { output: "format: 'iife', assetFileNames: 'media/[name].[hash][extname]'" },
    served: script(DEEP, 'main.js'),
    url: new RegExp(`^${DEEP}media/(square|wide|card)-\\d+\\.[\\w-]+\\.(avif|webp|jpg)$`),
  },
  {
    bundler: 'rollup',
    name: 'cjs',
    parts: { output: "format: 'cjs', entryFileNames: 'main.cjs'" },
    served: { kind: 'cjs', base: SITE, file: 'main.cjs' },
    url: new RegExp(`^file:///.*/dist/assets/${HASHED}`),
  },
  {
    bundler: 'webpack',
    name: "publicPath 'auto'",
    parts: {},
    served: script(DEEP, 'main.js'),
    url: new RegExp(`^${DEEP}[0-9a-f]+\\.(avif|webp|jpg)$`),
  },
  {
    bundler: 'webpack',
    name: "publicPath '/sub/'",
    parts: { output: "publicPath: '/sub/'" },
    served: script(SUB, 'main.js'),
    url: /^\/sub\/[0-9a-f]+\.(avif|webp|jpg)$/,
  },
  {
    bundler: 'webpack',
    name: 'assetModuleFilename',
    parts: {
      output: "publicPath: '/', assetModuleFilename: 'media/[name].[contenthash:8][ext][query]'",
    },
    served: script(SITE, 'main.js'),
    url: /^\/media\/(square|wide|card)-\d+\.[0-9a-f]{8}\.(avif|webp|jpg)$/,
  },
];

describe.each(BUNDLERS)('%s', (bundler) => {
  const cases = CASES.filter((one) => one.bundler === bundler);

  test.each(cases)('$name: every URL is a right file, no file is left over', async (one) => {
    await buildWith(bundler, one.parts);
    const { kind, base } = one.served;
    const file = one.served.file ?? scriptOf('index.html');
    const pictures = await evaluate<Pictures>(project, { kind, base, file });
    const files = new Set<string>();
    for (const picture of Object.values(pictures)) {
      assertShape(picture);
      expect(picture.src).toMatch(one.url);
      for (const name of await checkFiles(project, picture, base)) files.add(name);
    }
    expect(emittedImages(project).sort()).toEqual([...files].sort());
    if (one.name.includes('manifest')) assertManifest(files);
    expect(shapeOf(pictures)).toEqual(SHAPE);
  });

  test('?url is the src alone', async () => {
    const main = `import picture from './square.image.yaml';
import url from './square.image.yaml?url';
globalThis.result = { picture, url };\n`;
    await buildWith(bundler, {}, main);
    const file = bundler === 'vite' ? scriptOf('index.html') : 'main.js';
    const kind = bundler === 'webpack' ? 'script' : 'module';
    const result = await evaluate<{ picture: Picture; url: string }>(project, {
      kind,
      base: SITE,
      file,
    });
    expect(result.url).toBe(result.picture.src);
    fileAt(project, result.url, SITE);
    expect(emittedImages(project)).toHaveLength(6);
  });

  test.each([
    ['?raw', 'LEAK_RAW'],
    ['?raw&url', 'LEAK_RAW'],
    ['?wdith=400', 'SPEC_QUERY'],
  ])('%s fails with %s', async (query, code) => {
    project.remove('dist');
    project.write({
      'src/main.js': `import it from './square.image.yaml${query}';\nglobalThis.result = it;\n`,
    });
    const { ok, errors } = await build(project, bundler);
    expect(ok).toBe(false);
    expect(errors[0]).toMatchObject({ code, id: project.path('src/square.image.yaml') });
    expect(errors[0]?.message).toContain(code);
  });
});

/** What of the three pictures does not depend on the bundler. */
const SHAPE = {
  square: { alt: 'A kettle', width: 816, height: 816, widths: '200w 400w' },
  wide: { alt: 'A bridge', width: 1088, height: 608, widths: '320w' },
  // 4000 is more than the picture has: its own width takes the place.
  card: { alt: 'A "card" & more', width: 1200, height: 630, widths: '300w 1200w' },
};

function shapeOf(pictures: Pictures): object {
  const entries = Object.entries(pictures).map(([name, { alt, width, height, srcset }]) => {
    const widths = srcset.match(/\d+w(?=,|$)/g)?.join(' ');
    return [name, { alt, width, height, widths }];
  });
  return Object.fromEntries(entries);
}

function assertManifest(files: ReadonlySet<string>): void {
  const manifest = JSON.parse(project.read('dist/.vite/manifest.json')) as Record<
    string,
    { assets?: string[] }
  >;
  const listed = manifest['index.html']?.assets?.map((name) => project.path('dist', name));
  expect(listed?.sort()).toEqual([...files].sort());
  expect(JSON.stringify(manifest)).not.toContain(project.root);
}
