import { describe, expect, it } from 'vitest';
import { createProject } from '../helpers/project.ts';
import { run } from './helpers.ts';

const SPEC = 'prompt: A quiet street\nalt: x\nquality: low\n';

describe('the project of a command', () => {
  it.each([
    ['with a configuration', { 'image-prompt.config.mjs': 'export default {};' }],
    ['with a store', { '.image-prompt/README.md': '' }],
    ['that is a package', { 'package.json': '{}' }],
  ])('is the nearest folder above %s', async (_what, sign) => {
    const project = createProject({ 'src/deep/a.image.yaml': SPEC, ...sign });
    for (const cwd of ['.', 'src', 'src/deep']) {
      const { json } = await run(project, ['plan', '--json'], { cwd });
      expect(json()['specs']).toMatchObject([{ file: 'src/deep/a.image.yaml' }]);
    }
    const { json } = await run(project, ['plan', '--json', 'a.image.yaml'], { cwd: 'src/deep' });
    expect(json()['specs']).toMatchObject([{ file: 'src/deep/a.image.yaml' }]);
  });

  it('is what --root says, which must be a folder', async () => {
    const project = createProject({ 'package.json': '{}', 'src/a.image.yaml': SPEC });
    const { json } = await run(project, ['plan', '--json', '--root', 'src']);
    expect(json()['specs']).toMatchObject([{ file: 'a.image.yaml' }]);
    const { code, err } = await run(project, ['plan', '--root', 'nowhere']);
    expect(code).toBe(1);
    expect(err).toContain('CONFIG_INVALID');
  });
});
