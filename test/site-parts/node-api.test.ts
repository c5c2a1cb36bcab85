import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { sketch } from '../../src/provider/sketch.ts';
import { createNodeApi } from '../../src/sites/node-api.ts';
import { createProject } from '../helpers/project.ts';
import { api, apiWith, free, KETTLE, makeProject, paid, paying, warnings } from './node-helpers.ts';

const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

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
