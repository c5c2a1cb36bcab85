// Persistent caches of the webpack family: modules come back from an earlier process, and must be right
// whatever happened in between.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { build, createProject, type Project } from '../helpers/bundlers.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { fixture } from '../helpers/bundlers-fixture.ts';
import { evaluate } from '../helpers/bundlers-output.ts';
import { configure, rebuild, takeLoads } from '../helpers/bundlers-webpack-cache.ts';

const OURS = 'node_modules/.cache/unplugin-image-prompt';
const STORE = '.image-prompt';
const SKETCHES = { provider: 'sketch()' };
const SPEC = 'src/square.image.yaml';

const fal = useFal();
const { env } = fal;
beforeEach(() => fal.standIn.reset());

async function squareOf(project: Project): Promise<Picture> {
  const served = { kind: 'script', file: 'main.js', base: 'https://site.example/' } as const;
  return (await evaluate<{ square: Picture }>(project, served)).square;
}

describe.each(['webpack', 'rspack', 'rsbuild'] as const)('%s', (bundler) => {
  test('a warm build has the same files, whatever was wiped', async () => {
    const project = createProject(fixture());
    configure(project, bundler, SKETCHES);
    const cold = await rebuild(project, bundler);
    expect(Object.keys(cold.images)).toHaveLength(15);
    // States are written while modules are built, which may cost one more load.
    await rebuild(project, bundler);
    takeLoads(project);

    const warm = await rebuild(project, bundler);
    expect(warm.images).toEqual(cold.images);
    // Otherwise nothing below would show anything.
    expect(takeLoads(project)).toEqual([]);
    // The check for sketches knows of pictures that were not loaded.
    expect(warm.warnings.join()).toContain('3 of 3 pictures are sketches');

    project.remove(OURS);
    const wiped = await rebuild(project, bundler);
    expect(wiped.images).toEqual(cold.images);
    expect(takeLoads(project)).toEqual(['card', 'square', 'wide']);

    project.remove(`${OURS}/v1/variants`);
    expect((await rebuild(project, bundler)).images).toEqual(cold.images);
  });

  test('the leak guard knows the prompts of pictures that were not loaded', async () => {
    const project = createProject(fixture());
    configure(project, bundler, SKETCHES);
    await rebuild(project, bundler);
    await rebuild(project, bundler);
    takeLoads(project);
    const prompt = /prompt: (.*)/.exec(project.read(SPEC))?.[1];
    project.write({
      'src/main.js': `${project.read('src/main.js')}globalThis.told = ${JSON.stringify(prompt)};\n`,
    });
    const { ok, errors } = await build(project, bundler);
    expect(takeLoads(project)).toEqual([]);
    expect(ok).toBe(false);
    expect(errors[0]?.message).toContain(`holds the prompt of ${SPEC}`);
  });

  test('changed options load every module again', async () => {
    const project = createProject(fixture());
    configure(project, bundler, SKETCHES);
    await rebuild(project, bundler);
    expect((await squareOf(project)).sizes).toBe('auto, 100vw');

    configure(project, bundler, {
      ...SKETCHES,
      defaults: "{ output: { sizes: '51vw' } }",
    });
    await rebuild(project, bundler);
    expect((await squareOf(project)).sizes).toBe('51vw');

    configure(project, bundler, SKETCHES);
    project.write({
      'image-prompt.config.mjs': "export default { defaults: { output: { sizes: '52vw' } } };\n",
    });
    await rebuild(project, bundler);
    expect((await squareOf(project)).sizes).toBe('52vw');

    // A configuration that reads from elsewhere is no other text.
    project.write({
      'image-prompt.config.mjs':
        'export default { defaults: { output: { sizes: process.env.TEST_SIZES } } };\n',
    });
    for (const sizes of ['53vw', '54vw']) {
      await rebuild(project, bundler, { TEST_SIZES: sizes });
      expect((await squareOf(project)).sizes).toBe(sizes);
    }
  });

  describe('a bought picture', () => {
    let project: Project;
    beforeAll(async () => {
      project = createProject(fixture());
      configure(project, bundler, {});
      for (let run = 0; run < 2; run++) await rebuild(project, bundler, env);
      fal.standIn.reset();
    });

    test('that is taken from the store fails a frozen build', async () => {
      const other = project.copy(STORE, 'node_modules/.cache', 'src', `${bundler}.config.mjs`);
      await rebuild(other, bundler, { CI: '1' });
      other.remove(STORE);
      const { ok, errors } = await build(other, bundler, { ...env, CI: '1' });
      expect(ok).toBe(false);
      expect(errors[0]?.message).toContain('MISSING_FROZEN');
      expect(fal.standIn.requests).toEqual([]);
    });

    test('that is lost while a build looks it over is never paid for again', async () => {
      takeLoads(project);
      const { ok, errors } = await build(project, bundler, { ...env, TEST_WIPE: STORE });
      expect(takeLoads(project)).toEqual([]);
      expect(ok).toBe(false);
      expect(errors.map(({ message }) => message).join('\n')).toMatch(
        /MISSING_FROZEN|STORE_BROKEN/,
      );
      expect(fal.standIn.requests).toEqual([]);
    });
  });
});
