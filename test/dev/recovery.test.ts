// Whatever is wrong while a dev server runs (a spec, a base, the configuration, the store) is told with its
// place, and is well again without a restart when it is mended.
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project, runBin } from '../helpers/bundlers.ts';
import { type DevServer, startDevServer } from '../helpers/bundlers-dev.ts';
import { fixture, spec } from '../helpers/bundlers-fixture.ts';

const MAIN = `import square from './square.image.yaml';
globalThis.result = { square };
import.meta.hot.accept('./square.image.yaml', () => {});
`;
const SPEC = 'src/square.image.yaml';

let standIn: FalStandIn;
let env: Record<string, string>;
beforeAll(async () => {
  standIn = await startFalStandIn();
  env = { FAL_KEY: standIn.key, IMAGE_PROMPT_FAL_BASE_URL: standIn.baseUrl };
});
beforeEach(() => standIn.reset());
afterAll(() => standIn.close());

function createSite(more: Record<string, string> = {}, options = ''): Project {
  return createProject({ ...fixture({ options }), 'src/main.js': MAIN, ...more });
}

async function loadSquare(server: DevServer): Promise<Picture> {
  const { square } = await server.load<Picture>('/src/main.js');
  return square!;
}

/** The error that a browser is shown. Its page is dead, and only a reload brings it back. */
async function failure(server: DevServer) {
  await expect(loadSquare(server)).rejects.toThrow('500');
  return (await server.next('error')).err;
}

async function buy(project: Project): Promise<void> {
  const { code, stderr } = await runBin(project, ['image-prompt', 'generate', '--yes', SPEC], env);
  expect(stderr).not.toContain(standIn.key);
  expect(code).toBe(0);
}

// chokidar drops a change that follows another within 50 ms.
const settle = (): Promise<void> => sleep(150);

describe('a base that is missing', () => {
  const text = `extends: ./later.yaml\n${spec('a kettle', { alt: 'A kettle', image_size: '816x816', widths: '[200]' })}`;

  test.each([
    ['beside the spec', './later.yaml', 'src/later.yaml'],
    ['in a folder that is missing as well', './new/folder/later.yaml', 'src/new/folder/later.yaml'],
  ])('%s is told with its line, and found when it is created', async (_where, name, path) => {
    const project = createSite({ [SPEC]: text.replace('./later.yaml', name) });
    const server = await startDevServer(project, env);
    const error = await failure(server);
    expect(error).toMatchObject({
      plugin: 'unplugin-image-prompt',
      loc: { file: project.path(SPEC), line: 1 },
    });
    expect(error?.message).toContain('SPEC_EXTENDS');
    expect(error?.frame).toContain(`extends: ${name}`);

    project.write({ [path]: 'vars: { a: b }\n' });
    await server.next('full-reload');
    expect((await loadSquare(server)).alt).toBe('A kettle');

    // From now on it is watched like any other.
    await settle();
    server.forget();
    project.write({ [path]: 'output: { sizes: 42px }\n' });
    await server.next('update');
    expect((await loadSquare(server)).sizes).toBe('42px');
  });

  test('outside of the root', async () => {
    const above = createProject({ 'site/package.json': '{ "type": "module" }' });
    for (const [name, content] of Object.entries(fixture()))
      above.write({ [`site/${name}`]: content });
    above.write({
      'site/src/main.js': MAIN,
      [`site/${SPEC}`]: text.replace('./later.yaml', '../../brand.yaml'),
    });
    const site: Project = { ...above, root: above.path('site') };
    const server = await startDevServer(site, env);
    await failure(server);
    await settle();
    above.write({ 'brand.yaml': 'vars: { a: b }\n' });
    await server.next('full-reload');
    expect((await loadSquare(server)).alt).toBe('A kettle');
  });
});

test('a spec that is missing is found when it is created, and when it is created again', async () => {
  const project = createSite();
  const text = project.read(SPEC);
  project.remove(SPEC);
  const server = await startDevServer(project, env);
  expect((await server.get('/src/main.js')).status).toBe(500);
  project.write({ [SPEC]: text });
  await server.next('full-reload').catch(() => {});
  expect((await loadSquare(server)).alt).toBe('A kettle');

  await settle();
  server.forget();
  project.remove(SPEC);
  await server.next('update');
  await settle();
  project.write({ [SPEC]: text.replace('A kettle', 'Another kettle') });
  await expect.poll(async () => (await loadSquare(server)).alt).toBe('Another kettle');
});

describe('image-prompt.config', () => {
  const good = 'export default { defaults: { output: { sizes: "42px" } } };\n';

  test.each(['image-prompt.config.ts', 'image-prompt.config.mjs'])(
    'a broken %s is told, and mending it recovers',
    async (name) => {
      const project = createSite({ [name]: 'export default {{\n' });
      const server = await startDevServer(project, env);
      expect((await failure(server))?.message).toContain('CONFIG_LOAD');
      project.write({ [name]: good });
      await server.next('full-reload');
      expect((await loadSquare(server)).sizes).toBe('42px');

      await settle();
      server.forget();
      project.write({ [name]: good.replace('42px', '43px') });
      await server.next('update');
      expect((await loadSquare(server)).sizes).toBe('43px');

      await settle();
      server.forget();
      project.remove(name);
      await server.next('update');
      expect((await loadSquare(server)).sizes).toContain('100vw');
    },
  );

  test('one that is written while the server runs counts', async () => {
    const project = createSite();
    const server = await startDevServer(project, env);
    expect((await loadSquare(server)).sizes).toContain('100vw');
    project.write({ 'image-prompt.config.mjs': good });
    await server.next('update');
    expect((await loadSquare(server)).sizes).toBe('42px');
  });

  test('another store is followed from then on', async () => {
    const project = createSite();
    const server = await startDevServer(project, env);
    const sketch = await loadSquare(server);
    project.write({ 'image-prompt.config.mjs': 'export default { dir: "pictures" };\n' });
    await server.next('update');
    expect((await loadSquare(server)).src).toBe(sketch.src);
    await buy(project);
    expect(project.files('pictures/originals')).toHaveLength(2);
    await server.next('update');
    expect((await loadSquare(server)).src).not.toBe(sketch.src);
  });
});

describe('the store', () => {
  test('a broken record is told, and mending it recovers', async () => {
    const project = createSite();
    await buy(project);
    const record = `.image-prompt/originals/${project.files('.image-prompt/originals').find((name) => name.endsWith('.json'))}`;
    const good = project.read(record);
    const server = await startDevServer(project, env);
    const paid = await loadSquare(server);
    project.write({ [record]: '<<<<<<< HEAD\n' });
    await server.next('update');
    const error = await failure(server);
    expect(error?.message).toContain('STORE_RECORD');
    await settle();
    server.forget();
    project.write({ [record]: good });
    await server.next('update');
    expect(await loadSquare(server)).toEqual(paid);
  });

  test('an original that is lost and put back', async () => {
    const project = createSite();
    await buy(project);
    // Without it there is no safe copy that would take its place.
    project.remove('.image-prompt/state/objects');
    const [original = ''] = project
      .files('.image-prompt/originals')
      .filter((name) => name.endsWith('.png'));
    const path = project.path('.image-prompt/originals', original);
    renameSync(path, project.path('kept.png'));
    const server = await startDevServer(project, env);
    expect((await failure(server))?.message).toContain('STORE_BROKEN');
    server.forget();
    renameSync(project.path('kept.png'), path);
    await server.next('full-reload');
    expect((await loadSquare(server)).alt).toBe('A kettle');
  });

  test.each([
    ['inside of the root', 'assets/pictures'],
    ['outside of it', join('..', 'shared', 'pictures')],
  ])('that does not exist yet is noticed when it appears, %s', async (_where, dir) => {
    const above = createProject();
    for (const [name, content] of Object.entries(
      fixture({ options: `{ dir: ${JSON.stringify(dir)} }` }),
    )) {
      above.write({ [`site/${name}`]: content });
    }
    above.write({
      'site/package.json': '{ "type": "module" }',
      'site/src/main.js': MAIN,
      'site/image-prompt.config.mjs': `export default { dir: ${JSON.stringify(dir)} };`,
    });
    const site: Project = {
      ...above,
      root: above.path('site'),
      path: (...names) => above.path('site', ...names),
    };
    const server = await startDevServer(site, env);
    const sketch = await loadSquare(server);
    const { code } = await runBin(
      { ...site, path: above.path },
      ['image-prompt', 'generate', '--yes', SPEC],
      env,
    );
    expect(code).toBe(0);
    await server.next('update');
    expect((await loadSquare(server)).src).not.toBe(sketch.src);
  });

  test('a checkout of another branch swaps each picture once, for the paid one', async () => {
    const names = ['square', 'wide', 'card'];
    const main = names.map(
      (name) => `import ${name} from './${name}.image.yaml';
import.meta.hot.accept('./${name}.image.yaml', () => {});
`,
    );
    const project = createSite({ 'src/main.js': main.join(''), '.gitignore': 'node_modules\n' });
    const git = (...words: string[]): string =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...words], {
        cwd: project.root,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    git('init', '-b', 'main');
    git('add', '.');
    git('commit', '-m', 'sketches');
    git('checkout', '-b', 'paid');
    for (const name of names) {
      const file = `src/${name}.image.yaml`;
      project.write({ [file]: project.read(file).replace('quality: low', 'quality: medium') });
    }
    const bought = await runBin(project, ['image-prompt', 'generate', '--yes'], env);
    expect(bought.code).toBe(0);
    git('add', '.');
    git('commit', '-m', 'paid');
    git('checkout', 'main');

    const server = await startDevServer(project, env);
    const sketches = await server.load<Picture>('/src/main.js');
    await settle();
    server.forget();
    git('checkout', 'paid');
    // Told twice of the same, by Vite and by us, is no harm: where the store is seen long before a spec, that is so.
    const shown = new Set<string>();
    let count = 0;
    for (;;) {
      const payload = await server.next('update', 2000).catch(() => null);
      if (payload === null) break;
      for (const { acceptedPath } of payload.updates ?? []) {
        // As the browser does with what it is told.
        const { status, body } = await server.get(`${acceptedPath}&import&t=${count++}`);
        expect(status).toBe(200);
        shown.add(`${acceptedPath} ${body}`);
      }
    }
    expect(shown.size).toBe(3);
    expect(count).toBeLessThanOrEqual(6);
    await expect(server.next('full-reload', 1)).rejects.toThrow();
    const paid = await server.load<Picture>('/src/main.js');
    const answers = [...shown].join('\n');
    for (const name of names) {
      expect(answers).toContain(paid[name]?.src);
      expect(paid[name]?.src).not.toBe(sketches[name]?.src);
    }
    expect((await server.get(paid['wide']!.src)).type).toBe('image/jpeg');
    expect(standIn.stats.billedImages).toBe(3);
  });

  test('going back to an earlier prompt shows its paid picture, and nothing is paid again', async () => {
    const project = createSite();
    await buy(project);
    const billed = standIn.stats.billedImages;
    const good = project.read(SPEC);
    const server = await startDevServer(project, env);
    const paid = await loadSquare(server);
    project.write({ [SPEC]: good.replace('red kettle', 'blue kettle') });
    await server.next('update');
    expect((await loadSquare(server)).src).not.toBe(paid.src);
    await settle();
    project.write({ [SPEC]: good });
    await server.next('update');
    expect(await loadSquare(server)).toEqual(paid);
    expect(standIn.stats.billedImages).toBe(billed);
  });
});

test.each([
  ['the spec', SPEC],
  ['a base of it', 'src/look.yaml'],
])('an editor that empties %s before it writes it', async (_what, file) => {
  const look = 'output: { sizes: 42px }\n';
  const text = `extends: ./look.yaml\n${spec('a kettle', { alt: 'A kettle', image_size: '816x816', widths: '[200]' })}`;
  const project = createSite({ [SPEC]: text, 'src/look.yaml': look });
  const server = await startDevServer(project, env);
  expect((await loadSquare(server)).sizes).toBe('42px');
  await settle();
  server.forget();
  project.write({ [file]: '' });
  await server.next('update');
  // The browser asks at once, and the rest of the file comes a moment later.
  const loading = loadSquare(server);
  await sleep(20);
  const after: Record<string, string> = {
    [SPEC]: text.replace('A kettle', 'A pot'),
    'src/look.yaml': look.replace('42', '43'),
  };
  project.write({ [file]: after[file] ?? '' });
  const { alt, sizes } = await loading;
  expect(`${alt}, ${sizes}`).toBe(file === SPEC ? 'A pot, 42px' : 'A kettle, 43px');
});

test('a page gets what it loaded up to two edits ago; older previews are let go', async () => {
  const project = createSite();
  const server = await startDevServer(project, env);
  const good = project.read(SPEC);
  const pictures: Picture[] = [await loadSquare(server)];
  for (const colour of ['blue', 'green', 'white', 'black']) {
    await settle();
    server.forget();
    project.write({ [SPEC]: good.replace('red', colour) });
    await server.next('update');
    pictures.push(await loadSquare(server));
  }
  const statuses = await Promise.all(
    pictures.map(async ({ src }) => (await server.get(src)).status),
  );
  expect(statuses).toEqual([404, 404, 200, 200, 200]);
  expect(standIn.requests).toEqual([]);
});
