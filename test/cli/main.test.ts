import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { VERSION } from '../../src/version.ts';
import { createProject, type Project } from '../helpers/project.ts';
import { ESCAPE, run } from './helpers.ts';

const GOOD = 'prompt: A\nalt: a\n';
const BAD = 'promt: A\nalt: a\n';
const WARNED = 'prompt: A\nalt: a\ninput: { seed: 4 }\n';

function createFiles(files: Record<string, string> = { 'src/a.image.yaml': GOOD }): Project {
  return createProject(files);
}

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s shows every command', async (word) => {
    const { code, out, err } = await run(createFiles(), [word]);
    expect([code, err]).toEqual([0, '']);
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(`  ${name} `);
    for (const option of ['--json', '--config', '--root']) expect(out).toContain(option);
  });

  it('is the answer to no words at all, which is a mistake', async () => {
    const { code, out } = await run(createFiles(), []);
    expect(code).toBe(1);
    expect(out).toContain('COMMAND');
  });

  it.each(Object.keys(COMMANDS))('of %s shows its options and the common ones', async (name) => {
    // Needs neither a project nor a configuration that can be read.
    const project = createProject({ 'image-prompt.config.mjs': 'throw 1' });
    const { code, out, err } = await run(project, [name, '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`image-prompt ${name}`);
    for (const option of ['--json', '--config', '--root', '--no-color', '--quiet', '--help']) {
      expect(out).toContain(option);
    }
  });

  it('of generate names what is its own', async () => {
    const { out } = await run(createFiles(), ['generate', '--help']);
    for (const option of '--budget --concurrency --dry-run --more --yes --retry-in-doubt'.split(
      ' ',
    )) {
      expect(out).toContain(option);
    }
  });

  it('--version', async () => {
    expect(await run(createFiles(), ['--version'])).toMatchObject({ code: 0, out: `${VERSION}\n` });
  });
});

describe('mistakes in the words', () => {
  it.each([
    [['fly'], 'received "fly"'],
    [['constructor'], 'received "constructor"'],
    [['check', '--fast'], '--fast'],
    [['plan', '--json=yes'], '--json'],
    [['generate', '--budget'], '--budget'],
    [['generate', '--budget', 'much'], 'received "much"'],
    [['generate', '--budget', ' '], '--budget'],
    [['generate', '--budget=-1'], 'from 0'],
    [['generate', '--concurrency', '0'], 'from 1'],
    [['generate', '--concurrency', '1.5'], 'whole number'],
    [['generate', '--more', '0', 'src'], 'from 1'],
    [['generate', '--more', '1'], 'the specs that --more is about'],
    [['check', 'none.image.yaml'], 'There is no file "none.image.yaml"'],
    [['check', 'none'], 'received "none"'],
    [['check', 'none/**'], 'received "none/**"'],
    [['check', '--config', 'none.mjs'], 'none.mjs'],
  ])('%j', async (words, message) => {
    for (const quiet of [[], ['--quiet']]) {
      if (quiet.length > 0 && words.length === 1) continue;
      const { code, out, err } = await run(createFiles(), [...words, ...quiet]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(message);
      expect(err).not.toContain('    at ');
    }
  });

  it('in the configuration are told by code and hint', async () => {
    const project = createFiles({ 'image-prompt.config.mjs': 'export default { buget: 1 };' });
    const { code, err } = await run(project, ['check']);
    expect(code).toBe(1);
    expect(err).toContain('CONFIG_INVALID');
    expect(err).toContain('buget');
    const broken = createFiles({ 'image-prompt.config.mjs': 'throw new Error("no luck")' });
    expect((await run(broken, ['check'])).err).toContain('no luck');
  });

  it('never reach a terminal with their control characters', async () => {
    const { err } = await run(createFiles(), [`x${ESCAPE}[2J`]);
    expect(err).not.toContain(ESCAPE);
    const spec = await run(createFiles(), ['check', `x${ESCAPE}[2J`]);
    expect(spec.err).not.toContain(ESCAPE);
  });
});

describe('check', () => {
  it('is content with good specs, and sees no missing pictures', async () => {
    const { code, out, err } = await run(createFiles(), ['check']);
    expect([code, out, err]).toEqual([0, '1 spec, 0 errors, 0 warnings\n', '']);
  });

  it('prints diagnostics with place, frame and hint, as the result', async () => {
    const project = createFiles({ 'src/a.image.yaml': BAD, 'b.image.yaml': WARNED });
    for (const words of [['check'], ['check', '--quiet']]) {
      const { code, out } = await run(project, words);
      expect(code).toBe(1);
      expect(out).toContain('src/a.image.yaml:1:1 error SPEC_UNKNOWN_FIELD');
      expect(out).toContain('warning SPEC_INPUT_UNKNOWN');
      expect(out).toContain('hint:');
      expect(out).toMatch(/2 specs, \d errors, 1 warning\n$/);
    }
  });

  it('does not fail for warnings', async () => {
    const project = createFiles({ 'a.image.yaml': WARNED });
    expect((await run(project, ['check'])).code).toBe(0);
  });

  it('--json has the shape of the contract', async () => {
    const { code, json, err } = await run(createFiles({ 'src/a.image.yaml': BAD }), [
      'check',
      '--json',
    ]);
    expect([code, err]).toEqual([1, '']);
    const result = json();
    expect(Object.keys(result)).toEqual(['version', 'diagnostics']);
    expect(result['version']).toBe(1);
    const diagnostics = result['diagnostics'] as Record<string, unknown>[];
    expect(diagnostics).toHaveLength(2);
    expect(diagnostics).toContainEqual({
      code: 'SPEC_UNKNOWN_FIELD',
      severity: 'error',
      file: 'src/a.image.yaml',
      line: 1,
      column: 1,
      message: expect.any(String),
      hint: expect.stringContaining('prompt'),
    });
  });
});

describe('words that name specs', () => {
  const files = {
    'src/a.image.yaml': BAD,
    'src/deep/b.image.yml': BAD,
    'src/[slug]/c.image.yaml': BAD,
    'src/empty.image.yaml': '',
    'other/d.image.yaml': BAD,
    'srcs/g.image.yaml': BAD,
    'dist/e.image.yaml': BAD,
    'node_modules/p/f.image.yaml': BAD,
    'src/note.yaml': BAD,
    'compose.image.yaml': 'services: { web: {} }\n',
  };
  const A = 'src/a.image.yaml';
  const IN_SRC = ['src/[slug]/c.image.yaml', A, 'src/deep/b.image.yml', 'src/empty.image.yaml'];
  const ALL = ['other/d.image.yaml', ...IN_SRC, 'srcs/g.image.yaml'];

  async function checked(words: string[], cwd = '.', root: string[] = []): Promise<string[]> {
    const { json } = await run(createFiles(files), ['check', '--json', ...root, ...words], { cwd });
    const diagnostics = json()['diagnostics'] as { file: string }[];
    return [...new Set(diagnostics.map(({ file }) => file))].sort();
  }

  it.each<[string[], string[]]>([
    [[], ALL],
    [['.'], ALL],
    [['src'], IN_SRC],
    [['src/'], IN_SRC],
    [['./src/deep'], ['src/deep/b.image.yml']],
    [['src/[slug]'], ['src/[slug]/c.image.yaml']],
    [['src/[slug]/c.image.yaml'], ['src/[slug]/c.image.yaml']],
    [['src/empty.image.yaml'], ['src/empty.image.yaml']],
    [
      [A, 'src/deep/b.image.yml', A],
      [A, 'src/deep/b.image.yml'],
    ],
    [['src/*.image.yaml'], [A, 'src/empty.image.yaml']],
    [['**/*.image.yml'], ['src/deep/b.image.yml']],
    [['dist/e.image.yaml'], ['dist/e.image.yaml']],
    [['src/note.yaml'], ['src/note.yaml']],
    [['compose.image.yaml'], ['compose.image.yaml']],
  ])('%j', async (words, expected) => {
    expect(await checked(words)).toEqual(expected);
  });

  it('are relative to the current folder, results to the root', async () => {
    expect(await checked(['a.image.yaml'], 'src', ['--root', '..'])).toEqual([A]);
    expect(await checked(['deep'], 'src', ['--root', '..'])).toEqual(['src/deep/b.image.yml']);
    expect(await checked(['*.image.yaml'], 'src', ['--root', '..'])).toEqual([
      A,
      'src/empty.image.yaml',
    ]);
    expect(await checked(['../other'], 'src', ['--root', '..'])).toEqual(['other/d.image.yaml']);
    expect(await checked(['../other'], 'src')).toEqual(['../other/d.image.yaml']);
  });

  it('may name a folder whatever the option include says', async () => {
    const config = "export default { include: ['other/*.image.yaml', 'src/*.image.yaml'] };";
    const project = createFiles({ ...files, 'image-prompt.config.mjs': config });
    for (const [words, count] of [
      [[], 3],
      [['src'], 4],
      [['other'], 1],
    ] as const) {
      const { out } = await run(project, ['check', ...words]);
      expect(out).toMatch(new RegExp(`^${count} specs?,`, 'm'));
    }
  });
});

describe('schema', () => {
  it('is the one of the package', async () => {
    const { code, out, err } = await run(createFiles(), ['schema']);
    expect([code, err]).toEqual([0, '']);
    const packaged = readFileSync(new URL('../../spec.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(out)).toEqual(JSON.parse(packaged));
    expect((await run(createFiles(), ['schema', '--json'])).out).toBe(out);
  });
});
