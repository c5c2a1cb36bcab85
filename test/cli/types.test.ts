import { lstatSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProject, type Project } from '../helpers/project.ts';
import { run } from './helpers.ts';

const FILE = 'image-prompt.d.ts';
const PROMPT = 'A secret that no type may tell';

function createFiles(files: Record<string, string> = {}): Project {
  return createProject({
    'src/hero.image.yaml': `prompt: ${PROMPT}\nalt: A café\noutput: { width: 512 }\n`,
    ...files,
  });
}

describe('types', () => {
  it('writes one file for all specs, and nothing else', async () => {
    const project = createFiles({ 'logo.image.yml': 'prompt: A\nalt: ""\n' });
    const { code, out, err } = await run(project, ['types']);
    expect([code, out, err]).toEqual([0, `${FILE} is written: 2 specs.\n`, '']);
    expect(project.list()).toEqual([FILE, 'logo.image.yml', 'src/hero.image.yaml']);
    const text = project.readText(FILE);
    expect(text).toContain("declare module '*/hero.image.yaml'");
    expect(text).toContain("alt: 'A café';");
    expect(text).toContain('width: 512;\n    height: 384;');
    expect(text).toContain("declare module '*/logo.image.yml'");
    expect(text).toContain('npx image-prompt types');
    for (const secret of [PROMPT, 'gpt-image', 'usd', project.root, '$']) {
      expect(text).not.toContain(secret);
    }
  });

  it('follows bases and the defaults of the configuration', async () => {
    const project = createProject({
      'image-prompt.config.mjs': `export default { defaults: { output: { sizes: '50vw' } } };`,
      'base.yaml': 'alt: Of the base\noutput: { priority: true, formats: [webp] }\n',
      'a.image.yaml': 'extends: base.yaml\nprompt: A\n',
    });
    expect((await run(project, ['types'])).code).toBe(0);
    const text = project.readText(FILE);
    for (const part of ["alt: 'Of the base'", "sizes: '50vw'", "'eager'", 'sources: []']) {
      expect(text).toContain(part);
    }
  });

  it('leaves a file that is current untouched, whatever its ends of line', async () => {
    const project = createFiles();
    await run(project, ['types']);
    const before = statSync(project.path(FILE));
    const again = await run(project, ['types']);
    expect([again.code, again.out]).toEqual([0, `${FILE} is current: 1 spec.\n`]);
    expect(statSync(project.path(FILE))).toMatchObject({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    });
    const windows = project.readText(FILE).replaceAll('\n', '\r\n');
    project.write(FILE, windows);
    expect((await run(project, ['types', '--check'])).code).toBe(0);
    expect((await run(project, ['types', '--json'])).json()).toMatchObject({ changed: false });
    expect(project.readText(FILE)).toBe(windows);
  });

  it('--check writes nothing and fails when the file is not current', async () => {
    const project = createFiles();
    const missing = await run(project, ['types', '--check']);
    expect([missing.code, missing.out]).toEqual([
      1,
      `${FILE} is not current: run \`npx image-prompt types\`.\n`,
    ]);
    const elsewhere = await run(project, ['types', '--check', '--out', 'src/specs.d.ts']);
    expect(elsewhere.out).toContain('run `npx image-prompt types --out src/specs.d.ts`');
    expect(project.list()).toEqual(['src/hero.image.yaml']);
    await run(project, ['types']);
    expect((await run(project, ['types', '--check'])).code).toBe(0);
    const before = project.readText(FILE);
    project.write('src/hero.image.yaml', 'prompt: A\nalt: Another\n');
    const stale = await run(project, ['types', '--check', '--json']);
    expect([stale.code, stale.json()['changed']]).toEqual([1, true]);
    expect(project.readText(FILE)).toBe(before);
    // The prompt is no part of a type.
    await run(project, ['types']);
    project.write('src/hero.image.yaml', 'prompt: B\nalt: Another\nquality: low\n');
    expect((await run(project, ['types', '--check'])).code).toBe(0);
  });

  it('--json tells what was written', async () => {
    const project = createFiles({ 'a.image.yaml': 'prompt: A\nalt: a\ninput: { seed: 4 }\n' });
    const { code, json } = await run(project, ['types', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({
      version: 1,
      file: FILE,
      specs: ['a.image.yaml', 'src/hero.image.yaml'],
      changed: true,
      diagnostics: [expect.objectContaining({ code: 'SPEC_INPUT_UNKNOWN', severity: 'warning' })],
    });
  });

  it('--out names another file, relative to the current folder', async () => {
    const project = createFiles({ 'package.json': '{}' });
    const words = ['types', '--json', '--out', 'types/images.d.ts'];
    const { code, json } = await run(project, words, { cwd: 'src' });
    expect([code, json()['file']]).toEqual([0, 'src/types/images.d.ts']);
    expect(project.list('src/types')).toEqual(['images.d.ts']);
    expect(project.list()).not.toContain(FILE);
  });

  it('writes nothing while a spec has errors', async () => {
    const project = createFiles();
    await run(project, ['types']);
    const before = project.readText(FILE);
    project.write('src/hero.image.yaml', 'promt: A\nalt: b\n');
    const { code, out, err } = await run(project, ['types']);
    expect(code).toBe(1);
    expect(out).toContain('left as it is');
    expect(err).toContain('SPEC_UNKNOWN_FIELD');
    const asJson = await run(project, ['types', '--json']);
    expect(asJson.code).toBe(1);
    expect(asJson.json()).toMatchObject({ changed: false, diagnostics: [{ line: 1 }, {}] });
    expect(project.readText(FILE)).toBe(before);
  });

  it('writes over no link', async () => {
    const project = createFiles();
    await run(project, ['types', '--out', 'real.d.ts']);
    const real = project.readText('real.d.ts');
    symlinkSync('real.d.ts', project.path('link.d.ts'));
    symlinkSync('nowhere.d.ts', project.path('dangling.d.ts'));
    project.write('more.image.yaml', 'prompt: A\nalt: x\n');
    for (const file of ['link.d.ts', 'dangling.d.ts']) {
      const { code, err } = await run(project, ['types', '--out', file]);
      expect([code, err]).toEqual([1, expect.stringContaining('CONFIG_INVALID')]);
      expect(lstatSync(project.path(file)).isSymbolicLink()).toBe(true);
    }
    expect(project.readText('real.d.ts')).toBe(real);
  });

  it('writes over nothing that it has not made', async () => {
    const project = createFiles({ [FILE]: 'declare const mine: string;\n' });
    for (const words of [['types'], ['types', '--check']]) {
      const { code, err } = await run(project, words);
      expect(code).toBe(1);
      expect(err).toContain('CONFIG_INVALID');
      expect(err).toContain('--out');
    }
    expect(project.readText(FILE)).toBe('declare const mine: string;\n');
    project.remove(FILE);
    mkdirSync(project.path(FILE));
    expect((await run(project, ['types'])).err).toContain('CONFIG_INVALID');
    project.remove(FILE);
    project.write(FILE, '');
    expect((await run(project, ['types'])).code).toBe(0);
  });

  it.each([
    [['types', 'src/hero.image.yaml'], 'no paths'],
    [['types', '--out', 'src/main.ts'], 'received "src/main.ts"'],
    [['types', '--out', ''], 'received ""'],
    [['types', '--out', '.d.ts'], 'received ".d.ts"'],
    [['types', '--out', 'src/hero.image.yaml/x.d.ts'], 'x.d.ts cannot be written'],
  ])('%j is a mistake', async (words, message) => {
    const { code, out, err } = await run(createFiles(), words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });
});
