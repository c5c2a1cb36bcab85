import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProject, type Project } from '../helpers/project.ts';
import { run } from './helpers.ts';

const CLIENT = '/// <reference types="unplugin-image-prompt/client" />';
const SETTINGS = '.vscode/settings.json';
const SCHEMA = './node_modules/unplugin-image-prompt/spec.schema.json';
const STORE = ['.image-prompt/README.md', '.image-prompt/.gitattributes'];

interface Report {
  version: 1;
  written: string[];
  kept: string[];
  next: string[];
}

async function runInit(project: Project, ...words: string[]): Promise<Report> {
  const { code, json, err } = await run(project, ['init', '--json', ...words]);
  expect([code, err]).toEqual([0, '']);
  return json() as unknown as Report;
}

/** Path, bytes, inode and time of every file. */
function takeSnapshot(project: Project): unknown[] {
  return project.list().map((file) => {
    const { ino, mtimeMs, mode } = statSync(project.path(file));
    return [file, project.readText(file), ino, mtimeMs, mode];
  });
}

/** Package.json of a project. */
function manifest(type: 'module' | 'commonjs' | null, ...packages: string[]): string {
  const devDependencies = Object.fromEntries(packages.map((name) => [name, '*']));
  return JSON.stringify({ ...(type === null ? {} : { type }), devDependencies });
}

describe('init', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'TypeScript',
      { 'package.json': manifest('module', 'vite'), 'tsconfig.json': '{}', 'src/main.ts': '' },
      ['image-prompt.config.ts', 'src/hero.image.yaml', 'src/image-prompt-env.d.ts'],
    ],
    [
      'TypeScript without src',
      { 'package.json': manifest(null, 'typescript'), 'app/main.ts': '' },
      ['image-prompt.config.ts', 'app/hero.image.yaml', 'image-prompt-env.d.ts'],
    ],
    [
      'JavaScript in modules',
      { 'package.json': manifest('module', 'vite'), 'src/main.js': '' },
      ['image-prompt.config.js', 'src/hero.image.yaml'],
    ],
    [
      'JavaScript',
      { 'package.json': manifest(null, 'webpack'), 'assets/main.js': '' },
      ['image-prompt.config.mjs', 'assets/hero.image.yaml'],
    ],
    ['nothing', {}, ['image-prompt.config.mjs', 'src/hero.image.yaml']],
    [
      'a manifest that cannot be read',
      { 'package.json': '{' },
      ['image-prompt.config.mjs', 'src/hero.image.yaml'],
    ],
  ])('writes what a project in %s lacks, once', async (_what, files, expected) => {
    const project = createProject(files);
    const wanted = [...expected, ...STORE, SETTINGS];
    const report = await runInit(project);
    expect(report).toMatchObject({ version: 1, written: wanted, kept: [] });
    expect(project.list()).toEqual([...Object.keys(files), ...wanted].sort());

    const before = takeSnapshot(project);
    expect(await runInit(project)).toMatchObject({ written: [], kept: wanted });
    expect(takeSnapshot(project)).toEqual(before);
  });

  it('writes nothing with --dry-run, and says the same', async () => {
    const project = createProject({
      'package.json': manifest('module', 'vite'),
      'src/main.js': '',
    });
    const before = takeSnapshot(project);
    const dry = await runInit(project, '--dry-run');
    expect(takeSnapshot(project)).toEqual(before);
    expect(readdirSync(project.root).sort()).toEqual(['package.json', 'src']);
    expect(dry).toEqual(await runInit(project));
  });

  it('tells people what it wrote and what is next', async () => {
    const project = createProject({
      'package.json': manifest('module', 'vite'),
      'src/main.js': '',
    });
    const dry = await run(project, ['init', '--dry-run']);
    expect(dry.out).toMatch(/^Would write\n {2}image-prompt\.config\.js\n/);
    const { code, out, err } = await run(project, ['init'], { cwd: 'src' });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Written in \.\.\n {2}image-prompt\.config\.js\n {2}src\/hero/);
    expect(out).toMatch(/\n\nNext\n {2}1\. Install the package: `npm install --save-dev unplugin/);
    const again = await run(project, ['init']);
    expect(again.out).toMatch(/^Left as it is\n/);
    expect(again.out).not.toContain('Written');
  });

  it('takes no paths, and says when it cannot write', async () => {
    const words = await run(createProject(), ['init', 'src/a.image.yaml']);
    expect([words.code, words.err]).toEqual([1, expect.stringContaining('no paths')]);
    const project = createProject({ '.vscode': 'a file' });
    const { code, err } = await run(project, ['init']);
    expect([code, err]).toEqual([1, expect.stringContaining('.vscode/settings.json cannot be')]);
    expect(err).not.toContain('    at ');
    const config = await run(createProject(), ['init', '--config', 'nowhere.mjs']);
    expect([config.code, config.err]).toEqual([1, expect.stringContaining('CONFIG_LOAD')]);
  });
});

describe('what is there stays', () => {
  it('a configuration, with the folders that it names', async () => {
    const text = "export default { dir: 'pictures', include: 'art/*.image.yaml' };\n";
    const project = createProject({
      'image-prompt.config.mjs': text,
      'src/seen-by-nobody.image.yaml': 'prompt: x\nalt: y\n',
    });
    const { written, kept } = await runInit(project);
    expect(written).toEqual([
      'src/hero.image.yaml',
      'pictures/README.md',
      'pictures/.gitattributes',
      SETTINGS,
    ]);
    expect(kept).toEqual(['image-prompt.config.mjs']);
    expect(project.readText('image-prompt.config.mjs')).toBe(text);
  });

  it('a configuration under another name', async () => {
    const project = createProject({ 'config/pictures.mjs': 'export default {};\n' });
    const { written, kept } = await runInit(project, '--config', 'config/pictures.mjs');
    expect(kept).toEqual(['config/pictures.mjs']);
    expect(written).not.toContain('image-prompt.config.mjs');
  });

  it('a configuration that cannot be loaded; the store may be anywhere then', async () => {
    const project = createProject({
      'image-prompt.config.mjs': "import 'not-there';\nexport default { dir: 'pictures' };\n",
      'node_modules/unplugin-image-prompt/package.json': '{}',
    });
    const { code, json, err } = await run(project, ['init', '--json']);
    expect([code, err]).toEqual([1, '']);
    const { written, next } = json() as unknown as Report;
    expect(written).toEqual(['src/hero.image.yaml', SETTINGS]);
    expect(next.join('\n')).toMatch(/Mend the configuration.*'not-there'/);
    // As long as the package is not installed, that is why, and no mistake.
    project.remove('node_modules');
    expect((await runInit(project)).next.join('\n')).not.toContain('Mend');
  });

  it('specs', async () => {
    const project = createProject({ 'art/deep/a.image.yml': 'prompt: x\nalt: y\n' });
    const { written, kept } = await runInit(project);
    expect(kept).toEqual(['art/deep/a.image.yml']);
    expect(written.filter((file) => file.includes('.image.y'))).toEqual([]);
  });

  it('the files of a store', async () => {
    const lfs = 'originals/*.png filter=lfs diff=lfs merge=lfs -text\n';
    const project = createProject({ '.image-prompt/.gitattributes': lfs });
    const { written, kept } = await runInit(project);
    expect(written).toContain('.image-prompt/README.md');
    expect(kept).toEqual(['.image-prompt/.gitattributes']);
    expect(project.readText('.image-prompt/.gitattributes')).toBe(lfs);
  });
});

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

describe('settings of Visual Studio Code', () => {
  const MAPPING = `"yaml.schemas": {
    "${SCHEMA}": [
      "*.image.yaml",
      "*.image.yml"
    ]
  }`;

  it.each<[string, string, string]>([
    ['nothing', ' \n', `{\n  ${MAPPING}\n}\n`],
    ['an empty map', '{}\n', `{\n  ${MAPPING}\n}\n`],
    ['a map on one line', '{ "a": 1 }', `{ "a": 1,\n  ${MAPPING}\n}`],
    ['only a comment', '{\n  // Mine.\n}\n', `{\n  // Mine.\n  ${MAPPING}\n}\n`],
    [
      'comments',
      '{ // head\n  // Mine.\n  "a": 2 /* two, */ // not three\n\n  // the end\n}\n// after\n',
      `{ // head\n  // Mine.\n  "a": 2, /* two, */ // not three\n\n  // the end\n  ${MAPPING}\n}\n// after\n`,
    ],
    [
      'a comma at the end',
      '{\n  "a": [1,2 , 3], // list\n}\n',
      `{\n  "a": [1,2 , 3], // list\n  ${MAPPING}\n}\n`,
    ],
    [
      'schemas of others',
      '{\n    "yaml.schemas": {\n        "a.json": "b.yaml" // theirs\n    },\n    "a": 1\n}',
      `{\n    "yaml.schemas": {\n        "a.json": "b.yaml", // theirs\n        "${SCHEMA}": [\n            "*.image.yaml",\n            "*.image.yml"\n        ]\n    },\n    "a": 1\n}`,
    ],
    [
      'a comment of many lines above',
      '/*\n * Ours.\n */\n{\n    "a": 1\n}\n',
      `/*\n * Ours.\n */\n{\n    "a": 1,\n    "yaml.schemas": {\n        "${SCHEMA}": [\n            "*.image.yaml",\n            "*.image.yml"\n        ]\n    }\n}\n`,
    ],
    [
      'a deep first line',
      '{\n            "a": 1\n}\n',
      `{\n            "a": 1,\n            "yaml.schemas": {\n              "${SCHEMA}": [\n                "*.image.yaml",\n                "*.image.yml"\n              ]\n            }\n}\n`,
    ],
    [
      'schemas of nobody',
      '{\n\t"yaml.schemas": {}\n}',
      `{\n\t"yaml.schemas": {\n\t\t"${SCHEMA}": [\n\t\t\t"*.image.yaml",\n\t\t\t"*.image.yml"\n\t\t]\n\t}\n}`,
    ],
  ])('with %s get the mapping', async (_what, text, expected) => {
    const project = createProject({ [SETTINGS]: text });
    expect((await runInit(project)).written).toContain(SETTINGS);
    expect(project.readText(SETTINGS)).toBe(expected);
    expect((await runInit(project)).kept).toContain(SETTINGS);
  });

  it('keep their ends of line', async () => {
    const others = '"yaml.schemas": {\r\n\t\t"a.json": "b.yaml" // theirs\r\n\t}';
    const project = createProject({ [SETTINGS]: `{\r\n\t${others},\r\n\t"a": [1,2 , 3]\r\n}` });
    await runInit(project);
    const text = project.readText(SETTINGS);
    expect(text).toContain('"a.json": "b.yaml"');
    expect(text).toContain('// theirs\r\n');
    expect(text).toContain('\r\n\t"a": [1,2 , 3]\r\n}');
    expect(text).toContain(`\r\n\t\t"${SCHEMA}": [\r\n\t\t\t"*.image.yaml",`);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('are kept where they know specs already', async () => {
    const text = '{ "yaml.schemas": { "./own.json": ["/src/*.image.yaml"] } }';
    const project = createProject({ [SETTINGS]: text });
    expect((await runInit(project)).kept).toContain(SETTINGS);
    expect(project.readText(SETTINGS)).toBe(text);
  });

  it.each([
    ['broken', '{ "a": 1, '],
    ['a list', '[]'],
    ['a mapping of another kind', '{ "yaml.schemas": [] }'],
    ['a field that is written twice', '{ "yaml.schemas": {}, "yaml.schemas": { "a": "b" } }'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('are left alone when they are %s, and people are told', async (_what, content) => {
    const project = createProject({ [SETTINGS]: content });
    const { kept, next } = await runInit(project);
    expect(kept).toContain(SETTINGS);
    expect(project.read(SETTINGS)).toEqual(Buffer.from(content));
    expect(next).toContain(
      `In ${SETTINGS} add \`"yaml.schemas":{"${SCHEMA}":["*.image.yaml","*.image.yml"]}\`.`,
    );
  });
});

describe('next', () => {
  const ask = async (files: Record<string, string>): Promise<string> =>
    (await runInit(createProject(files), '--dry-run')).next.join('\n');

  it.each<[Record<string, string>, string]>([
    [
      { 'vite.config.ts': 'export default {};', 'webpack.config.js': '' },
      "In vite.config.ts add `import images from 'unplugin-image-prompt/vite';`, and `images()` to its `plugins`.",
    ],
    [
      { 'webpack.config.js': "const path = require('path');\nmodule.exports = {};\n" },
      "In webpack.config.js add `const images = require('unplugin-image-prompt/webpack');`",
    ],
    [
      { 'webpack.config.mjs': 'export default {};' },
      "In webpack.config.mjs add `import images from 'unplugin-image-prompt/webpack';`",
    ],
    [{ 'rspack.config.ts': '' }, "import images from 'unplugin-image-prompt/rspack';"],
    [
      { 'rsbuild.config.ts': '', 'package.json': manifest(null, '@rspack/core') },
      "import images from 'unplugin-image-prompt/rsbuild';",
    ],
    [{ 'rollup.config.js': '' }, "import images from 'unplugin-image-prompt/rollup';"],
    [{ 'rolldown.config.js': '' }, "import images from 'unplugin-image-prompt/rolldown';"],
    [{ 'farm.config.ts': '' }, "import images from 'unplugin-image-prompt/farm';"],
    [
      { 'package.json': manifest(null, 'esbuild') },
      "Where esbuild is called add `import images from 'unplugin-image-prompt/esbuild';`",
    ],
    [
      { 'package.json': manifest('module', 'vite') },
      "Create vite.config.js: `import images from 'unplugin-image-prompt/vite'; export default { plugins: [images()] };`",
    ],
    [{ 'package.json': manifest(null, 'vite', 'typescript') }, 'Create vite.config.ts: `'],
    [{}, 'Add the plugin to your bundler: '],
  ])('of %j names the line and the file', async (files, expected) => {
    expect(await ask(files)).toContain(expected);
  });

  it('says nothing of a plugin that is there', async () => {
    const config = "import images from 'unplugin-image-prompt/vite';";
    expect(await ask({ 'vite.config.js': config })).not.toContain('plugins');
  });

  it.each([
    ['package-lock.json', 'npm install --save-dev unplugin-image-prompt'],
    ['pnpm-lock.yaml', 'pnpm add --save-dev unplugin-image-prompt'],
    ['yarn.lock', 'yarn add --dev unplugin-image-prompt'],
    ['bun.lock', 'bun add --dev unplugin-image-prompt'],
    ['bun.lockb', 'bun add --dev unplugin-image-prompt'],
  ])('installs as %s says', async (lock, expected) => {
    expect(await ask({ [lock]: '' })).toContain(`\`${expected}\``);
  });

  it('says nothing of a package that is there', async () => {
    const files = { 'package.json': manifest(null, 'unplugin-image-prompt') };
    expect(await ask(files)).toContain('Install the packages of the project.');
    const installed = { ...files, 'node_modules/unplugin-image-prompt/package.json': '{}' };
    expect(await ask(installed)).not.toContain('nstall');
  });
});

describe('in a workspace', () => {
  const files = {
    'node_modules/unplugin-image-prompt/package.json': '{}',
    'package.json': '{}',
    'packages/site/package.json': manifest('module', 'vite'),
    'packages/site/src/main.js': '',
  };

  it('works in the package, and finds the schema above', async () => {
    const project = createProject(files);
    const { json } = await run(project, ['init', '--json'], { cwd: 'packages/site/src' });
    expect(json()).toMatchObject({ written: expect.arrayContaining(['src/hero.image.yaml']) });
    const spec = project.readText('packages/site/src/hero.image.yaml');
    const schema = '../../../node_modules/unplugin-image-prompt/spec.schema.json';
    expect(spec.split('\n')[0]).toBe(`# yaml-language-server: $schema=${schema}`);
    const settings = project.readText(`packages/site/${SETTINGS}`);
    expect(settings).toContain('"../../node_modules/unplugin-image-prompt/spec.schema.json"');
    expect(project.list().filter((file) => !file.startsWith('packages/site/'))).toEqual(
      Object.keys(files).slice(0, 2).sort(),
    );
  });

  it('installs as the lock file above says', async () => {
    const { 'node_modules/unplugin-image-prompt/package.json': _, ...bare } = files;
    const project = createProject({ ...bare, 'pnpm-lock.yaml': '' });
    const ask = async (): Promise<unknown> =>
      (await run(project, ['init', '--json', '--dry-run'], { cwd: 'packages/site' })).json()[
        'next'
      ];
    const install = (how: string): unknown =>
      expect.arrayContaining([`Install the package: \`${how} unplugin-image-prompt\`.`]);
    expect(await ask()).toEqual(install('pnpm add --save-dev'));
    // The nearest one counts.
    project.write('packages/site/package-lock.json', '{}');
    expect(await ask()).toEqual(install('npm install --save-dev'));
  });

  it('starts no second store below one that is there', async () => {
    const project = createProject({ ...files, 'image-prompt.config.mjs': 'export default {};' });
    await run(project, ['init'], { cwd: 'packages/site' });
    expect(project.list('packages/site').sort()).toEqual(['package.json', 'src/main.js']);
    expect(project.list('.image-prompt')).toEqual(['.gitattributes', 'README.md']);
  });
});

it('gives git what originals need, whatever the project says of its own files', async () => {
  const project = createProject({ '.gitattributes': '* text eol=crlf\n' });
  execFileSync('git', ['init', '-q'], { cwd: project.root });
  await runInit(project);
  const ask = (attribute: string, file: string): string =>
    execFileSync('git', ['check-attr', attribute, '--', `.image-prompt/originals/${file}`], {
      cwd: project.root,
      encoding: 'utf8',
    }).trim();
  expect(ask('text', 'a.png')).toMatch(/: unset$/);
  expect(ask('merge', 'a.webp')).toMatch(/: unset$/);
  expect(ask('eol', 'a.json')).toMatch(/: lf$/);
  expect(project.readText('.gitattributes')).toBe('* text eol=crlf\n');
});
