// Modules that a bundler keeps, in memory or on disk, follow the store, the options and our cache.
import { statSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import {
  BUNDLERS,
  type Bundler,
  build,
  buildOk,
  type ChildEnv,
  createProject,
  type Project,
  runBin,
  runNode,
} from '../helpers/bundlers.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { type ConfigParts, configOf, fixture } from '../helpers/bundlers-fixture.ts';
import { checkFiles, emittedImages, entryOf, evaluate, KIND } from '../helpers/bundlers-output.ts';
import { watch } from '../helpers/bundlers-watch.ts';

const SITE = 'https://site.example/';
const CACHE = 'node_modules/.cache/unplugin-image-prompt';
const ONE = "import square from './square.image.yaml';\nglobalThis.result = { square };\n";
const SPEC = 'src/square.image.yaml';

/** Switches on what each bundler can keep on disk. */
const KEEPING: Partial<Record<Bundler, ConfigParts>> = {
  farm: { compilation: 'persistentCache: true,' },
};

const fal = useFal();
const { env } = fal;
beforeEach(() => fal.standIn.reset());

function createCached(bundler: Bundler, parts: ConfigParts): Project {
  const project = createProject({ ...fixture(), 'src/main.js': ONE });
  configure(project, bundler, parts);
  return project;
}

function configure(project: Project, bundler: Bundler, parts: ConfigParts): void {
  project.write({
    [`${bundler}.config.mjs`]: configOf(bundler, { ...KEEPING[bundler], ...parts }),
  });
}

async function pictureOf(project: Project, bundler: Bundler): Promise<Picture> {
  const served = { kind: KIND[bundler], base: SITE, file: entryOf(project, bundler) };
  return (await evaluate<{ square: Picture }>(project, served)).square;
}

/** Builds anew and gives the digests of the pictures, all of which exist. */
async function built(project: Project, bundler: Bundler): Promise<string[]> {
  project.remove('dist');
  await buildOk(project, bundler);
  const files = await checkFiles(project, await pictureOf(project, bundler), SITE);
  expect(emittedImages(project).sort()).toEqual([...files].sort());
  const digests = Object.entries(project.digests('dist'));
  return digests.flatMap(([name, one]) => (/\.(avif|webp|jpg)$/.test(name) ? [one] : [])).sort();
}

const sketches = (more = ''): ConfigParts => ({
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: `{ provider: sketch(), ${more} }`,
});

describe.each(BUNDLERS)('%s', (bundler) => {
  test('cold, warm, output wiped, our cache wiped, options changed', async () => {
    const project = createCached(bundler, sketches());
    const cold = await built(project, bundler);
    expect(cold).toHaveLength(6);
    expect(await built(project, bundler)).toEqual(cold);
    project.remove(CACHE);
    expect(await built(project, bundler)).toEqual(cold);

    configure(
      project,
      bundler,
      sketches('defaults: { output: { formats: ["webp", "fallback"] } },'),
    );
    expect(await built(project, bundler)).toHaveLength(4);
  });

  test('a cache that cannot be written is told once, and the pictures are there', async () => {
    const project = createCached(bundler, sketches());
    project.write({ [CACHE]: 'A file where the folder should be stops root as well.' });
    const { warnings, stderr } = await buildOk(project, bundler);
    const told = (bundler === 'farm' ? stderr.split('\n') : warnings).filter((text) =>
      text.includes('cannot be written'),
    );
    expect(told).toHaveLength(1);
    expect(await built(project, bundler)).toHaveLength(6);
    expect(await built(project, bundler)).toHaveLength(6);
  });

  test('neither can its report, which fails no build', async () => {
    const project = createCached(bundler, sketches("report: 'json',"));
    project.write({ [CACHE]: 'A file where the folder should be.' });
    await buildOk(project, bundler);
    expect(await built(project, bundler)).toHaveLength(6);
  });

  test('a cache that was filled with sketches never reaches a production build', async () => {
    const project = createCached(bundler, { options: "{ onMissing: 'sketch' }" });
    await buildOk(project, bundler);
    expect(emittedImages(project)).toHaveLength(6);

    // The policy may change without a word in the configuration.
    configure(project, bundler, {});
    await buildOk(project, bundler, { IMAGE_PROMPT_ON_MISSING: 'sketch' });
    const { ok, errors } = await build(project, bundler, { CI: '1' });
    expect(ok).toBe(false);
    expect(errors[0]?.message).toContain('MISSING_FROZEN');
    expect(fal.standIn.requests).toEqual([]);
  });
});

test('vite: a cache that takes no further files is no hindrance to pages and style sheets', async () => {
  const project = createCached('vite', sketches());
  await buildOk(project, 'vite');
  // Full of what is needed, and closed to everything else.
  const variants = `${CACHE}/v2/variants`;
  for (const name of project.files(variants)) {
    const digest = /--([0-9a-f]{16})\./.exec(name)?.[1] ?? '';
    project.write({
      [`${variants}/${name.slice(0, name.lastIndexOf('/'))}/${digest}`]: 'No folder.',
    });
  }
  project.write({
    [`${CACHE}/css`]: 'No folder.',
    'src/main.js': `import './main.css';\n${ONE}`,
    'src/main.css': "@import './b.css';\n.a { background: url(./square.image.yaml) }\n",
    'src/b.css': '.b { background: url(./square.image.yaml) }\n',
  });
  const { warnings } = await buildOk(project, 'vite');
  expect(warnings.filter((text) => text.includes('cannot be written'))).toHaveLength(1);
  expect(emittedImages(project)).toHaveLength(6);
  const css = project.files('dist').filter((name) => name.endsWith('.css'));
  const urls = css.flatMap((name) => [...project.read(`dist/${name}`).matchAll(/url\(([^)]*)\)/g)]);
  expect(urls.length).toBeGreaterThan(0);
  for (const [, url] of urls) expect(project.files('dist')).toContain(url!.slice(1));
});

/** webpack and its kin have caches, and a suite, of their own. */
const FOLLOWING = BUNDLERS.filter((one) => !['webpack', 'rspack', 'rsbuild'].includes(one));

describe.each(FOLLOWING)('%s', (bundler) => {
  // esbuild compares folders after a build: what comes in the moment between is seen with the next save.
  const once = bundler === 'esbuild' ? { retry: 1 } : {};
  test('an original that appears while a bundler watches', once, async (ctx) => {
    if (bundler === 'farm') {
      ctx.skip(
        "Farm's watcher passes node_modules and dotted folders over, where cache and store are",
      );
    }
    const project = createCached(bundler, {});
    // esbuild tells nobody that it watches: to us its first build is a build like any other.
    const policy: ChildEnv = bundler === 'esbuild' ? { IMAGE_PROMPT_ON_MISSING: 'sketch' } : {};
    const watcher = watch(project, bundler, { ...env, ...policy });
    await watcher.until(({ ok }) => ok);
    await watcher.settle();
    const before = await pictureOf(project, bundler);
    expect(fal.standIn.requests).toEqual([]);
    const { code } = await runBin(project, ['image-prompt', 'generate', '--yes', SPEC], env);
    expect(code).toBe(0);
    // The bytes come before their record, and a watcher that polls may see them in two builds.
    await vi.waitFor(
      async () =>
        expect((await pictureOf(project, bundler)).placeholder).not.toEqual(before.placeholder),
      { timeout: 60_000, interval: 250 },
    );
  });
});

test('esbuild: saving a file never spends, though the first build may', async () => {
  const project = createCached('esbuild', {});
  const watcher = watch(project, 'esbuild', env);
  await watcher.until(({ ok }) => ok);
  expect(fal.standIn.stats.submits).toBe(1);
  await watcher.settle();
  project.write({ [SPEC]: project.read(SPEC).replace('red kettle', 'blue kettle') });
  const { warnings } = await watcher.until(({ ok }) => ok);
  expect(warnings.join('\n')).toContain('1 of 1 picture is a sketch');
  expect(fal.standIn.stats.submits).toBe(1);
});

/** What tools do that watch by themselves: a new context with every save, and always the same plugin. */
const SAVES = `import { readFileSync, writeFileSync } from 'node:fs';
import { build, context } from 'esbuild';
import images from 'unplugin-image-prompt/esbuild';
const plugins = [images({ report: false })];
const options = { entryPoints: ['src/main.js'], bundle: true, format: 'esm', outdir: 'dist', plugins, logLevel: 'silent' };
const save = (word) => writeFileSync('${SPEC}', readFileSync('${SPEC}', 'utf8').replace(/red \\w+/, 'red ' + word));
const outcome = (running) => running.then(() => 'built', ({ errors }) => errors[0].text.slice(0, 14));
const said = [await outcome(build(options)), await outcome(build(options))];
for (const word of ['jug', 'pot']) {
  save(word);
  said.push(await outcome(build(options)));
}
const kept = await context(options);
await outcome(kept.rebuild());
await outcome(kept.rebuild());
await outcome(build(options));
save('cup');
said.push(await outcome(kept.rebuild()));
await kept.dispose();
console.log(JSON.stringify(said));
`;

test('esbuild: a tool that builds anew with every save pays for its first build alone', async () => {
  const project = createCached('esbuild', {});
  project.write({ 'saves.mjs': SAVES });
  const { stdout, stderr } = await runNode(project, ['saves.mjs'], env);
  expect(stderr).toBe('');
  const frozen = 'MISSING_FROZEN';
  expect(JSON.parse(stdout)).toEqual(['built', 'built', frozen, frozen, 'built']);
  expect(fal.standIn.stats.submits).toBe(1);
});

test('farm: a prompt is found in a build whose modules all come from the cache', async () => {
  const project = createCached('farm', {});
  await buildOk(project, 'farm', { ...env, IMAGE_PROMPT_ON_MISSING: 'sketch' });
  const prompt = /prompt: (.*)/.exec(project.read(SPEC))?.[1] ?? '';
  project.write({ 'src/main.js': `${ONE}globalThis.told = ${JSON.stringify(prompt)};\n` });
  const { ok, errors } = await build(project, 'farm', {
    ...env,
    IMAGE_PROMPT_ON_MISSING: 'sketch',
  });
  expect(ok).toBe(false);
  expect(errors[0]?.message).toContain('LEAK_RAW');
  expect(fal.standIn.requests).toEqual([]);
});

test('farm: whoever edits a file under its readable name does not edit the cache', async () => {
  const project = createCached('farm', { ...sketches(), compilation: 'persistentCache: false,' });
  const digests = await built(project, 'farm');
  const named = project.files(CACHE).filter((name) => /square-\d+\.webp$/.test(name));
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) {
    const path = project.path(CACHE, name);
    // In place and of the same size: the size must not be trusted, nor the file be the variant itself.
    writeFileSync(path, Buffer.alloc(statSync(path).size));
  }
  expect(await built(project, 'farm')).toEqual(digests);
});
