import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Compilation, Compiler, WebpackError } from 'webpack';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { ImagePromptError } from '../../errors.ts';
import type { Variant } from '../../variant/types.ts';
import { VERSION } from '../../version.ts';
import { PLUGIN_NAME, toBundlerError } from '../bundler-error.ts';
import { SPEC_ID } from '../ids.ts';
import { assetName, type UrlOf } from '../load-module.ts';
import { checkOutput, textOf } from '../output.ts';
import { describeRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import { excludeSpecs } from './webpack-rules.ts';

/** The plugin's side of webpack. */
export interface WebpackHost {
  apply(compiler: Compiler): void;
  /** URLs of variants: webpack's own asset modules over the files of the cache. */
  urlOf(built: BuiltPicture, variants: readonly Variant[]): UrlOf<Variant>;
}

/** Creates the host for one plugin instance. */
export function createWebpackHost(session: Session): WebpackHost {
  const compilers = new Set<Compiler>();
  const withheld = new WeakSet<Compilation>();
  return {
    apply(compiler) {
      compilers.add(compiler);
      const serves = process.env['WEBPACK_SERVE'] === 'true';
      session.start({ root: compiler.context, command: serves ? 'serve' : 'build' });
      separateCaches(compiler, session);
      for (const rule of compiler.options.module.rules) excludeSpecs(rule);
      refuseFileReferences(compiler);
      compiler.hooks.watchRun.tap(PLUGIN_NAME, () => {
        if (session.command === 'build') session.start({ root: session.root, command: 'watch' });
      });
      compiler.hooks.compile.tap(PLUGIN_NAME, () => session.restart());
      compiler.hooks.thisCompilation.tap(PLUGIN_NAME, (compilation) => {
        const stage = compiler.webpack.Compilation.PROCESS_ASSETS_STAGE_REPORT;
        compilation.hooks.processAssets.tapPromise({ name: PLUGIN_NAME, stage }, async () => {
          const files = compilation.getAssets().map(({ name, source, info }) => ({
            name,
            text: textOf(name, source.source()),
            origins: info.sourceFilename === undefined ? [] : [info.sourceFilename],
          }));
          const warn = (message: string): void => {
            compilation.warnings.push(new compiler.webpack.WebpackError(message));
          };
          await checkOutput(session, files, warn).catch((error: unknown) => {
            // A thrown error would end watch mode for good; this one only keeps the files back.
            compilation.errors.push(toBundlerError(error) as WebpackError);
            withheld.add(compilation);
          });
        });
      });
      compiler.hooks.shouldEmit.tap(PLUGIN_NAME, (compilation) =>
        withheld.has(compilation) ? false : undefined,
      );
      compiler.hooks.done.tapPromise(PLUGIN_NAME, async (stats) => {
        const text = stats.hasErrors() ? null : await describeRun(session);
        if (text) compiler.getInfrastructureLogger(PLUGIN_NAME).info(text);
      });
    },

    urlOf(built, variants) {
      // webpack remembers that a file was missing; these may just have been encoded.
      const paths = variants.map((variant) => variant.path);
      for (const compiler of compilers) compiler.inputFileSystem?.purge?.(paths);
      return (variant) => {
        const name = `u${variants.indexOf(variant)}`;
        // An inline match resource sets name and type and switches every loader of the user off.
        // https://webpack.js.org/api/loaders/#inline-matchresource
        const path = variant.path.replaceAll('#', '\0#');
        const resource = `${assetName(built, variant)}.webpack[asset/resource]!=!!!${path}`;
        return { expression: name, import: `import ${name} from ${JSON.stringify(resource)}` };
      };
    },
  };
}

/** `new URL('./hero.image.yaml', import.meta.url)` would become the URL of `[object Module]`. */
function refuseFileReferences(compiler: Compiler): void {
  compiler.hooks.normalModuleFactory.tap(PLUGIN_NAME, (factory) => {
    factory.hooks.beforeResolve.tap(PLUGIN_NAME, ({ request, contextInfo, dependencies }) => {
      if (dependencies[0]?.category !== 'url' || !SPEC_ID.test(request)) return;
      const issuer = relative(compiler.context, contextInfo.issuer).replaceAll('\\', '/');
      throw toBundlerError(
        new ImagePromptError('LEAK_RAW', `${issuer} refers to ${request} as a file.`, {
          hint: 'Import its URL instead: `import url from "./hero.image.yaml?url"`.',
        }),
        contextInfo.issuer,
      );
    });
  });
}

/** A persistent cache knows nothing of plugin options; its version has to. */
function separateCaches(compiler: Compiler, session: Session): void {
  const { cache } = compiler.options;
  if (typeof cache !== 'object' || cache.type !== 'filesystem') return;
  const identity = createHash('sha256').update(`${VERSION}\n${session.identity()}`).digest('hex');
  cache.version = `${cache.version ?? ''}|${PLUGIN_NAME}@${identity.slice(0, 16)}`;
}
