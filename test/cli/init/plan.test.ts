import { describe, expect, it } from 'vitest';
import { planFiles } from '../../../src/cli/init/plan-files.ts';
import type { Surroundings } from '../../../src/cli/init/types.ts';
import { writeFiles } from '../../../src/cli/init/write-files.ts';
import { createProject } from '../../helpers/project.ts';

describe('the plan of init', () => {
  it('finds the schema however far above it lies, whatever folder it is called in', async () => {
    const above = '../'.repeat(40);
    const around: Surroundings = {
      root: '/project',
      files: new Set(),
      texts: new Map(),
      folders: new Set(['src']),
      lockFile: null,
      manifest: { isModule: true, dependencies: new Set() },
      installedAt: `${above}node_modules/unplugin-image-prompt`,
    };
    const steps = await planFiles(around, {
      config: null,
      specs: [],
      storeFiles: {},
      storeIsKnown: true,
    });
    const texts = steps.flatMap((step) => ('text' in step ? [step.text] : [])).join('\n');
    const schema = 'node_modules/unplugin-image-prompt/spec.schema.json';
    expect(texts).toContain(`$schema=../${above}${schema}\n`);
    expect(texts).toContain(`"${above}${schema}"`);
  });
});

describe('writing', () => {
  it('leaves what an editor has saved meanwhile', async () => {
    const project = createProject({ 'same.d.ts': 'a\n', 'other.d.ts': 'saved meanwhile\n' });
    const steps = ['same.d.ts', 'other.d.ts'].map((file) => ({
      kind: 'add' as const,
      file,
      before: 'a\n',
      text: 'b\na\n',
    }));
    expect(await writeFiles(project.root, steps)).toEqual(['same.d.ts']);
    expect(project.readText('same.d.ts')).toBe('b\na\n');
    expect(project.readText('other.d.ts')).toBe('saved meanwhile\n');
  });
});
