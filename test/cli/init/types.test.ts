import { chmodSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProject, type Project } from '../../helpers/project.ts';
import { run } from '../helpers.ts';
import { CLIENT, runInit } from './helpers.ts';

describe('types', () => {
  const typed = (files: Record<string, string>): Project =>
    createProject({ 'tsconfig.json': '{}', 'src/main.ts': '', ...files });

  it.each([
    ['src/vite-env.d.ts', '/// <reference types="vite/client" />\n'],
    ['src/env.d.ts', '/// <reference types="astro/client" />\n'],
    ['env.d.ts', '/// <reference types="vite/client" />\n'],
  ])('are added below the references of %s', async (file, text) => {
    const project = typed({ [file]: text });
    expect((await runInit(project)).written).toContain(file);
    expect(project.readText(file)).toBe(`${text}${CLIENT}\n`);
    expect((await runInit(project)).kept).toContain(file);
  });

  it.each<[string, string, string]>([
    ['code', 'interface Env {}\n', `${CLIENT}\ninterface Env {}\n`],
    ['nothing', '', `${CLIENT}\n`],
    ['a line without end', '/// <reference a />', `/// <reference a />\n${CLIENT}\n`],
    ['a mark of order', '\ufeffinterface A {}\n', `\ufeff${CLIENT}\ninterface A {}\n`],
    [
      'ends of line of Windows',
      '/// <reference a />\r\n\r\nlet a: 1;\r\n',
      `/// <reference a />\r\n${CLIENT}\r\n\r\nlet a: 1;\r\n`,
    ],
    ['a comment', '// Mine.\ninterface A {}\n', `${CLIENT}\n// Mine.\ninterface A {}\n`],
  ])('are added to a file with %s, and its rest stays', async (_what, text, expected) => {
    const project = typed({ 'src/env.d.ts': text });
    chmodSync(project.path('src/env.d.ts'), 0o600);
    await runInit(project);
    expect(project.readText('src/env.d.ts')).toBe(expected);
    expect(statSync(project.path('src/env.d.ts')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['types/global.d.ts', `${CLIENT}\n`],
    ['tsconfig.app.json', '{ "compilerOptions": { "types": ["unplugin-image-prompt/client"] } }'],
  ])('are known from %s', async (file, text) => {
    const project = typed({ [file]: text });
    const { written, kept } = await runInit(project);
    expect(kept).toEqual([file]);
    expect(written.filter((one) => one.endsWith('.d.ts'))).toEqual([]);
  });

  it('are known from what `types` writes', async () => {
    const project = typed({ 'src/a.image.yaml': 'prompt: x\nalt: y\n' });
    await run(project, ['types', '--out', 'src/image-prompt.d.ts']);
    expect((await runInit(project)).kept).toContain('src/image-prompt.d.ts');
  });

  it('are told of where the file is a link', async () => {
    const project = typed({ 'shared.txt': 'interface A {}\n' });
    symlinkSync('../shared.txt', project.path('src/env.d.ts'));
    const { written, kept, next } = await runInit(project);
    expect(kept).toContain('src/env.d.ts');
    expect(written.filter((file) => file.endsWith('.d.ts'))).toEqual([]);
    expect(next).toContain(`In src/env.d.ts add the line \`${CLIENT}\`.`);
    expect(project.readText('shared.txt')).toBe('interface A {}\n');
  });
});
