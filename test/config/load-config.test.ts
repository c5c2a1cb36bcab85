import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { createProject } from '../helpers/project.ts';

const JS = 'export default { budget: 2 };\n';
const TS = 'const budget: number = 2;\nexport default { budget } as { budget: number };\n';

describe('loadConfig', () => {
  it('is empty without a file', async () => {
    expect(await loadConfig(createProject().root)).toEqual({ options: {}, file: null });
  });

  it.each([
    ['image-prompt.config.ts', TS],
    ['image-prompt.config.js', 'module.exports = { budget: 2 };\n'],
    ['image-prompt.config.mjs', JS],
  ])('reads %s', async (name, text) => {
    const project = createProject({ [name]: text });
    const loaded = await loadConfig(project.root);
    expect(loaded).toEqual({ options: { budget: 2 }, file: project.path(name) });
  });

  it('prefers TypeScript, and a named file over all', async () => {
    const project = createProject({
      'image-prompt.config.ts': TS,
      'image-prompt.config.mjs': 'export default { budget: 3 };\n',
      'etc/other.mjs': 'export default { budget: 4 };\n',
    });
    expect((await loadConfig(project.root)).options.budget).toBe(2);
    const named = await loadConfig(project.root, 'etc/other.mjs');
    expect(named).toEqual({ options: { budget: 4 }, file: project.path('etc/other.mjs') });
  });

  // JavaScript is Node's to import; under Vitest its own loader does, which does not read twice. The
  // built command is asked in test/cli/built.test.ts.
  it('reads TypeScript again after an edit', async () => {
    const project = createProject({ 'image-prompt.config.ts': TS });
    await loadConfig(project.root);
    project.write('image-prompt.config.ts', TS.replace('2', '7'));
    expect((await loadConfig(project.root)).options.budget).toBe(7);
  });

  it('reads what a configuration imports', async () => {
    const project = createProject({
      'image-prompt.config.ts':
        "import { budget } from './budget.ts';\nexport default { budget };\n",
      'budget.ts': 'export const budget: number = 9;\n',
    });
    expect((await loadConfig(project.root)).options.budget).toBe(9);
  });

  it.each([
    ['a mistake in TypeScript', 'image-prompt.config.ts', 'export default {', 'CONFIG_LOAD'],
    ['a mistake in JavaScript', 'image-prompt.config.mjs', 'export default {', 'CONFIG_LOAD'],
    ['a throw', 'image-prompt.config.mjs', 'throw new Error("no luck")', 'CONFIG_LOAD'],
    ['a missing import', 'image-prompt.config.mjs', 'import "./none.js"', 'CONFIG_LOAD'],
    ['no default export', 'image-prompt.config.mjs', 'export const a = 1', 'CONFIG_INVALID'],
    ['a list', 'image-prompt.config.mjs', 'export default []', 'CONFIG_INVALID'],
    ['null', 'image-prompt.config.mjs', 'export default null', 'CONFIG_INVALID'],
    ['a function', 'image-prompt.config.mjs', 'export default () => ({})', 'CONFIG_INVALID'],
  ])('refuses %s', async (_what, name, text, code) => {
    const project = createProject({ [name]: text });
    await expect(loadConfig(project.root)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(name),
    });
  });

  it('refuses a named file that is not there', async () => {
    const project = createProject({ 'image-prompt.config.mjs': JS });
    await expect(loadConfig(project.root, 'none.mjs')).rejects.toMatchObject({
      code: 'CONFIG_LOAD',
      message: expect.stringContaining(project.path('none.mjs')),
    });
  });

  it('keeps the reason of a throw', async () => {
    const project = createProject({ 'image-prompt.config.mjs': 'throw new Error("no luck")' });
    await expect(loadConfig(project.root)).rejects.toMatchObject({
      message: expect.stringContaining('no luck'),
      cause: expect.any(Error),
    });
  });
});
