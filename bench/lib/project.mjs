import { copyFileSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from './work.mjs';

const require = createRequire(import.meta.url);

/** The command line of Vite. */
export const VITE = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');

/** @typedef {{ dir: string, images: import('./originals.mjs').Original[], settings: Record<string, any>, write(file: string, text: string): void, remove(...files: string[]): void }} Project */

/**
 * Lays out a folder in which a contestant works.
 * @param {string} dir
 * @param {{ images?: import('./originals.mjs').Original[], settings?: Record<string, any> }} work
 * @returns {Project}
 */
export function createProject(dir, { images = [], settings = {} } = {}) {
  const project = {
    dir,
    images,
    settings,
    write(file, text) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), text);
    },
    remove(...files) {
      for (const file of files) rmSync(join(dir, file), { recursive: true, force: true });
    },
  };
  project.write('package.json', '{ "type": "module", "private": true }\n');
  project.write('index.html', INDEX);
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(ROOT, join(dir, 'node_modules', 'unplugin-image-prompt'));
  for (const name of ['vite', 'vite-imagetools', 'sharp']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(dir, 'node_modules', name));
  }
  return project;
}

const INDEX = `<!doctype html>
<title>bench</title>
<div id="app"></div>
<script type="module" src="/main.js"></script>
`;

/** A configuration of Vite, the same but for the plugin. @param {string} plugin @param {string} from */
export function writeViteConfig(plugin = '', from = '') {
  return `${from}
export default {
  plugins: [${plugin}],
  build: { assetsInlineLimit: 0, reportCompressedSize: false, target: 'es2022' },
};
`;
}

/** Puts a file where a contestant looks for it, without a copy where that can be done. */
export function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
