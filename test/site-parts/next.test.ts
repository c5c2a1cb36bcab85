import { describe, expect, test } from 'vitest';
import { findImports } from '../../src/sites/next/find-imports.ts';
import { listOutput } from '../../src/sites/next/guard-output.ts';
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
      'README.md': '![](pictures/c.image.yaml)',
    });
    const specs = ['a', 'b', 'c', 'my own'].map((name) => `pictures/${name}.image.yaml`);
    const found = await findImports(project.root, specs, false);
    expect(found.map((id) => id.slice(project.root.length))).toEqual([
      '/pictures/a.image.yaml',
      '/pictures/a.image.yaml?url',
      '/pictures/b.image.yaml?w=400;800&format=webp',
      '/pictures/my own.image.yaml',
    ]);
    expect(await findImports(project.root, specs, true)).toContain(
      `${project.root}/pictures/c.image.yaml`,
    );
  });

  test('a comment, shown code, a string and a namesake elsewhere are no imports', async () => {
    const project = createProject({
      'app/page.tsx': [
        "// import old from '../pictures/a.image.yaml';",
        "const url = 'https://x.test'; /* import('../pictures/b.image.yaml') */",
        '/*',
        " * import b from '../pictures/b.image.yaml';",
        ' */',
        "const name = '../pictures/c.image.yaml';",
        "export const text = <p>Don't {/* import c from '../pictures/c.image.yaml' */}</p>;",
        "import hero from './hero.image.yaml';",
        "const glob = '**/*.ts';",
        "export { default } from '../pictures/d.image.yaml?url';",
        "const lazy = () => import('pictures/e.image.yaml');",
        "import other from 'package/f.image.yaml';",
      ].join('\n'),
      'app/page.mdx': [
        "// import a from '../pictures/a.image.yaml'",
        '{/* ![](../pictures/a.image.yaml) */}',
        '<!-- ![](../pictures/a.image.yaml) -->',
        'Write `![](../pictures/b.image.yaml)`:',
        '```md',
        '![](../pictures/b.image.yaml)',
        '```',
        '![][g]',
        '',
        '[g]: ../pictures/g.image.yaml',
        '<img src="../pictures/h.image.yaml" />',
        '![](plain.image.yaml)',
        '````md',
        '```',
        '![](../pictures/c.image.yaml)',
        '```',
      ].join('\n'),
    });
    const specs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
      (name) => `pictures/${name}.image.yaml`,
    );
    specs.push('app/hero.image.yaml', 'other/hero.image.yaml', 'app/plain.image.yaml');
    const found = await findImports(project.root, specs, false);
    expect(found.map((id) => id.slice(project.root.length))).toEqual([
      '/app/hero.image.yaml',
      '/app/plain.image.yaml',
      '/pictures/d.image.yaml?url',
      '/pictures/e.image.yaml',
      '/pictures/g.image.yaml',
      '/pictures/h.image.yaml',
    ]);
  });

  test('an alias that could mean two specs is refused, and buys neither', async () => {
    const project = createProject({
      'src/app/page.tsx': "import hero from '@/images/hero.image.yaml';\n",
    });
    const specs = ['old/images/hero.image.yaml', 'src/images/hero.image.yaml'];
    await expect(findImports(project.root, specs, false)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(specs.join(' or ')),
      hint: expect.stringContaining('../../old/images/hero.image.yaml'),
    });
  });
});

describe('listOutput', () => {
  test('is what browsers get: an export whole, else static files and pages that are written', () => {
    expect(listOutput({ output: 'export' }, '/site')).toEqual([
      { folder: '/site/out', endings: null },
    ]);
    expect(listOutput({ output: 'export', distDir: 'dist' }, '/site')[0]!.folder).toBe(
      '/site/dist',
    );
    expect(listOutput({}, '/site').map(({ folder }) => folder)).toEqual([
      '/site/.next/static',
      '/site/.next/server',
    ]);
  });
});

describe('withImagePrompt', () => {
  const adapt = (root: string) =>
    createNextAdapter({
      env: {},
      cwd: () => root,
      now: Date.now,
      print: () => {},
      guard: () => {},
    });
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
