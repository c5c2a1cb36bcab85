// Stylesheets of the webpack family: a spec in `url()` or `image-set()` becomes the file of the picture's
// `src`, follows edits, and never the spec itself.
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Bundler, build, buildOk, createProject, type Project } from '../helpers/bundlers.ts';
import { assertError } from '../helpers/bundlers-errors.ts';
import { CANARY, type ConfigParts, configOf, fixture } from '../helpers/bundlers-fixture.ts';
import { emittedImages } from '../helpers/bundlers-output.ts';
import { watch } from '../helpers/bundlers-watch.ts';

type Family = 'webpack' | 'rspack' | 'rsbuild';

const SKETCHES: ConfigParts = {
  imports: `import { sketch } from 'unplugin-image-prompt';`,
  options: '{ provider: sketch() }',
};

const FILES: Readonly<Record<string, string>> = {
  'src/main.js': `import './style.css';
import * as card from './card.module.css';
globalThis.result = { card };
`,
  'src/style.css': `@import './more.css';
body { background: url(./square.image.yaml) }
`,
  'src/more.css': `.more { background: image-set(url("./wide.image.yaml") 1x, url('./wide.image.yaml?w=640') 2x) }
`,
  'src/card.module.css': `.card { background: url(./card.image.yaml?format=webp&w=300) }
`,
};

/** How stylesheets are built. */
const WAYS: Readonly<Record<Family, Readonly<Record<string, ConfigParts>>>> = {
  webpack: {
    'css-loader': {
      imports: `import MiniCssExtractPlugin from 'mini-css-extract-plugin';`,
      after: 'new MiniCssExtractPlugin(),',
      fields: `module: { rules: [{ test: /\\.css$/, use: [MiniCssExtractPlugin.loader, 'css-loader'] }] },`,
    },
    'native css': { fields: 'experiments: { css: true },' },
  },
  rspack: {
    'css-loader': {
      imports: `import { rspack } from '@rspack/core';`,
      after: 'new rspack.CssExtractRspackPlugin(),',
      fields: `module: { rules: [{ test: /\\.css$/, type: 'javascript/auto',
        use: [rspack.CssExtractRspackPlugin.loader, 'css-loader'] }] },`,
    },
    'native css': {
      fields: `module: { rules: [{ test: /\\.css$/, type: 'css/auto' }] },`,
    },
  },
  rsbuild: { 'its own rules': {} },
};

function createStyled(bundler: Family, way: string, more: ConfigParts = {}): Project {
  const parts = WAYS[bundler][way] ?? {};
  const project = createProject({ ...fixture(SKETCHES), ...FILES });
  project.write({
    [`${bundler}.config.mjs`]: configOf(bundler, {
      ...SKETCHES,
      ...parts,
      ...more,
      imports: `${SKETCHES.imports}\n${parts.imports ?? ''}`,
      fields: `${parts.fields ?? ''}${more.fields ?? ''}`,
    }),
  });
  return project;
}

/** All stylesheets of the output, as one text. */
function cssOf(project: Project): string {
  const names = project.files('dist').filter((name) => name.endsWith('.css'));
  return names.map((name) => project.read(`dist/${name}`)).join('\n');
}

function urlsOf(css: string): string[] {
  return [...css.matchAll(/url\(["']?([^"')]+)["']?\)/g)].map(([, url = '']) => url);
}

/** The files that the stylesheets name: those of dist, and nothing else. */
function filesOf(project: Project): string[] {
  const images = emittedImages(project);
  return urlsOf(cssOf(project)).map((url) => {
    const name = url.replace(/^.*\//, '');
    const file = images.find((path) => path.endsWith(`/${name}`));
    expect(file, `${url} is a file of dist`).toBeDefined();
    return file!;
  });
}

async function sizesOf(project: Project): Promise<string[]> {
  const found = await Promise.all(
    filesOf(project).map(async (file) => {
      const { width, height, format } = await sharp(file).metadata();
      return `${format} ${width}x${height}`;
    }),
  );
  return found.sort();
}

describe.each(['webpack', 'rspack', 'rsbuild'] as const)('%s', (bundler) => {
  describe.each(Object.keys(WAYS[bundler]))('%s', (way) => {
    test('an option of an image-set() is the file of its type and resolution', async () => {
      const project = createStyled(bundler, way);
      const options = (spec: string): string =>
        ['avif', 'jpeg'].map((type) => `url(${spec}) type("image/${type}")`).join(', ');
      // css-loader switches our rule off for what a sheet imports, and Rspack lets no loader be added.
      const skipped = bundler !== 'webpack' && way !== 'native css';
      const imported = skipped ? '' : options('./card.image.yaml');
      project.write({
        'src/main.js': "import './style.css';\nglobalThis.result = {};\n",
        'src/style.css': `${imported && "@import './more.css';\n"}.a { background: image-set(${options('./square.image.yaml')}) }\n`,
        'src/more.css': `.b { background: image-set(${imported}) }\n`,
      });
      await buildOk(project, bundler);
      const option = /["'(]([^"'()]+)["')]+(?: 1x)? type\("image\/(\w+)"\)/g;
      const found = [...cssOf(project).matchAll(option)].map(([, url = '', type = '']) => ({
        url,
        type,
      }));
      expect(new Set(found.map(({ url }) => url)).size).toBe(imported ? 4 : 2);
      for (const { url, type } of found) {
        const file = emittedImages(project).find((path) => path.endsWith(url.replace(/^.*\//, '')));
        const { format } = await sharp(file).metadata();
        expect(format).toBe(type === 'avif' ? 'heif' : type);
      }

      const text = project.read('src/square.image.yaml');
      project.write({
        'src/square.image.yaml': text.replace('output:', 'output:\n  formats: [fallback]'),
      });
      const { ok, errors } = await build(project, bundler);
      expect(ok).toBe(false);
      expect(errors.map(({ message }) => message).join('\n')).toContain(
        'as image/avif, but it is not made in that format',
      );
    });

    test('every reference is the file of the picture that a page would show first', async () => {
      const project = createStyled(bundler, way);
      await buildOk(project, bundler);
      expect(await sizesOf(project)).toEqual([
        'jpeg 320x179',
        'jpeg 400x400',
        'jpeg 640x358',
        'webp 300x158',
      ]);
      // One file each, and none of those that only a page could choose from.
      expect(emittedImages(project)).toHaveLength(4);
      expect(cssOf(project)).not.toContain('yaml');
      for (const name of project.files('dist')) {
        expect(project.read(`dist/${name}`), name).not.toContain(CANARY);
      }
    });

    test('an edit of the spec builds the stylesheet again, and so does mending a mistake', async () => {
      const project = createStyled(bundler, way);
      const watcher = watch(project, bundler);
      const edit = async (from: string, to: string): Promise<void> => {
        await watcher.settle();
        const text = project.read('src/square.image.yaml');
        expect(text).toContain(from);
        project.write({ 'src/square.image.yaml': text.replace(from, to) });
      };
      await watcher.until(({ ok }) => ok);
      expect(await sizesOf(project)).toContain('jpeg 400x400');

      await edit('[200, 400]', '[240]');
      await watcher.until(({ ok }) => ok);
      // Others may have come first, since files that a build makes are watched like all others.
      await expect.poll(() => sizesOf(project)).toContain('jpeg 240x240');

      await edit('quality: low', 'quality: lwo');
      const { errors } = await watcher.until(({ ok }) => !ok);
      expect(errors.map(({ message }) => message).join('\n')).toContain(
        'src/square.image.yaml:4:10',
      );
      await edit('quality: lwo', 'quality: low');
      await watcher.until(({ ok }) => ok);
      expect(await sizesOf(project)).toContain('jpeg 240x240');
    });

    test('?raw fails', async () => {
      const project = createStyled(bundler, way);
      project.write({ 'src/style.css': 'body { background: url(./square.image.yaml?raw) }\n' });
      await expectFailure(project, bundler, 'LEAK_RAW');
    });
  });
});

async function expectFailure(project: Project, bundler: Bundler, code: string): Promise<void> {
  const { ok, errors } = await build(project, bundler);
  expect(ok).toBe(false);
  expect(errors.map(({ message }) => message).join('\n')).toContain(code);
  expect(errors.map(({ message }) => message).join('\n')).not.toContain(CANARY);
  if (errors.length === 1) assertError(bundler, errors[0], { code });
}
