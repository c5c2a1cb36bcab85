import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Compilation, Compiler } from 'webpack';
import { PLUGIN_NAME } from '../bundler-error.ts';
import { identifyCache } from '../cache-identity.ts';
import { devPicturesOf } from '../dev.ts';
import { MARK, parseId } from '../ids.ts';
import { createPictureStates } from '../picture-states.ts';
import { finishRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import { markChanged, separateCaches } from './webpack-cache.ts';
import { checkCompilation, readModules, type SeenModules } from './webpack-check.ts';
import { serveFrom } from './webpack-dev.ts';
import { loadSpec } from './webpack-load.ts';
import { rewriteReferences } from './webpack-references.ts';
import { excludeSpecs, type Rule } from './webpack-rules.ts';
import { beginRun, endWithCompiler } from './webpack-serving.ts';
import type { AnyCompiler, WebpackWork } from './webpack-types.ts';

/** What Rsbuild knows better than its compiler. */
export interface FrameworkHints {
  /** Whether this is its dev server, whose middlewares are its own. */
  serves: boolean;
}

/** The part of unplugin's context that a loader of the webpack family gets. */
interface UnpluginContext {
  addWatchFile(file: string): void;
  warn(message: string): void;
  getNativeBuildContext?(): unknown;
}

/** The plugin's side of webpack and Rspack. */
export interface WebpackHost {
  apply(compiler: AnyCompiler, hints?: FrameworkHints): void;
  load(context: UnpluginContext, id: string): Promise<{ code: string; map: null } | null>;
  dev: WebpackWork['dev'];
}

/** Creates the host for one plugin instance. */
export function createWebpackHost(session: Session): WebpackHost {
  const work: WebpackWork = {
    session,
    states: createPictureStates(session),
    dev: devPicturesOf(session),
    compilers: new Set(),
    pathless: new WeakSet(),
    failed: new Set(),
    assetsByRules: false,
  };

  return {
    dev: work.dev,

    apply(given, hints) {
      // The same interface, as far as we go.
      const compiler = given as Compiler;
      const env = process.env;
      const asked = env['WEBPACK_SERVE'] === 'true' || env['RSPACK_SERVE'] === 'true';
      const serves = hints?.serves ?? (asked || Boolean(compiler.options.devServer));
      // A site may have said already where it is.
      if (hints?.serves) session.start({ root: compiler.context, command: 'serve' });
      else if (session.root !== compiler.context)
        session.start({ root: compiler.context, command: 'build' });
      const { root } = session;
      // A command line that serves must not take turns with one that watches at the same files.
      const identity = `${identifyCache(session, { root, serves, env })}${asked ? '-asked' : ''}`;
      work.states = createPictureStates(session, identity);
      work.compilers.add(compiler);
      if (hints) {
        work.assetsByRules = true;
        // Behind the user's rules, which may inline images or read every file as text.
        compiler.options.module.rules.push(ASSETS_ARE_FILES);
      }

      separateCaches(compiler, identity);
      for (const rule of compiler.options.module.rules) excludeSpecs(rule as Rule);
      notePublicPath(compiler, work);
      rewriteReferences(compiler, work);
      if (!hints) {
        const onServe = (): void => session.start({ root, command: 'serve' });
        serveFrom(compiler, work.dev.middleware, { asked, onServe });
      }
      compiler.hooks.beforeRun.tapPromise(PLUGIN_NAME, () => prepare(compiler, 'build'));
      compiler.hooks.watchRun.tapPromise(PLUGIN_NAME, () => prepare(compiler, 'watch'));
      checkOutputs(compiler, work);
      endWithCompiler(session, compiler);
    },

    async load(context, id) {
      const request = parseId(id);
      if (!request) return null;
      const native = context.getNativeBuildContext?.() as { compiler?: Compiler } | undefined;
      const loading = {
        compiler: native?.compiler,
        watch: (file: string) => context.addWatchFile(file),
        warn: (message: string) => context.warn(message),
      };
      return { code: await loadSpec(work, loading, request), map: null };
    },
  };

  async function prepare(compiler: Compiler, command: 'build' | 'watch'): Promise<void> {
    beginRun(session, compiler, command);
    session.restart();
    // A broken configuration is told where a picture needs it.
    markChanged(compiler, await work.states.refresh());
  }
}

const ASSETS_ARE_FILES: Rule = {
  resourceQuery: new RegExp(`^\\?url&${MARK}$`),
  type: 'asset/resource',
};

/** Before defaults are applied one can still see whether somebody chose a public path. */
function notePublicPath(compiler: Compiler, { pathless }: WebpackWork): void {
  const { publicPath } = compiler.options.output;
  if (publicPath !== undefined && publicPath !== 'auto') return;
  compiler.hooks.compile.tap(PLUGIN_NAME, () => {
    // Webpack has `platform` from 5.92 on; presets say the same for the targets that count here.
    const { node, web, electron } = (compiler.platform ??
      compiler.options.externalsPresets) as Record<string, boolean | null | undefined>;
    if (node && !web && !electron) pathless.add(compiler);
  });
}

function checkOutputs(compiler: Compiler, work: WebpackWork): void {
  const { session } = work;
  const withheld = new WeakSet<Compilation>();
  compiler.hooks.thisCompilation.tap(PLUGIN_NAME, (compilation) => {
    let seen: SeenModules = { specs: [], files: new Set() };
    compilation.hooks.finishModules.tapPromise(PLUGIN_NAME, async (modules) => {
      seen = readModules(compilation, modules);
      if (seen.specs.length > 0 && compiler.watchMode) await watchStore(compilation, session);
    });
    const stage = compiler.webpack.Compilation.PROCESS_ASSETS_STAGE_REPORT;
    compilation.hooks.processAssets.tapPromise({ name: PLUGIN_NAME, stage }, async () => {
      if (!(await checkCompilation(compiler, compilation, work, seen))) withheld.add(compilation);
    });
  });
  compiler.hooks.shouldEmit.tap(PLUGIN_NAME, (compilation) =>
    withheld.has(compilation) ? false : undefined,
  );
  compiler.hooks.done.tapPromise(PLUGIN_NAME, async (stats) => {
    const text = stats.hasErrors() || session.command === 'serve' ? null : await finishRun(session);
    if (text) compiler.getInfrastructureLogger(PLUGIN_NAME).info(text);
  });
}

/** Starts a compilation when a picture comes or goes; those that it changes are loaded again. */
async function watchStore(compilation: Compilation, session: Session): Promise<void> {
  const options = await session.options().catch(() => null);
  if (!options) return;
  const originals = join(options.dir, 'originals');
  // A folder to be watched that is not there counts as one that was removed: one more compilation at once,
  // and an edit of that moment is lost with it.
  const there = existsSync(originals);
  (there ? compilation.contextDependencies : compilation.missingDependencies).add(originals);
}
