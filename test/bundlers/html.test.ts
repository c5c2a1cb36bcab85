// References of pages to specs: a real build under every base, each URL followed to a picture.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { build, buildOk, createProject, type Project } from '../helpers/bundlers.ts';
import { type ConfigParts, configOf, SPECS, spec } from '../helpers/bundlers-fixture.ts';
import { emittedImages } from '../helpers/bundlers-output.ts';
import { expectNoSpec, expectPictures, pageUrls, tagsOf } from '../helpers/bundlers-page.ts';
import { watch } from '../helpers/bundlers-watch.ts';

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
const WITH_SITE = (site: string): string => `{ provider: sketch(), site: '${site}' }`;
const INPUTS = `build: { modulePreload: false, rolldownOptions: { input: ['index.html', 'about/index.html'] } },`;

/** A page with a reference at every place that takes one; `to` leads to the root. */
const page = (to: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>About wide.image.yaml</title>
<meta property="og:image" content="${to}src/card.image.yaml">
<meta name="twitter:image" content="${to}src/card.image.yaml">
<link rel="icon" href="${to}src/square.image.yaml">
<link rel="preload" as="image" href="${to}src/square.image.yaml" id="early">
<style>main { background: url(${to}src/wide.image.yaml) }</style>
</head><body>
<!-- <img src="${to}src/none.image.yaml"> -->
<IMG SRC=${to}src/wide.image.yaml Class="a b" ID=hero data-x='1 &amp; 2' alt="" style="color:red">
<img src="/src/square.image.yaml" sizes="50vw" width="100">
<img src="${to}src/eager.image.yaml">
<picture><source media="(max-width: 600px)" srcset="${to}src/square.image.yaml"><img src="${to}src/card.image.yaml" fetchpriority="high"></picture>
<video poster="${to}src/wide.image.yaml"></video>
<svg><image href="${to}src/square.image.yaml" /></svg>
<template><img src="${to}src/square.image.yaml"></template>
<noscript><img src="${to}src/square.image.yaml"></noscript>
<p style="background: url('${to}src/card.image.yaml')">wide.image.yaml</p>
<script type="module" src="/src/main.js"></script></body></html>
`;

const PAGES = {
  'index.html': page('./'),
  'about/index.html': page('../'),
  'src/main.js': `import square from './square.image.yaml';\nglobalThis.result = square;\n`,
  ...SPECS,
  'src/eager.image.yaml': spec('a lighthouse over the sea at night', {
    alt: 'A lighthouse',
    image_size: '816x816',
    widths: '[240]',
    more: '  priority: true\n',
  }),
};

let project: Project;
beforeAll(() => {
  project = createProject(PAGES);
});
beforeEach(() => {
  project.remove('dist');
  project.write(PAGES);
});

function configure(parts: ConfigParts): void {
  project.write({ 'vite.config.mjs': configOf('vite', { ...SKETCHES, ...parts }) });
}

describe.each([
  ['/', 'https://example.org/', ''],
  ['/sub/', 'https://example.org/sub/', `base: '/sub/',`],
  ['./', 'https://example.org/deep/', `base: './',`],
  ['a CDN', 'https://cdn.example/x/', `base: 'https://cdn.example/x/',`],
])('base %s', (_name, base, fields) => {
  test('every URL of a page reaches a picture', async () => {
    const site = base.startsWith('https://cdn') ? 'https://example.org' : base.replace('sub/', '');
    configure({ options: WITH_SITE(site), fields: `${fields} ${INPUTS}` });
    const { warnings } = await buildOk(project, 'vite');
    expect(warnings.filter((text) => text.includes('og:image'))).toEqual([]);
    const reached = new Set<string>();
    for (const name of ['index.html', 'about/index.html']) {
      const html = project.read(`dist/${name}`);
      const urls = pageUrls(html);
      expect(urls.length).toBeGreaterThan(20);
      for (const file of await expectPictures(project, urls, { from: name, base }))
        reached.add(file);
      for (const { attributes } of tagsOf(html).filter(({ name }) => name === 'meta')) {
        if (/image$/.test(attributes['property'] ?? attributes['name'] ?? '')) {
          expect(attributes['content']).toMatch(
            /^https:\/\/[\w./-]+\/assets\/card-\d+-[\w-]+\.jpg$/,
          );
          expect(Object.keys(attributes)).toHaveLength(2);
        }
      }
    }
    expectNoSpec(project);
    // Named for people.
    for (const file of reached)
      expect(file).toMatch(/^assets\/(?:card|eager|square|wide)-\d+-[\w-]+\.\w+$/);
    // Nothing is emitted that no page or script names.
    expect(emittedImages(project).length).toBe(reached.size);
  });
});

test("the author's attributes stay, and the picture's are added", async () => {
  configure({ options: WITH_SITE('https://example.org') });
  await buildOk(project, 'vite');
  const html = project.read('dist/index.html');
  expect(html).toContain('<!-- <img src="./src/none.image.yaml"> -->');
  expect(html).toContain('<title>About wide.image.yaml</title>'.slice(0, 13));
  const tags = tagsOf(html);
  const images = tags.filter(({ name }) => name === 'img');
  expect(images).toHaveLength(6);
  expect(images.every(({ parent }) => parent === 'picture')).toBe(true);
  const [hero, half, eager, art, template] = images.map(({ attributes }) => attributes);
  expect(hero).toMatchObject({
    class: 'a b',
    id: 'hero',
    'data-x': '1 & 2',
    alt: '',
    width: '1088',
    height: '608',
    loading: 'lazy',
    decoding: 'async',
  });
  expect(hero?.['style']).toMatch(/^background-color:#.*;color:red$/);
  expect(half).toMatchObject({ sizes: '50vw', width: '100', height: '100', alt: 'A kettle' });
  expect(eager).toMatchObject({
    loading: 'eager',
    fetchpriority: 'high',
    sizes: '100vw',
    alt: 'A lighthouse',
  });
  expect(art).toMatchObject({ alt: 'A "card" & more', fetchpriority: 'high', loading: 'eager' });
  expect(template).toMatchObject({ alt: 'A kettle' });
  const sources = tags.filter(({ name }) => name === 'source').map(({ attributes }) => attributes);
  const media = sources.filter((one) => one['media']);
  expect(media.map((one) => one['type'])).toEqual(['image/avif', 'image/webp', undefined]);
  expect(tags.filter(({ name, parent }) => name === 'picture' && parent === 'picture')).toEqual([]);
  const preloads = tags
    .filter(({ attributes }) => attributes['rel'] === 'preload')
    .map(({ attributes }) => attributes);
  expect(preloads).toMatchObject([
    { id: 'early', as: 'image', type: 'image/avif', imagesizes: '100vw' },
    { as: 'image', type: 'image/avif', fetchpriority: 'high' },
  ]);
  expect(preloads[1]?.['imagesrcset']).toContain('eager-240');
  const metas = Object.fromEntries(
    tags
      .filter(({ name }) => name === 'meta')
      .map(({ attributes }) => [attributes['property'], attributes['content']]),
  );
  expect(metas).toMatchObject({
    'og:image:width': '1200',
    'og:image:height': '630',
    'og:image:alt': 'A "card" & more',
  });
});

test('without `site` a build says that og:image needs it', async () => {
  configure({});
  const { warnings } = await buildOk(project, 'vite');
  const ours = warnings.filter((text) => text.includes('site'));
  expect(ours).toHaveLength(2);
  expect(ours[0]).toMatch(/index\.html:3:1: og:image .*`site`/);
});

test('survives the cache being wiped, and gives the same output', async () => {
  configure({ options: WITH_SITE('https://example.org') });
  await buildOk(project, 'vite');
  const before = project.digests('dist');
  project.remove('node_modules/.cache');
  await buildOk(project, 'vite');
  expect(project.digests('dist')).toEqual(before);
  expect(Object.keys(before).length).toBeGreaterThan(10);
});

test('queries are those of imports, with entities', async () => {
  configure({});
  project.write({
    'index.html': '<!doctype html><img alt="" src="./src/wide.image.yaml?url&amp;no-inline">\n',
  });
  await buildOk(project, 'vite');
  expect(
    tagsOf(project.read('dist/index.html')).filter(({ name }) => name === 'picture'),
  ).toHaveLength(1);
});

describe('what cannot be rewritten fails with file and line', () => {
  test.each([
    ['a link', '<a href="./src/wide.image.yaml">it</a>', 'LEAK_RAW', /index\.html:2:4/],
    [
      'a srcset',
      '<img src="/a.png" srcset="./src/wide.image.yaml 2x">',
      'LEAK_RAW',
      /index\.html:2:19/,
    ],
    [
      'another relation',
      '<link rel="prefetch" href="./src/wide.image.yaml">',
      'LEAK_RAW',
      /index\.html:2:22/,
    ],
    [
      'a lazy attribute',
      '<div data-src="src/wide.image.yaml"></div>',
      'LEAK_RAW',
      /index\.html:2:6/,
    ],
    ['an object', '<object data="src/wide.image.yaml"></object>', 'LEAK_RAW', /index\.html:2:9/],
    ['a missing spec', '<img src="./src/missing.image.yaml">', 'SPEC_READ', /index\.html:2:6/],
    ['raw', '<img src="./src/wide.image.yaml?raw">', 'LEAK_RAW', /wide\.image\.yaml\?raw/],
    ['a query', '<img src="./src/wide.image.yaml?nonsense=1">', 'SPEC_QUERY', /nonsense/],
    [
      'missing in CSS',
      '<style>\np { background: url(src/no.image.yaml) }</style>',
      'SPEC_READ',
      /index\.html:3:17/,
    ],
  ])('%s', async (_what, html, code, place) => {
    configure({});
    project.write({ 'index.html': `<!doctype html>\n${html}\n` });
    const { ok, errors } = await build(project, 'vite');
    expect(ok).toBe(false);
    // Rolldown names the plugin that called the hook.
    expect(errors[0]).toMatchObject({ code });
    expect(errors[0]?.message).toMatch(place);
    expect(project.files('dist')).toEqual([]);
  });

  test('a frozen build names the spec', async () => {
    project.write({
      'vite.config.mjs': configOf('vite'),
      'index.html': '<!doctype html>\n<img src="./src/wide.image.yaml">\n',
    });
    const { ok, errors } = await build(project, 'vite', { CI: '1' });
    expect(ok).toBe(false);
    expect(errors[0]).toMatchObject({ code: 'MISSING_FROZEN' });
  });
});

test('watch mode follows the specs of pages and style sheets', async () => {
  configure({});
  project.write({
    'index.html':
      '<!doctype html>\n<img src="./src/wide.image.yaml"><script type="module" src="/src/main.js"></script>\n',
    'src/main.js': "import './style.css';\n",
    'src/style.css': '@import "./more.css";\n',
    'src/more.css': 'a { background: url(./square.image.yaml) }\n',
  });
  const watcher = watch(project, 'vite');
  await watcher.until(({ ok }) => ok);
  const images = (): string[] =>
    emittedImages(project)
      .map((path) => path.replace(/.*\/(\w+-\d+)-.*(\.\w+)$/, '$1$2'))
      .sort();
  expect(images()).toEqual(['square-400.jpg', 'wide-320.avif', 'wide-320.jpg', 'wide-320.webp']);
  await watcher.settle();
  project.write({
    'src/wide.image.yaml': project.read('src/wide.image.yaml').replace('[320]', '[330]'),
  });
  await watcher.until(({ ok }) => ok && images().includes('wide-330.avif'));
  await watcher.settle();
  project.write({
    'src/square.image.yaml': project.read('src/square.image.yaml').replace('[200, 400]', '[410]'),
  });
  await watcher.until(({ ok }) => ok && images().includes('square-410.jpg'));
  await watcher.settle();
  project.write({ 'src/more.css': 'a { background: url(./card.image.yaml) }\n' });
  await watcher.until(({ ok }) => ok && images().includes('card-1200.jpg'));
  expectNoSpec(project);
});
