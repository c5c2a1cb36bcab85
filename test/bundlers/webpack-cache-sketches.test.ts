// No sketch gets from a persistent cache of the webpack family into a production build.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { build, createProject, type Project, runBin } from '../helpers/bundlers.ts';
import { useFal } from '../helpers/bundlers-fal.ts';
import { type ConfigParts, fixture } from '../helpers/bundlers-fixture.ts';
import { watch } from '../helpers/bundlers-watch.ts';
import {
  configure,
  type Family,
  imagesOf,
  rebuild,
  takeLoads,
} from '../helpers/bundlers-webpack-cache.ts';

const SPEC = 'src/square.image.yaml';

const fal = useFal();
const { env } = fal;
beforeEach(() => fal.standIn.reset());

/** How stylesheets are built. */
const STYLES: Readonly<Record<Family, [string, ConfigParts][]>> = {
  webpack: [
    ['native', { fields: 'experiments: { css: true },' }],
    [
      'extracted',
      {
        imports: `import MiniCssExtractPlugin from 'mini-css-extract-plugin';`,
        after: 'new MiniCssExtractPlugin(),',
        fields: `module: { rules: [{ test: /\\.css$/, use: [MiniCssExtractPlugin.loader, 'css-loader'] }] },`,
      },
    ],
  ],
  rspack: [
    ['native', { fields: `module: { rules: [{ test: /\\.css$/, type: 'css' }] },` }],
    [
      'extracted',
      {
        imports: `import { rspack } from '@rspack/core';`,
        after: 'new rspack.CssExtractRspackPlugin(),',
        fields: `module: { rules: [{ test: /\\.css$/, type: 'javascript/auto',
          use: [rspack.CssExtractRspackPlugin.loader, 'css-loader'] }] },`,
      },
    ],
  ],
  rsbuild: [['extracted', {}]],
};

describe.each(['webpack', 'rspack', 'rsbuild'] as const)('%s', (bundler) => {
  describe('sketches in the cache', () => {
    const ways: readonly [string, (project: Project) => Promise<unknown>][] = [
      [
        'of a build that asked for them',
        async (project) => {
          configure(project, bundler, { onMissing: "'sketch'" });
          await rebuild(project, bundler);
          configure(project, bundler, {});
        },
      ],
      [
        'of the environment',
        async (project) => {
          configure(project, bundler, {});
          for (let run = 0; run < 2; run++) {
            await rebuild(project, bundler, { IMAGE_PROMPT_ON_MISSING: 'sketch' });
          }
        },
      ],
      [
        'of a configuration that decides by itself',
        async (project) => {
          configure(project, bundler, {});
          project.write({
            'image-prompt.config.mjs': 'export default { onMissing: process.env.TEST_MISSING };\n',
          });
          for (let run = 0; run < 2; run++) {
            await rebuild(project, bundler, { TEST_MISSING: 'sketch' });
          }
        },
      ],
      [
        'of watch mode',
        async (project) => {
          configure(project, bundler, {});
          const watcher = watch(project, bundler);
          await watcher.until(({ ok }) => ok);
          await watcher.settle();
          // Rspack and webpack write their caches when they are idle.
          await sleep(1500);
          await watcher.stop();
        },
      ],
    ];

    test.each(ways)('%s are not published', async (_way, fill) => {
      const project = createProject(fixture());
      await fill(project);
      const sketches = Object.values(imagesOf(project));
      expect(sketches.length).toBeGreaterThanOrEqual(15);

      project.remove('dist');
      const frozen = await build(project, bundler, { ...env, CI: '1' });
      expect(frozen.ok).toBe(false);
      expect(frozen.errors[0]?.message).toContain('MISSING_FROZEN');
      expect(imagesOf(project)).toEqual({});
      expect(fal.standIn.requests).toEqual([]);

      await fill(project);
      const { images } = await rebuild(project, bundler, env);
      expect(Object.keys(images)).toHaveLength(15);
      for (const digest of Object.values(images)) expect(sketches).not.toContain(digest);
      expect(fal.standIn.stats.billedImages).toBe(3);
    });

    test('give way to pictures that were generated meanwhile', async () => {
      const project = createProject(fixture());
      configure(project, bundler, { onMissing: "'sketch'" });
      const sketched = await rebuild(project, bundler, env);
      await rebuild(project, bundler, env);
      takeLoads(project);
      const generated = await runBin(project, ['image-prompt', 'generate', '--yes', SPEC], env);
      expect(generated.code).toBe(0);
      const { images } = await rebuild(project, bundler, env);
      expect(takeLoads(project)).toEqual(['square']);
      const kept = Object.values(images).filter((digest) =>
        Object.values(sketched.images).includes(digest),
      );
      expect(kept).toHaveLength(9);
      expect(fal.standIn.stats.billedImages).toBe(1);
    });
  });

  test.each(STYLES[bundler])(
    'sketches in stylesheets, %s, are not published either',
    async (_way, parts) => {
      const project = createProject({
        ...fixture(),
        'src/main.js': "import './style.css';\n",
        'src/style.css': 'body { background: url(./square.image.yaml) }\n',
      });
      configure(project, bundler, {}, parts);
      for (let run = 0; run < 2; run++) {
        await rebuild(project, bundler, { ...env, IMAGE_PROMPT_ON_MISSING: 'sketch' });
      }
      const sketches = Object.values(imagesOf(project));
      expect(sketches).toHaveLength(1);
      takeLoads(project);
      const warm = await rebuild(project, bundler, { ...env, IMAGE_PROMPT_ON_MISSING: 'sketch' });
      expect(Object.values(warm.images)).toEqual(sketches);
      expect(warm.warnings.join()).toContain('1 of 1 picture is a sketch');

      const frozen = await build(project, bundler, { ...env, CI: '1' });
      expect(frozen.ok).toBe(false);
      // webpack also says what became of the stylesheet.
      expect(frozen.errors.map(({ message }) => message).join()).toContain('MISSING_FROZEN');
      const { images } = await rebuild(project, bundler, env);
      expect(Object.values(images)).toHaveLength(1);
      expect(sketches).not.toContain(Object.values(images)[0]);
      expect(fal.standIn.stats.billedImages).toBe(1);
      expect(Object.values((await rebuild(project, bundler, env)).images)).toEqual(
        Object.values(images),
      );
    },
  );
});
