// What bundlers are told when a spec is wrong, and that they recover without being started again.
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BUNDLERS,
  type BuildResult,
  type Bundler,
  build,
  createProject,
  type Project,
} from '../helpers/bundlers.ts';
import { CANARY, type ConfigParts, fixture, spec } from '../helpers/bundlers-fixture.ts';
import { watch } from '../helpers/bundlers-watch.ts';

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};
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
    expect(errors).toHaveLength(1);
    const [error] = errors;
    expect(error).toMatchObject({
      plugin: 'unplugin-image-prompt',
      id: project.path(SPEC),
      code: 'SPEC_UNKNOWN_FIELD',
      // Columns from 0, as Rollup counts them.
      loc: { file: project.path(SPEC), line: 4, column: 0 },
    });
    expect(error?.frame).toMatch(/> 4 \| qualty: low/);
    for (const place of [`${SPEC}:4:1`, `${SPEC}:6:13`, `${SPEC}:7:10`]) {
      expect(error?.message).toContain(place);
    }
    expect(error?.message).toContain('hint: Did you mean `quality`?');
    if (bundler === 'webpack') expect(error?.moduleId).toBe(project.path(SPEC));
    // Nobody is helped by the lines of our own source.
    expect(stdout + stderr + error?.message + error?.text).not.toContain('dist/plugin');
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
      const built = async (wanted: (text: string, result: BuildResult) => boolean) => {
        await watcher.until((result) => result.ok && wanted(scriptOf(project, bundler), result));
        return imagesOf(project, bundler);
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
      const third = await built(() => imagesOf(project, bundler).length === 6);
      expect(third).toHaveLength(6);

      await edit(SPEC, 'quality: low', 'quality: lwo');
      const broken = await watcher.until(({ ok }) => !ok);
      expect(broken.errors[0]).toMatchObject({ code: 'SPEC_VALUE', id: project.path(SPEC) });
      await edit(SPEC, 'quality: lwo', 'quality: low');
      expect(await built(() => true)).toEqual(third);

      await edit(BASE, 'widths', 'wdiths');
      const brokenBase = await watcher.until(({ ok }) => !ok);
      expect(brokenBase.errors[0]).toMatchObject({ code: 'SPEC_UNKNOWN_FIELD' });
      expect(brokenBase.errors[0]?.message).toContain(`${BASE}:1:`);
      await edit(BASE, 'wdiths', 'widths');
      expect(await built(() => true)).toEqual(third);

      // A leak stops the output, and nothing but the output.
      await edit('src/main.js', "'two'", `'a red kettle on a square tile, ${CANARY}'`);
      const leak = await watcher.until(({ ok }) => !ok);
      expect(leak.errors[0]).toMatchObject({ code: 'LEAK_RAW' });
      await edit('src/main.js', `'a red kettle on a square tile, ${CANARY}'`, "'three'");
      expect(await built((text) => text.includes('three'))).toEqual(third);
    });
  });
});

/** Text of the script that was built last. */
function scriptOf(project: Project, bundler: Bundler): string {
  if (bundler !== 'vite') return project.read('dist/main.js');
  const src = /<script[^>]* src="\/([^"]+)"/.exec(project.read('dist/index.html'))?.[1];
  return project.read(`dist/${src}`);
}

/** Files of pictures that it names; all of them exist. */
function imagesOf(project: Project, bundler: Bundler): string[] {
  const found = scriptOf(project, bundler).match(/[\w/-]+\.(avif|webp|jpg)\b/g) ?? [];
  const names = [...new Set(found.map((name) => name.replace(/^\//, '')))].sort();
  for (const name of names) expect(existsSync(project.path('dist', name)), name).toBe(true);
  return names;
}
