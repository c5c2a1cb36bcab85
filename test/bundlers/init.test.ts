// The first minutes of a user: fresh projects as their templates leave them, `init` as it is published, and
// nothing done by hand but what it says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProject, type Project, REPOSITORY, runBin, runNode } from '../helpers/bundlers.ts';
import { openYamlEditor } from '../helpers/yaml-editor.ts';

const HTML =
  '<!doctype html><div id="app"></div><script type="module" src="/src/main.MAIN"></script>';
const MAIN = `import { pictureHtml } from 'unplugin-image-prompt/html';
import hero from './hero.image.yaml';
document.querySelector('#app').innerHTML = pictureHtml(hero, { class: 'hero' });
`;

const runCommand = (project: Project, ...words: string[]) =>
  runBin(project, ['image-prompt', ...words]);

/** Sets a project up. */
async function runInit(project: Project): Promise<{ written: string[]; next: string[] }> {
  const { code, stdout, stderr } = await runCommand(project, 'init', '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as { written: string[]; next: string[] };
}

/** The code in backticks of the step that begins so. */
function codeOf(next: readonly string[], begin: string): string {
  const step = next.find((one) => one.startsWith(begin)) ?? '';
  return /`([^`]+)`/.exec(step)?.[1] ?? '';
}

/** `check` has nothing to say, and `plan` has one picture to make. */
async function expectReady(project: Project): Promise<void> {
  expect(await runCommand(project, 'check')).toMatchObject({
    code: 0,
    stdout: '1 spec, 0 errors, 0 warnings\n',
  });
  const plan = await runCommand(project, 'plan', '--json');
  expect([plan.code, plan.stderr]).toEqual([2, '']);
  expect(JSON.parse(plan.stdout)).toMatchObject({
    specs: [{ file: 'src/hero.image.yaml', state: 'new', missing: 1, usd: 0.05 }],
    total: { images: 1, usd: 0.05 },
  });
}

/** What a person changes who has no key, and little time. */
function useSketches(project: Project, config: string): void {
  const text = project.read(config);
  const changed = text
    .replace('{ defineConfig }', '{ defineConfig, sketch }')
    .replace('budget: 5,', 'provider: sketch(), defaults: { output: { widths: [320, 640] } },');
  expect(changed).not.toBe(text);
  project.write({ [config]: changed });
}

/** A second `init` finds nothing to do. */
async function expectSettled(project: Project): Promise<void> {
  const before = project.digests('.');
  expect((await runInit(project)).written).toEqual([]);
  expect(project.digests('.')).toEqual(before);
}

async function buildWithVite(project: Project): Promise<void> {
  const { code, stdout, stderr } = await runBin(project, ['vite', 'build']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('1 of 1 picture is a sketch')]);
  expect(stdout).toContain('1 picture');
  const files = project.files('dist');
  for (const ending of ['.avif', '.webp', '.jpg']) {
    expect(files.filter((file) => file.endsWith(ending)).length).toBeGreaterThan(1);
  }
  expect(project.files('.image-prompt/originals')).toHaveLength(2);
}

describe('a fresh project', () => {
  describe('of Vite in TypeScript', () => {
    let project: Project;
    let next: string[];
    beforeAll(async () => {
      project = createProject({
        'package.json': JSON.stringify({
          type: 'module',
          devDependencies: { typescript: '~5.9.0', vite: '^8.0.0', 'unplugin-image-prompt': '*' },
        }),
        'tsconfig.json': JSON.stringify({
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2022', 'DOM', 'DOM.Iterable'],
            module: 'ESNext',
            moduleResolution: 'bundler',
            types: ['vite/client'],
            allowImportingTsExtensions: true,
            verbatimModuleSyntax: true,
            skipLibCheck: true,
            noEmit: true,
            strict: true,
          },
          include: ['src'],
        }),
        'index.html': HTML.replace('MAIN', 'ts'),
        'src/main.ts': "document.querySelector('#app')!.textContent = 'Vite';\n",
      });
      const report = await runInit(project);
      next = report.next;
      expect(report.written).toEqual([
        'image-prompt.config.ts',
        'src/hero.image.yaml',
        'src/image-prompt-env.d.ts',
        '.image-prompt/README.md',
        '.image-prompt/.gitattributes',
        '.vscode/settings.json',
      ]);
    });

    it('is checked and planned', () => expectReady(project));

    it('is understood by an editor, by the first line of the spec and by the settings', async () => {
      const text = project.read('src/hero.image.yaml');
      const settings = JSON.parse(project.read('.vscode/settings.json')) as Record<string, unknown>;
      const [plain, configured] = [
        await openYamlEditor(project.root),
        await openYamlEditor(project.root, settings),
      ];
      try {
        expect(await plain.diagnose('src/hero.image.yaml', text)).toEqual([]);
        const labels = (await plain.complete('src/hero.image.yaml', `${text}|`)).map(
          (one) => one.label,
        );
        expect(labels).toContain('output');
        for (const file of ['src/a.image.yaml', 'deep/b.image.yml']) {
          expect(await configured.diagnose(file, 'prompt: x\nalt: y\nqualty: low\n')).toMatchObject(
            [{ message: expect.stringContaining('qualty'), range: { start: { line: 2 } } }],
          );
        }
        expect(await configured.diagnose('src/other.yaml', 'qualty: low\n')).toEqual([]);
      } finally {
        await Promise.all([plain.close(), configured.close()]);
      }
    });

    it('compiles and builds', async () => {
      const code = codeOf(next, 'Create vite.config.ts');
      project.write({
        'vite.config.ts': code,
        'src/main.ts': MAIN.replace("('#app')", "('#app')!"),
      });
      const tsc = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc');
      expect(await runNode(project, [tsc])).toMatchObject({ code: 0, stdout: '' });
      useSketches(project, 'image-prompt.config.ts');
      await buildWithVite(project);
      await expectSettled(project);
    });
  });

  it('of Vite in JavaScript', async () => {
    const project = createProject({
      'package.json': JSON.stringify({ type: 'module', devDependencies: { vite: '^8.0.0' } }),
      'index.html': HTML.replace('MAIN', 'js'),
      'src/main.js': "document.querySelector('#app').textContent = 'Vite';\n",
    });
    const { written, next } = await runInit(project);
    expect(written.slice(0, 2)).toEqual(['image-prompt.config.js', 'src/hero.image.yaml']);
    await expectReady(project);
    project.write({ 'vite.config.js': codeOf(next, 'Create vite.config.js'), 'src/main.js': MAIN });
    useSketches(project, 'image-prompt.config.js');
    await buildWithVite(project);
    await expectSettled(project);
  });

  it('of webpack, with a configuration of CommonJS', async () => {
    const config = `const path = require('path');
module.exports = { mode: 'production', entry: './src/index.js', plugins: [] };
`;
    const project = createProject({
      'package.json': JSON.stringify({ devDependencies: { webpack: '^5.0.0' } }),
      'webpack.config.js': config,
      'src/index.js': '',
    });
    const { written, next } = await runInit(project);
    expect(written.slice(0, 2)).toEqual(['image-prompt.config.mjs', 'src/hero.image.yaml']);
    await expectReady(project);
    const line = codeOf(next, 'In webpack.config.js add');
    project.write({
      'webpack.config.js': `${line}\n${config.replace('plugins: []', 'plugins: [images()]')}`,
      'src/index.js': MAIN,
    });
    useSketches(project, 'image-prompt.config.mjs');
    const script = `require('webpack')(require('./webpack.config.js'), (error, stats) => {
      console.log(error ?? stats.toString('errors-warnings'));
    });`;
    expect(await runNode(project, ['-e', script])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 picture'),
    });
    expect(project.files('dist').filter((file) => file.endsWith('.avif'))).not.toEqual([]);
    await expectSettled(project);
  });

  it('of nothing', async () => {
    const project = createProject();
    project.remove('package.json');
    const { written } = await runInit(project);
    expect(written.slice(0, 2)).toEqual(['image-prompt.config.mjs', 'src/hero.image.yaml']);
    await expectReady(project);
    useSketches(project, 'image-prompt.config.mjs');
    expect((await runCommand(project, 'generate', '--yes')).code).toBe(0);
    expect((await runCommand(project, 'plan')).code).toBe(0);
    await expectSettled(project);
  });
});

it('the README shows the spec that `init` writes', async () => {
  const project = createProject();
  await runInit(project);
  const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8').replaceAll('\n   ', '\n');
  expect(readme).toContain(project.read('src/hero.image.yaml'));
});
