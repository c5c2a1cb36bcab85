// The functions for scripts, with the real engine, encoder, disk and HTTP.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { fal } from '../../src/provider/fal.ts';
import { sketch } from '../../src/provider/sketch.ts';
import { createNodeApi, type NodeOptions } from '../../src/sites/node-api.ts';
import { KEY, useFal } from '../helpers/bundlers-fal.ts';
import { spec } from '../helpers/bundlers-fixture.ts';
import { createProject, type Project } from '../helpers/project.ts';

const service = useFal();
const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

const warnings: string[] = [];
const reports: string[] = [];
const NOTHING = {};
const apiWith = (env: Record<string, string> = NOTHING) =>
  createNodeApi({
    env,
    cwd: () => '/',
    now: () => performance.now(),
    warn: (text) => warnings.push(text),
    print: (text) => reports.push(text),
  });
const api = apiWith();

const KETTLE = spec('a red kettle on a square tile', {
  alt: 'A kettle',
  image_size: '816x816',
  widths: '[200, 400]',
});

const makeProject = (files: Record<string, string> = {}): Project =>
  createProject({ 'package.json': '{}', 'docs/kettle.image.yaml': KETTLE, ...files });

const free = ({ root }: Project, more: NodeOptions = {}): NodeOptions => ({
  root,
  provider: sketch(),
  ...more,
});
const paying = ({ root }: Project, more: NodeOptions = {}): NodeOptions => ({
  root,
  provider: fal({ credentials: KEY, baseUrl: service.standIn.baseUrl, pollInterval: 20 }),
  ...more,
});

const paid = () => service.standIn.stats.submits;

describe('a spec with several pictures', () => {
  const CROPPED = `${KETTLE}sources:\n  - { media: "(max-width: 40rem)", aspect: "1:2", widths: [100] }\n`;
  const SET = `${KETTLE.replace('a red', 'a {{colour}}')}matrix: { colour: [red, blue] }\n`;

  test('has its sources in the page, and their files in the output', async () => {
    const project = makeProject({ 'docs/kettle.image.yaml': CROPPED });
    const options = free(project, { base: '/b/' });
    const { sources } = await api.resolveImage('docs/kettle.image.yaml', options);
    const art = sources.filter(({ media }) => media !== undefined);
    expect(art.length).toBeGreaterThan(0);
    await api.copyImages(project.path('dist'), options);
    const names = project.list('dist');
    for (const { srcset } of art) {
      const [url = ''] = srcset.split(' ');
      expect(names).toContain(url.replace('/b/', ''));
    }
    const out = project.path('docs/kettle.png');
    const { width, height } = await api.materialise('docs/kettle.image.yaml', out, options);
    expect([width, height]).toEqual([816, 816]);
  });

  test('gives one of a set by its query, and buys nothing where several are meant', async () => {
    const project = makeProject({ 'docs/kettle.image.yaml': SET });
    const before = paid();
    const options = paying(project);
    await expect(api.resolveImage('docs/kettle.image.yaml', options)).rejects.toMatchObject({
      code: 'SPEC_QUERY',
    });
    expect(paid()).toBe(before);
    await api.resolveImage('docs/kettle.image.yaml?colour=blue', options);
    expect(paid()).toBe(before + 1);
    const out = project.path('docs/blue.png');
    await api.materialise('docs/kettle.image.yaml?colour=blue', out, {
      ...options,
      original: true,
    });
    expect(paid()).toBe(before + 1);
  });
});

describe('resolveImage', () => {
  test('gives URLs that depend on the bytes alone, below the base, and copyImages their files', async () => {
    const project = makeProject();
    const options = free(project, { base: '/docs' });
    const picture = await api.resolveImage('docs/kettle.image.yaml', options);
    expect(picture.src).toMatch(/^\/docs\/assets\/image-prompt\/kettle-400-[0-9a-f]{12}\.jpg$/);
    expect(picture).toMatchObject({ width: 816, height: 816, alt: 'A kettle' });
    const names = await api.copyImages('dist', options);
    expect(project.list('dist')).toEqual(names);
    expect(names).toHaveLength(6);
    for (const name of names) {
      const bytes = project.read(`dist/${name}`);
      const width = Number(/-(\d+)-[0-9a-f]{12}\./.exec(name)![1]);
      expect((await sharp(bytes).metadata()).width).toBe(width);
      const digest = createHash('sha256').update(bytes).digest('hex');
      expect(name).toContain(`-${digest.slice(0, 12)}.`);
    }
    const urls = [picture.srcset, ...picture.sources.map(({ srcset }) => srcset)]
      .join(', ')
      .split(', ')
      .map((one) => one.split(' ')[0]!);
    expect(urls.map((url) => url.slice('/docs/'.length)).sort()).toEqual(names);
  });

  test('takes a file URL and a query, and refuses what is no spec, and the prompt', async () => {
    const project = makeProject();
    const url = new URL(
      '?w=200&format=webp',
      pathToFileURL(project.path('docs/kettle.image.yaml')),
    );
    const picture = await api.resolveImage(url, free(project));
    expect(picture.srcset).toMatch(/^\S+\.webp 200w$/);
    await expect(api.resolveImage('docs/kettle.png', free(project))).rejects.toMatchObject({
      code: 'SPEC_READ',
    });
    await expect(
      api.resolveImage('docs/kettle.image.yaml?raw', free(project)),
    ).rejects.toMatchObject({ code: 'LEAK_RAW' });
  });

  test('finds the project of a folder below it, as the command line does', async () => {
    const project = makeProject({ 'image-prompt.config.mjs': 'export default {};' });
    const below = createNodeApi({
      env: {},
      cwd: () => project.path('docs'),
      now: () => performance.now(),
      warn: () => {},
      print: () => {},
    });
    await below.resolveImage('docs/kettle.image.yaml', { provider: sketch() });
    expect(project.list('.image-prompt/originals')).toHaveLength(2);
    expect(project.list('docs')).toEqual(['kettle.image.yaml']);
  });

  test('sees an edit after refreshImages, and names the files to watch', async () => {
    const project = makeProject();
    const before = await api.resolveImage('docs/kettle.image.yaml', free(project));
    project.write('docs/kettle.image.yaml', KETTLE.replace('red', 'blue').replace('A k', 'Blue k'));
    api.refreshImages(free(project));
    const after = await api.resolveImage('docs/kettle.image.yaml', free(project));
    expect(after.alt).toBe('Blue kettle');
    expect(after.src).not.toBe(before.src);
    expect(api.dependenciesOf('docs/kettle.image.yaml', free(project))).toEqual([
      project.path('docs/kettle.image.yaml'),
    ]);
  });
});

test('what is odd about a spec is told, once', async () => {
  const project = makeProject({ 'odd.image.yaml': `${KETTLE}input: { sed: 1 }\n` });
  warnings.length = 0;
  await api.resolveImage('odd.image.yaml', free(project));
  await api.resolveImage('odd.image.yaml', free(project));
  await api.prepare(free(project));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^odd\.image\.yaml:\d+:\d+: .*sed/);
});

describe('who may spend', () => {
  test('nobody, in CI: it is the error of a frozen build', async () => {
    const before = paid();
    const project = makeProject();
    const frozen = apiWith({ CI: 'true' });
    await expect(
      frozen.resolveImage('docs/kettle.image.yaml', paying(project)),
    ).rejects.toMatchObject({ code: 'MISSING_FROZEN' });
    await expect(frozen.prepare(paying(project))).rejects.toMatchObject({ code: 'MISSING_FROZEN' });
    expect(paid()).toBe(before);
  });

  test('nobody, in a dev server: sketches are shown, and served on demand', async () => {
    const before = paid();
    const project = makeProject();
    const options = paying(project, { command: 'serve', base: '/docs/' });
    const picture = await api.resolveImage('docs/kettle.image.yaml', options);
    expect(picture.src).toMatch(/^\/docs\/@image-prompt\/kettle-400\.[0-9a-f]{12}\.jpg$/);
    expect(project.list('node_modules/.cache/unplugin-image-prompt/variants')).toEqual([]);
    const middleware = api.serveImages(options);
    const server = createServer((request, response) => {
      middleware(request, response, () => response.writeHead(418).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = await fetch(`${origin}${picture.src}`);
    expect(answer.status).toBe(200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect((await sharp(bytes).metadata()).width).toBe(400);
    expect((await fetch(`${origin}/docs/other.jpg`)).status).toBe(418);
    expect(paid()).toBe(before);
  });

  test('a build, once, however often it asks and in how many processes', async () => {
    const before = paid();
    const project = makeProject();
    // Another environment, so nothing is shared but the disk.
    const two = apiWith({});
    await Promise.all([
      api.resolveImage('docs/kettle.image.yaml', paying(project)),
      api.resolveImage('docs/kettle.image.yaml', paying(project)),
      two.prepare(paying(project, { base: '/x/' })),
      two.materialise('docs/kettle.image.yaml', 'kettle.webp', paying(project)),
    ]);
    expect(paid()).toBe(before + 1);
    expect(project.list('.image-prompt/originals')).toHaveLength(2);
  });

  test('shares one budget with whatever else of the process builds the same project', async () => {
    const before = paid();
    const specs = Object.fromEntries(
      ['one', 'two', 'three'].map((name) => [
        `docs/${name}.image.yaml`,
        KETTLE.replace('kettle', name).replace('quality: low', 'quality: medium'),
      ]),
    );
    const project = createProject({ 'package.json': '{}', ...specs });
    const options = paying(project, { budget: 0.07, concurrency: 1 });
    const results: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      // Each asks through functions of its own, as a configuration that is read twice would.
      results.push(
        await apiWith()
          .resolveImage(`docs/${name}.image.yaml`, options)
          .then(
            () => 'made',
            (error: { code: string }) => error.code,
          ),
      );
    }
    expect(results).toEqual(['made', 'BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']);
    expect(paid()).toBe(before + 1);
  });
});

describe('prepare', () => {
  test('makes and encodes what every spec needs; what comes later finds it', async () => {
    const project = makeProject({ 'b.image.yaml': KETTLE.replace('kettle', 'cup') });
    const prepared = await api.prepare(free(project));
    expect(prepared.map(({ file }) => file)).toEqual(['b.image.yaml', 'docs/kettle.image.yaml']);
    const cache = 'node_modules/.cache/unplugin-image-prompt';
    const files = project.list(cache).filter((name) => /\.(avif|webp|jpe?g)/.test(name));
    expect(files.length, project.list(cache).join()).toBeGreaterThanOrEqual(12);
    const later = await api.resolveImage('b.image.yaml', free(project));
    expect(later).toEqual(prepared[0]!.picture);
  });

  test('tries every spec, then fails for the one that is wrong', async () => {
    const project = makeProject({ 'a.image.yaml': 'prompt: 1' });
    await expect(api.prepare(free(project))).rejects.toMatchObject({ code: /^SPEC_/ });
    expect(project.list('.image-prompt/originals')).toHaveLength(2);
  });
});

describe('materialise', () => {
  test('writes the picture as a file of the ending, in its own size', async () => {
    const project = makeProject({
      'card.image.yaml': spec('a paper card', { alt: '', image_size: '1200x630', widths: '[300]' }),
    });
    const card = await api.materialise('card.image.yaml', null, free(project));
    expect(card).toMatchObject({ path: project.path('card.png'), width: 1200, height: 630 });
    expect(await sharp(project.read('card.png')).metadata()).toMatchObject({
      format: 'png',
      width: 1200,
      height: 630,
    });
    await api.materialise('card.image.yaml', 'small/card.avif', { ...free(project), width: 320 });
    expect(await sharp(project.read('small/card.avif')).metadata()).toMatchObject({ width: 320 });
  });

  test('writes the original byte for byte when that is asked for', async () => {
    const project = makeProject();
    const file = await api.materialise('docs/kettle.image.yaml', 'k.png', {
      ...free(project),
      original: true,
    });
    const original = project.list('.image-prompt/originals').find((name) => name.endsWith('.png'))!;
    expect(project.read('k.png')).toEqual(project.read(`.image-prompt/originals/${original}`));
    expect(file.bytes).toBe(project.read('k.png').length);
    await expect(
      api.materialise('docs/kettle.image.yaml', 'k.webp', { ...free(project), original: true }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('never writes an original that is not what its record says', async () => {
    const project = makeProject();
    await api.resolveImage('docs/kettle.image.yaml', free(project));
    const name = project.list('.image-prompt/originals').find((one) => one.endsWith('.png'))!;
    const bytes = project.read(`.image-prompt/originals/${name}`);
    bytes[bytes.length - 20]! ^= 1;
    project.write(`.image-prompt/originals/${name}`, bytes);
    const options = { ...free(project), original: true };
    await expect(api.materialise('docs/kettle.image.yaml', 'k.png', options)).rejects.toMatchObject(
      {
        code: 'STORE_BROKEN',
      },
    );
    expect(project.list('.')).not.toContain('k.png');
  });

  test('never writes into the store, over a spec, or a sketch that nobody asked for', async () => {
    const project = makeProject();
    const options = paying(project);
    for (const out of ['.image-prompt/originals/x.png', 'docs/kettle.image.yaml', 'k.gif']) {
      await expect(
        api.materialise('docs/kettle.image.yaml', out, options),
        out,
      ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
    const sketching = apiWith({ IMAGE_PROMPT_ON_MISSING: 'sketch' });
    const drawn = await sketching.materialise('docs/kettle.image.yaml', 'k.png', options);
    expect(drawn.sketch).toBe(true);
    expect(warnings).toContain('k.png is a sketch.');
    // Its previews are for the eyes of whoever writes the spec.
    await expect(
      api.materialise('docs/kettle.image.yaml', 'd.png', { ...options, command: 'serve' }),
    ).rejects.toMatchObject({ code: 'MISSING_SKETCH' });
    expect(project.list('.')).not.toContain('d.png');
    await expect(
      sketching.materialise('docs/kettle.image.yaml', 'k.png', { ...options, original: true }),
    ).rejects.toMatchObject({ code: 'MISSING_SKETCH' });
  });
});

describe('copyImages', () => {
  test.each([
    ['a spec', 'out/a.image.yaml', KETTLE, 'copy of a spec'],
    [
      'a prompt',
      'out/page.html',
      '<p>a red kettle on a square tile, canary of the prompt</p>',
      'prompt',
    ],
    ['a reference', 'out/page.html', '<p>x</p><img src="./kettle.image.yaml">', '<img src>'],
    [
      'a reference',
      'out/p.html',
      '<meta property="og:image" content="/k.image.yml">',
      '<meta content>',
    ],
    ['a URL', 'out/p.html', '<img src="https://example.org/k.image.yml">', '<img src>'],
    [
      'a URL',
      'out/p.html',
      '<meta property="og:image" content="https://example.org/k.image.yml">',
      '<meta content>',
    ],
  ])('fails when the output holds %s, and copies nothing', async (_what, name, text, message) => {
    const project = makeProject({ [name]: text });
    await api.resolveImage('docs/kettle.image.yaml', free(project));
    const copying = api.copyImages('out', free(project));
    await expect(copying).rejects.toMatchObject({ code: 'LEAK_RAW' });
    await expect(copying).rejects.toThrow(message);
    expect(project.list('out')).toEqual([name.slice('out/'.length)]);
  });

  test('lets a page write about specs', async () => {
    const text =
      '<a href="/guide">x</a><p>Write <code>hero.image.yaml</code>, such as `a.image.yaml`.</p>';
    const project = makeProject({ 'out/page.html': text });
    await api.resolveImage('docs/kettle.image.yaml', free(project));
    expect(await api.copyImages('out', free(project))).toHaveLength(6);
  });

  test('lists sketches that were asked for, and refuses others', async () => {
    const project = makeProject();
    const sketching = apiWith({ IMAGE_PROMPT_ON_MISSING: 'sketch' });
    const options = paying(project);
    await sketching.resolveImage('docs/kettle.image.yaml', options);
    warnings.length = 0;
    await sketching.copyImages('out', options);
    expect(warnings.join()).toContain('1 of 1 picture is a sketch');
  });

  test('says what was paid, unless nobody wants to know', async () => {
    const project = makeProject();
    for (const [report, said] of [
      [undefined, ['image-prompt: 1 picture · 6 files']],
      [false, []],
    ] as const) {
      const options = paying(project, report === undefined ? {} : { report });
      reports.length = 0;
      await api.resolveImage('docs/kettle.image.yaml', options);
      await api.copyImages('out', options);
      expect(reports).toEqual(said.map((text) => expect.stringContaining(text)));
      if (report === undefined) expect(reports[0]).toContain('1 made ($0.0');
    }
  });
});

test('a script ends by itself, with what it made', async () => {
  const project = makeProject();
  const script = `
    import { resolveImage, copyImages } from 'unplugin-image-prompt/node';
    import { sketch } from 'unplugin-image-prompt';
    const options = { provider: sketch(), base: '/b/' };
    console.log((await resolveImage('docs/kettle.image.yaml', options)).src);
    await copyImages('out', options);`;
  project.write(
    'build.mjs',
    script
      .replaceAll("'unplugin-image-prompt", `'${join(process.cwd(), 'dist')}`)
      .replaceAll("dist/node'", "dist/node.js'")
      .replaceAll("dist'", "dist/index.js'"),
  );
  const child = spawn(process.execPath, ['build.mjs'], {
    cwd: project.root,
    env: { ...process.env, VITEST: '' },
  });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    out += text;
  });
  const [status] = await once(child, 'exit');
  expect(status, out).toBe(0);
  expect(out).toMatch(/^\/b\/assets\/image-prompt\/kettle-400-[0-9a-f]{12}\.jpg$/m);
  expect(out).toContain('1 of 1 picture is a sketch');
  expect(project.list('out')).toHaveLength(6);
});
