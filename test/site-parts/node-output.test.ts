// What the functions for scripts write, with the real engine, encoder, disk and HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { spec } from '../helpers/bundlers-fixture.ts';
import {
  api,
  apiWith,
  free,
  KETTLE,
  makeProject,
  paying,
  reports,
  warnings,
} from './node-helpers.ts';

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

  test('says of a URL with a host where it comes from', async () => {
    const page = '<img src="https://example.org/k.image.yml">';
    const project = makeProject({ 'out/page.html': page });
    await expect(api.copyImages('out', free(project))).rejects.toMatchObject({
      code: 'LEAK_RAW',
      hint: expect.stringContaining('made the URL absolute'),
    });
  });

  test.each([
    '<a href="/guide">x</a><p>Write <code>hero.image.yaml</code>, such as `a.image.yaml`.</p>',
    '<meta property="og:image:alt" content="An editor that shows hero.image.yaml">',
    '<meta name="twitter:image:alt" content="hero.image.yaml">',
    '<img src="https://example.org/og?title=hero.image.yaml" alt="A title">',
  ])('lets a page write about specs: %s', async (text) => {
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
