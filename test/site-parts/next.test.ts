import { describe, expect, test, vi } from 'vitest';
import { createSession } from '../../src/plugin/session.ts';
import { sketch } from '../../src/provider/sketch.ts';
import { findImports } from '../../src/sites/next/find-imports.ts';
import { listOutput } from '../../src/sites/next/guard-output.ts';
import { createNextAdapter } from '../../src/sites/next/with-image-prompt.ts';
import { writeSpecModule } from '../../src/sites/next/write-spec-module.ts';
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
      'README.md':
        '![](pictures/c.image.yaml)\n\n    ![](pictures/a.image.yaml?w=9)\n\n- item\n\n    ![](pictures/b.image.yaml)\n',
    });
    for (const name of ['a', 'b', 'c', 'my own']) {
      project.write(`pictures/${name}.image.yaml`, 'prompt: x\n');
    }
    const specs = ['a', 'b', 'c', 'my own'].map((name) => `pictures/${name}.image.yaml`);
    const found = await findImports(project.root, specs, false);
    expect(found.map((id) => id.slice(project.root.length))).toEqual([
      '/pictures/a.image.yaml',
      '/pictures/a.image.yaml?url&single-picture',
      '/pictures/b.image.yaml?w=400;800&format=webp',
      '/pictures/my own.image.yaml?single-picture',
    ]);
    // Of a page in Markdown, without the code that it shows.
    const more = (await findImports(project.root, specs, true)).filter((id) => !found.includes(id));
    expect(more.map((id) => id.slice(project.root.length))).toEqual([
      '/pictures/b.image.yaml?single-picture',
      '/pictures/c.image.yaml?single-picture',
    ]);
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
        'const code = \'import b from "../pictures/b.image.yaml"\';',
        "const re = /`/; // import b from '../pictures/b.image.yaml'",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: somebody's code
        "const shown = `${`import b from '../pictures/b.image.yaml'`}\nimport b from '../pictures/b.image.yaml'`;",
        "const half = 4 / 2; // it's",
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
        '![][g] and a stray ` back-tick',
        '',
        '[g]: ../pictures/g.image.yaml',
        '[x]: ../pictures/b.image.yaml',
        '[a link](../pictures/b.image.yaml), [another][x], \\![no](../pictures/b.image.yaml)',
        '<img class="x > y" src="../pictures/h.image.yaml" />',
        '',
        '![](../pictures/b(1).image.yaml) `',
        '![](plain.image.yaml)',
        '````md',
        '```',
        '![](../pictures/c.image.yaml)',
        '```',
      ].join('\n'),
    });
    const specs = ['a', 'b', 'b(1)', 'c', 'd', 'e', 'f', 'g', 'h'].map(
      (name) => `pictures/${name}.image.yaml`,
    );
    specs.push('app/hero.image.yaml', 'other/hero.image.yaml', 'app/plain.image.yaml');
    for (const spec of specs) project.write(spec, 'prompt: x\n');
    const found = await findImports(project.root, specs, false);
    expect(found.map((id) => id.slice(project.root.length))).toEqual([
      '/app/hero.image.yaml',
      '/app/plain.image.yaml?single-picture',
      '/pictures/b(1).image.yaml?single-picture',
      '/pictures/d.image.yaml?url',
      '/pictures/e.image.yaml',
      '/pictures/g.image.yaml?single-picture',
      '/pictures/h.image.yaml?single-picture',
    ]);
  });

  test('a spec outside of the root is found, one that is not there is not', async () => {
    const { root } = createProject({
      'site/page.js': "import a from '../shared/a.image.yaml';\nimport b from './b.image.yaml';",
      'shared/a.image.yaml': 'prompt: x\n',
    });
    expect(await findImports(`${root}/site`, [], false)).toEqual([`${root}/shared/a.image.yaml`]);
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

test('a loader buys nothing in a build, and says how to have it made', async () => {
  const { root } = createProject({ 'hero.image.yaml': 'prompt: A tea house\nalt: A tea house\n' });
  const session = createSession({ provider: sketch() }, {}, Date.now);
  session.start({ root, command: 'build' });
  await expect(
    writeSpecModule(session, `${root}/hero.image.yaml`, { frozen: true }),
  ).rejects.toThrow('hero.image.yaml is not in the store, and was not seen');
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
  const adapt = (root: string, words = ['build'], guard = () => {}) =>
    createNextAdapter({
      ...{ env: { CI: 'true' }, words, guard },
      ...{ cwd: () => root, now: Date.now, print: () => {} },
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

  test('prepares a build, and nothing for a command that only looks', async () => {
    const { root } = createProject({
      'package.json': '{}',
      'page.jsx': "import hero from './hero.image.yaml';",
      'hero.image.yaml': 'prompt: A tea house by a river\nalt: A tea house\n',
    });
    const phase = 'phase-production-build';
    const guard = vi.fn();
    await expect(adapt(root, ['build', '--webpack'], guard)({})(phase, never)).rejects.toThrow(
      'MISSING_FROZEN',
    );
    const config = await adapt(root, ['typegen'], guard)({})(phase, never);
    expect(Object.keys(config)).toEqual(['turbopack', 'webpack']);
    expect(guard).not.toHaveBeenCalled();
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
