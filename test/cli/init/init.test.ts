import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProject, type Project } from '../../helpers/project.ts';
import { run } from '../helpers.ts';
import { manifest, type Report, runInit, SETTINGS, STORE } from './helpers.ts';

/** Path, bytes, inode and time of every file. */
function takeSnapshot(project: Project): unknown[] {
  return project.list().map((file) => {
    const { ino, mtimeMs, mode } = statSync(project.path(file));
    return [file, project.readText(file), ino, mtimeMs, mode];
  });
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
