// `npm run test:package`: what npm would publish, looked at by publint and attw, then installed into a
// fresh project that has only Vite and checks every declaration (`skipLibCheck: false`).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Doors besides Vite's, and what their users have: the bundler and what it depends on. */
const DOORS = {
  rollup: ['rollup'],
  rolldown: ['rolldown'],
  webpack: ['webpack'],
  rspack: ['@rspack'],
  rsbuild: ['@rsbuild', '@rspack'],
  esbuild: ['esbuild'],
  farm: ['@farmfe'],
};
const BUNDLERS = [
  'vite',
  'rollup',
  'rolldown',
  'webpack',
  'esbuild',
  '@farmfe',
  '@rspack',
  '@rsbuild',
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'image-prompt-package-'));
const bin = (name) => join(root, 'node_modules', '.bin', name);
// The compiler of this repository; `.bin` may hold an older one.
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const run = (command, words, cwd = root) =>
  execFileSync(command, words, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

try {
  // The scripts have run already: packing must not build a second time.
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work]);
  const tarball = join(
    work,
    readdirSync(work).find((name) => name.endsWith('.tgz')),
  );
  run(bin('publint'), ['run', tarball, '--strict']);
  run(bin('attw'), [
    tarball,
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    'spec.schema.json',
    'client',
  ]);
  checkConsumer(tarball);
  for (const [door, bundlers] of Object.entries(DOORS)) checkDoor(tarball, door, bundlers);
  console.log('package: publint, attw and a fresh consumer are content');
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A user with Vite alone: no other bundler is installed, and no declaration is skipped. */
function checkConsumer(tarball) {
  // Vite's own declarations name Rolldown.
  const project = createConsumer(tarball, 'consumer', ['vite', 'rolldown']);
  writeFileSync(
    join(project, 'vite.config.ts'),
    `import { defineConfig } from 'vite';
import { fal, sketch, type Options } from 'unplugin-image-prompt';
import images from 'unplugin-image-prompt/vite';
const options: Options = { provider: process.env['FAL_KEY'] ? fal() : sketch(), budget: 2 };
// @ts-expect-error an option that does not exist
images({ bugdet: 3 });
export default defineConfig({ plugins: [images(options)] });
`,
  );
  writeFileSync(
    join(project, 'main.ts'),
    `import { pictureHtml } from 'unplugin-image-prompt/html';
import hero from './hero.image.yaml';
import url from './hero.image.yaml?url';
document.body.innerHTML = pictureHtml(hero, { class: 'hero' });
const width: number = hero.width;
const text: string = url;
// @ts-expect-error a picture has no prompt
hero.prompt;
console.log(width, text);
`,
  );
  writeFileSync(
    join(project, 'sites.ts'),
    `import { remark as docusaurusRemark, withImagePrompt as withDocusaurus } from 'unplugin-image-prompt/docusaurus';
import eleventy from 'unplugin-image-prompt/eleventy';
import { copyImages, materialise, prepare, resolveImage } from 'unplugin-image-prompt/node';
import { Picture as ReactPicture } from 'unplugin-image-prompt/react';
import remark from 'unplugin-image-prompt/remark-mdx';
import { Picture as SolidPicture } from 'unplugin-image-prompt/solid';
import { Picture as SveltePicture } from 'unplugin-image-prompt/svelte';
import { withImagePrompt } from 'unplugin-image-prompt/vitepress';
import { imagePromptNodeTransform, Picture as VuePicture } from 'unplugin-image-prompt/vue';
const { src, width } = await resolveImage('hero.image.yaml', { base: '/docs/', budget: 2 });
// @ts-expect-error an option that does not exist
await prepare({ bugdet: 3 });
await materialise('hero.image.yaml', 'hero.png', { width });
const names: string[] = await copyImages('dist');
const config: { title: string } = withImagePrompt({ title: src }, { budget: 2 });
const docusaurus: { title: string } = withDocusaurus({ title: src }, { budget: 2 });
// @ts-expect-error an option that does not exist
withDocusaurus({ title: src }, { bugdet: 3 });
// @ts-expect-error a picture is needed
ReactPicture({ className: 'hero' });
console.log(names, config, docusaurus, docusaurusRemark, eleventy, remark, SolidPicture, SveltePicture, VuePicture, imagePromptNodeTransform());
`,
  );
  run(process.execPath, [tsc, '-p', project], project);
}

/** A user of another bundler: the configuration checks, and knows its options. */
function checkDoor(tarball, door, bundlers) {
  const project = createConsumer(tarball, door, bundlers);
  writeFileSync(
    join(project, 'vite.config.ts'),
    `import images from 'unplugin-image-prompt/${door}';
export const plugin = images({ budget: 2 });
export const name: string = plugin.name;
// @ts-expect-error an option that does not exist
images({ bugdet: 3 });
`,
  );
  writeFileSync(join(project, 'main.ts'), '');
  run(process.execPath, [tsc, '-p', project], project);
}

/** A fresh project with the package, its dependencies, and of all bundlers only these. */
function createConsumer(tarball, name, bundlers) {
  const project = join(work, name);
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'unplugin-image-prompt');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const absent = BUNDLERS.filter((one) => !bundlers.includes(one));
  for (const one of readdirSync(join(root, 'node_modules'))) {
    if (one.startsWith('.') || one === 'unplugin-image-prompt' || absent.includes(one)) continue;
    symlinkSync(join(root, 'node_modules', one), join(modules, one));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        // Rollup's declarations dispose of what they hold.
        lib: ['esnext', 'dom'],
        module: 'esnext',
        moduleResolution: 'bundler',
        strict: true,
        // Farm's own declarations do not check (1.7.11).
        skipLibCheck: name === 'farm',
        noEmit: true,
        types: ['unplugin-image-prompt/client', 'node'],
        preserveSymlinks: true,
      },
      files: ['vite.config.ts', 'main.ts', ...(name === 'consumer' ? ['sites.ts'] : [])],
    }),
  );
  return project;
}
