import { describe, expect, it } from 'vitest';
import { createProject } from '../../helpers/project.ts';
import { manifest, runInit } from './helpers.ts';

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
