import { describe, expect, test } from 'vitest';
import { findImports } from '../../src/sites/next/find-imports.ts';
import { createNextAdapter } from '../../src/sites/next/with-image-prompt.ts';
import { createProject } from '../helpers/project.ts';

describe('findImports', () => {
  test('finds what a source file names, with its query, and nothing else', async () => {
    const project = createProject({
      'app/page.tsx':
        "import a from '../pictures/a.image.yaml';\nimport b from '@/pictures/b.image.yaml?w=400;800&format=webp';\n",
      'app/page.mdx': '![](../pictures/a.image.yaml?url)\n![](<../pictures/my%20own.image.yaml>)\n',
      'node_modules/x/index.js': "import './c.image.yaml';",
      '.next/server/page.js': "import './c.image.yaml';",
      'notes.txt': 'c.image.yaml',
    });
    const specs = ['a', 'b', 'c', 'my own'].map((name) => `pictures/${name}.image.yaml`);
    const found = await findImports(project.root, specs);
    expect(found.map((id) => id.slice(project.root.length))).toEqual([
      '/pictures/a.image.yaml',
      '/pictures/a.image.yaml?url',
      '/pictures/b.image.yaml?w=400;800&format=webp',
      '/pictures/my own.image.yaml',
    ]);
  });
});

describe('withImagePrompt', () => {
  const adapt = (root: string) =>
    createNextAdapter({ env: {}, cwd: () => root, now: Date.now, print: () => {} });
  const never = undefined as never;

  test('takes a configuration or what makes one, and keeps its rules and its webpack', async () => {
    const { root } = createProject({ 'package.json': '{}' });
    const seen: unknown[] = [];
    const given = async (phase: string) => ({
      basePath: `/${phase}`,
      turbopack: { rules: { '*.svg': {} } },
      webpack: (config: { module: { rules: unknown[] } }) => {
        seen.push(config);
        return config;
      },
    });
    const config = await adapt(root)(given)('phase-development-server', never);
    expect(config.basePath).toBe('/phase-development-server');
    expect(Object.keys(config.turbopack.rules)).toEqual(['*.svg', '*.image.yaml', '*.image.yml']);
    const webpack = { module: { rules: [] } };
    expect(config.webpack(webpack)).toBe(webpack);
    expect(seen).toEqual([webpack]);
    expect(webpack.module.rules).toHaveLength(1);
  });

  test('leaves the server of a finished build alone', async () => {
    const config = {};
    const { root } = createProject({ 'package.json': '{}' });
    expect(await adapt(root)(config)('phase-production-server', never)).toBe(config);
  });

  test('refuses what Turbopack could not hand on, or find', async () => {
    const { root } = createProject({ 'package.json': '{}' });
    const build = async (config: object, options: object) =>
      await adapt(root)(config, options)('phase-development-server', never);
    await expect(build({}, { provider: { name: 'x' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('image-prompt.config.js'),
    });
    await expect(
      build({ turbopack: { root } }, { cacheDir: '../elsewhere' }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('elsewhere'),
    });
  });
});
