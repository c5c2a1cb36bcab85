// References of style sheets to specs, through every way in which Vite reads CSS.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { build, buildOk, createProject, type Project } from '../helpers/bundlers.ts';
import { type ConfigParts, configOf, INDEX_HTML, SPECS } from '../helpers/bundlers-fixture.ts';
import { cssUrls, expectNoSpec, expectPictures } from '../helpers/bundlers-page.ts';

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
const FILES = {
  'index.html': INDEX_HTML,
  ...SPECS,
  'src/main.js': "import './style.css';\n",
  'src/plain.txt': 'plain\n'.repeat(2000),
};

let project: Project;
beforeAll(() => {
  project = createProject(FILES);
});
beforeEach(() => {
  project.remove('dist', 'src/style.css', 'src/parts');
  project.write(FILES);
});

async function buildCss(files: Record<string, string>, fields = ''): Promise<string> {
  project.write(files);
  project.write({
    'vite.config.mjs': configOf('vite', {
      ...SKETCHES,
      fields: `build: { modulePreload: false, assetsInlineLimit: 0, ...{} }, ${fields}`,
    }),
  });
  await buildOk(project, 'vite');
  const sheets = project.files('dist').filter((name) => name.endsWith('.css'));
  expect(sheets).toHaveLength(1);
  return project.read(`dist/${sheets[0]}`);
}

/** Names of the pictures that a sheet reaches, without hashes. */
async function picturesOf(css: string, base = 'https://site.example/'): Promise<string[]> {
  const urls = cssUrls(css).filter((url) => !url.includes('plain'));
  const names = await expectPictures(project, urls, { from: 'assets/style.css', base });
  expectNoSpec(project);
  return names.map((name) => name.replace(/^assets\/(\w+-\d+)-[\w-]+/, '$1')).sort();
}

const STYLE = `@charset "utf-8";
/* url(./none.image.yaml) */
.a { background: #fff url( ./wide.image.yaml ) no-repeat }
.b { background-image: url("./card.image.yaml"), URL('/src/square.image.yaml') }
.c { background-image: image-set("./square.image.yaml" type("image/avif") 1x, url(./square.image.yaml) type('image/webp'), "./square.image.yaml" 1x) }
.d { background-image: -webkit-image-set(url(square.image.yaml) 1x) }
.e::after { content: "wide.image.yaml" }
.f { background: url(./plain.txt) }
`;
const EXPECTED = [
  'card-1200.jpg',
  'square-400.avif',
  'square-400.jpg',
  'square-400.webp',
  'wide-320.jpg',
];

describe.each([
  ['postcss', ''],
  ['lightningcss', "css: { transformer: 'lightningcss' },"],
])('%s', (_transformer, fields) => {
  test.each([
    ['/', '', 'https://site.example/'],
    ['/sub/', "base: '/sub/',", 'https://site.example/sub/'],
    ['./', "base: './',", 'https://site.example/any/'],
    ['a CDN', "base: 'https://cdn.example/x/',", 'https://cdn.example/x/'],
  ])('url() and image-set() with base %s', async (_name, more, base) => {
    const css = await buildCss({ 'src/style.css': STYLE }, fields + more);
    expect(await picturesOf(css, base)).toEqual(EXPECTED);
  });

  test('a chain of @import, with media, layers and circles', async () => {
    const css = await buildCss(
      {
        'src/style.css': `@import "./parts/a.css" layer(base) screen and (min-width: 10px);\n@import url(parts/none.css);\n@import '/src/parts/deep/c.css';\nb { color: red }\n`,
        'src/parts/a.css': `@import "./deep/b.css";\n.a { background: url(../wide.image.yaml) }\n.p { background: url(../plain.txt?x#y) }\n`,
        'src/parts/none.css': '.none { color: blue }\n',
        'src/parts/deep/b.css': `@import url("../a.css");\n.b { background: url("../../card.image.yaml") }\n`,
        'src/parts/deep/c.css': `.c { background: url(../../square.image.yaml) }\n`,
      },
      fields,
    );
    expect(await picturesOf(css)).toEqual(['card-1200.jpg', 'square-400.jpg', 'wide-320.jpg']);
    expect(css).toContain('@layer base');
    expect(css).toMatch(/@media screen and \((?:min-width: ?10px|width>=10px)\)/);
    expect(css).toContain('.none{');
    expect(css).toMatch(/assets\/plain-[\w-]+\.txt/);
    expect(css.match(/\.a\s*\{/g)).toHaveLength(1);
  });

  test('modules', async () => {
    const css = await buildCss(
      {
        'src/main.js': `import one from './one.module.css';\nglobalThis.result = one;\n`,
        'src/one.module.css': `@import "./parts/two.css";\n.one { composes: base from "./base.module.css"; background: url(./wide.image.yaml) }\n`,
        'src/base.module.css': '.base { background: url(./square.image.yaml) }\n',
        'src/parts/two.css': '.two { background: url(../card.image.yaml) }\n',
      },
      fields,
    );
    expect(css).not.toMatch(/\.one\{/);
    expect(await picturesOf(css)).toEqual(['card-1200.jpg', 'square-400.jpg', 'wide-320.jpg']);
  });
});

test('a sheet that a page links, and style blocks of components', async () => {
  const block = `{ name: 'component', enforce: 'pre',
    resolveId: (id, importer) => id.includes('App.vue?') ? join(import.meta.dirname, 'src', id.slice(2)) : null,
    load: (id) => id.includes('App.vue?') ? '.v { background: url(./card.image.yaml) }' : null },`;
  project.write({
    'index.html': INDEX_HTML.replace(
      '</head>',
      '<link rel="stylesheet" href="/src/style.css"></head>',
    ),
    'src/main.js': "import './App.vue?vue&type=style&index=0&scoped=1&lang.css';\n",
    'src/App.vue': '<style>\n.v { background: url(./card.image.yaml) }\n</style>\n',
    'src/style.css': '.a { background: url(./wide.image.yaml) }\n',
    'vite.config.mjs': configOf('vite', { ...SKETCHES, after: block }),
  });
  await buildOk(project, 'vite');
  const sheets = project.files('dist').filter((name) => name.endsWith('.css'));
  const css = sheets.map((name) => project.read(`dist/${name}`)).join('');
  expect(await picturesOf(css)).toEqual(['card-1200.jpg', 'wide-320.jpg']);
});

test('a library', async () => {
  const css = await buildCss(
    { 'src/style.css': STYLE },
    `base: './', build: { lib: { entry: 'src/main.js', formats: ['es'], fileName: 'main' } },`,
  );
  expect(css).not.toContain('.cache');
  expect(css).not.toContain('image.yaml)');
  const names = project.files('dist').filter((name) => /\.(?:jpg|avif|webp)$/.test(name));
  expect(names.sort()).toEqual([
    'card-1200.jpg',
    'square-400.avif',
    'square-400.jpg',
    'square-400.webp',
    'wide-320.jpg',
  ]);
});

test('an alias', async () => {
  const css = await buildCss(
    {
      'src/style.css': `@import "@/parts/a.css";\n.a { background: url("@/wide.image.yaml") }\n`,
      'src/parts/a.css': '.b { background: url("@/card.image.yaml") }\n',
    },
    "resolve: { alias: { '@': join(import.meta.dirname, 'src') } },",
  );
  expect(await picturesOf(css)).toEqual(['card-1200.jpg', 'wide-320.jpg']);
});

test('the manifest names what was emitted, and no path of this machine', async () => {
  await buildCss({ 'src/style.css': STYLE }, 'build: { manifest: true, modulePreload: false },');
  const manifest = project.read('dist/.vite/manifest.json');
  expect(manifest).toMatch(/"assets\/wide-320-[\w-]+\.jpg"/);
  expect(manifest).not.toContain(project.root);
});

describe('what cannot be rewritten fails with file and line', () => {
  test.each([
    [
      'a missing spec',
      'src/style.css',
      'a { color: red }\nb { background: url(./missing.image.yaml) }',
      'SPEC_READ',
      /src\/style\.css:2:17/,
    ],
    [
      'raw',
      'src/style.css',
      'b { background: url(./wide.image.yaml?raw) }',
      'LEAK_RAW',
      /wide\.image\.yaml\?raw/,
    ],
    [
      'a format that is not made',
      'src/style.css',
      'b { background: image-set("./wide.image.yaml" type("image/png")) }',
      'SPEC_VALUE',
      /image\/png/,
    ],
    [
      'an import',
      'src/style.css',
      '@import "./wide.image.yaml";',
      'LEAK_RAW',
      /src\/style\.css:1:9/,
    ],
    [
      'new URL()',
      'src/main.js',
      "import './style.css';\n// new URL('./no.image.yaml', import.meta.url)\nglobalThis.x = new URL('./wide.image.yaml', import.meta.url).href;",
      'LEAK_RAW',
      /src\/main\.js:3:16/,
    ],
  ])('%s', async (_what, file, text, code, place) => {
    project.write({
      'src/style.css': 'a { color: red }',
      [file]: `${text}\n`,
      'vite.config.mjs': configOf('vite', SKETCHES),
    });
    const { ok, errors } = await build(project, 'vite');
    expect(ok).toBe(false);
    expect(errors[0]).toMatchObject({ code, plugin: 'unplugin-image-prompt' });
    expect(errors[0]?.message).toMatch(place);
    expect(project.files('dist')).toEqual([]);
  });
});
