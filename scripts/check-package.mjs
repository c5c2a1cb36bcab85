// `npm run test:package`: what npm would publish, looked at by publint and attw, then installed into a
// fresh project that has only Vite and checks every declaration (`skipLibCheck: false`).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'image-prompt-package-'));
const bin = (name) => join(root, 'node_modules', '.bin', name);
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
  console.log('package: publint, attw and a fresh consumer are content');
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A user with Vite alone: no other bundler is installed, and no declaration is skipped. */
function checkConsumer(tarball) {
  const project = join(work, 'consumer');
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'unplugin-image-prompt');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  // The package's own dependencies and Vite's, without the other bundlers of this repository.
  const absent = new Set([
    'rollup',
    'webpack',
    'unplugin-image-prompt',
    '.bin',
    '.cache',
    '.package-lock.json',
  ]);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!absent.has(name) && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        lib: ['es2023', 'dom'],
        module: 'esnext',
        moduleResolution: 'bundler',
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        types: ['unplugin-image-prompt/client'],
        preserveSymlinks: true,
      },
      files: ['vite.config.ts', 'main.ts'],
    }),
  );
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
  run(bin('tsc'), ['-p', project], project);
}
