// What bundlers are told when a spec is wrong, and that they recover without being started again.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/picture/types.ts';
import { BUNDLERS, type Bundler, build, createProject, type Project } from '../helpers/bundlers.ts';
import { assertError } from '../helpers/bundlers-errors.ts';
import { CANARY, type ConfigParts, fixture, spec } from '../helpers/bundlers-fixture.ts';
import { checkFiles, entryOf, evaluate, KIND } from '../helpers/bundlers-output.ts';
import { watch } from '../helpers/bundlers-watch.ts';

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
const SITE = 'https://site.example/';
const SPEC = 'src/square.image.yaml';
const BASE = 'src/base.yaml';
const MAIN = `import square from './square.image.yaml';
globalThis.result = { square, note: 'one' };
`;

/** A spec with three mistakes; the first is where overlays point. */
const BROKEN = `prompt: a red kettle on a square tile, ${CANARY}
alt: A kettle
image_size: 816x816
qualty: low
output:
  formats: [avfi]
  sizes: 12
`;

describe.each(BUNDLERS)('%s', (bundler) => {
  test('an error has plugin, id, place and frame, and tells every problem', async () => {
    const project = createProject({
      ...fixture(SKETCHES),
      'src/main.js': MAIN,
      [SPEC]: BROKEN,
    });
    const { ok, errors, stdout, stderr } = await build(project, bundler);
    expect(ok).toBe(false);
    // esbuild shows each problem at its place.
    expect(errors).toHaveLength(bundler === 'esbuild' ? 3 : 1);
    const [error] = errors;
    const said = errors.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
    assertError(bundler, error, {
      plugin: 'unplugin-image-prompt',
      id: project.path(SPEC),
      code: 'SPEC_UNKNOWN_FIELD',
      // Columns from 0, as Rollup counts them.
      loc: { file: project.path(SPEC), line: 4, column: 0 },
    });
    if (bundler === 'esbuild') expect(error?.frame).toMatch(/^qualty: low$/);
    else expect(error?.frame ?? error?.message).toMatch(/> 4 \| qualty: low/);
    if (bundler === 'esbuild') {
      expect(errors.map(({ loc }) => [loc?.line, loc?.column])).toEqual([
        [4, 0],
        [6, 12],
        [7, 9],
      ]);
    } else {
      for (const place of [`${SPEC}:4:1`, `${SPEC}:6:13`, `${SPEC}:7:10`]) {
        expect(said).toContain(place);
      }
    }
    expect(said).toContain('Did you mean `quality`?');
    if (bundler === 'webpack') expect(error?.moduleId).toBe(project.path(SPEC));
    // Nobody is helped by the lines of our own source.
    expect(stdout + stderr + said + error?.text).not.toContain('dist/plugin');
    expect(project.files('.image-prompt')).toEqual([]);
  });

  describe('watching', () => {
    let project: Project;
    beforeAll(() => {
      project = createProject({
        ...fixture(SKETCHES),
        'src/main.js': MAIN,
        [BASE]: 'output: { widths: [200] }\n',
        [SPEC]: spec('a red kettle on a square tile', {
          alt: 'A kettle',
          image_size: '816x816',
          widths: '[200, 400]',
        }).replace(/ {2}widths: .*\n/, ''),
      });
      project.write({ [SPEC]: `extends: ./base.yaml\n${project.read(SPEC)}` });
    });

    test('edits, mistakes and their mending are followed', async () => {
      const watcher = watch(project, bundler);
      const edit = async (name: string, from: string, to: string): Promise<void> => {
        await watcher.settle();
        const text = project.read(name);
        expect(text).toContain(from);
        project.write({ [name]: text.replace(from, to) });
      };
      const built = async (wanted: (text: string) => boolean): Promise<string[]> => {
        for (;;) {
          await watcher.until(({ ok }) => ok);
          // Another build may have begun already, and be writing.
          await watcher.settle();
          if (wanted(scriptOf(project, bundler))) return await imagesOf(project, bundler);
        }
      };

      const first = await built(() => true);
      expect(first).toHaveLength(3);

      // An edit of something else: same pictures, and they are still there.
      await edit('src/main.js', "'one'", "'two'");
      expect(await built((text) => text.includes('two'))).toEqual(first);

      await edit(SPEC, 'image_size: 816x816', 'image_size: 832x832');
      const second = await built((text) => text.includes('832'));
      expect(second).toHaveLength(3);
      expect(second).not.toEqual(first);

      await edit(BASE, '[200]', '[210, 420]');
      const third = await built((text) => /\b420w/.test(text));
      expect(third).toHaveLength(6);

      await edit(SPEC, 'quality: low', 'quality: lwo');
      const broken = await watcher.until(({ ok }) => !ok);
      assertError(bundler, broken.errors[0], { code: 'SPEC_VALUE', id: project.path(SPEC) });
      await edit(SPEC, 'quality: lwo', 'quality: low');
      expect(await built(() => true)).toEqual(third);

      await edit(BASE, 'widths', 'wdiths');
      const brokenBase = await watcher.until(({ ok }) => !ok);
      assertError(bundler, brokenBase.errors[0], { code: 'SPEC_UNKNOWN_FIELD' });
      if (bundler === 'esbuild') {
        expect(brokenBase.errors[0]?.loc).toMatchObject({ file: project.path(BASE), line: 1 });
      } else expect(brokenBase.errors[0]?.message).toContain(`${BASE}:1:`);
      await edit(BASE, 'wdiths', 'widths');
      expect(await built(() => true)).toEqual(third);

      // A leak stops the output, and nothing but the output. Farm panics when a plugin throws there in
      // an update (1.7.11, crates/compiler/src/update/mod.rs), so while it watches the leak is only told.
      if (bundler === 'farm') return;
      await edit('src/main.js', "'two'", `'a red kettle on a square tile, ${CANARY}'`);
      const leak = await watcher.until(({ ok }) => !ok);
      assertError(bundler, leak.errors[0], { code: 'LEAK_RAW' });
      await edit('src/main.js', `'a red kettle on a square tile, ${CANARY}'`, "'three'");
      expect(await built((text) => text.includes('three'))).toEqual(third);
    });
  });
});

/** Text of the script that was built last. */
function scriptOf(project: Project, bundler: Bundler): string {
  return project.read(`dist/${entryOf(project, bundler)}`);
}

/** Files of the picture that it shows, by name; all of them exist. */
async function imagesOf(project: Project, bundler: Bundler): Promise<string[]> {
  const served = { kind: KIND[bundler], base: SITE, file: entryOf(project, bundler) };
  const { square } = await evaluate<{ square: Picture }>(project, served);
  return [...(await checkFiles(project, square, SITE))].sort();
}
