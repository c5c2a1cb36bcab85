import type { Plugin, ResolvedConfig, ViteDevServer } from 'vite';
import { toBundlerError, toWarning } from '../bundler-error.ts';
import { createDevPictures } from '../dev.ts';
import { watchStore } from '../dev-store.ts';
import { parseId } from '../ids.ts';
import { assertRequest, writeModule } from '../load-module.ts';
import { assertNoneIn } from '../public-dir.ts';
import { describeRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import type { ReferenceStyle } from './emit.ts';
import { createRollupHooks } from './rollup.ts';

/** Hooks of Vite: those of Rollup for builds, a middleware that encodes on request for dev. */
export function createViteHooks(session: Session): Partial<Plugin> {
  let config: ResolvedConfig | null = null;
  let server: ViteDevServer | null = null;
  let watching = false;
  const dev = createDevPictures();
  const hooks = createRollupHooks(session, () => referenceStyleOf(config)) as Partial<Plugin> & {
    load: { handler: (this: unknown, id: string, options?: unknown) => unknown };
  };
  const loadForBuild = hooks.load.handler;

  return {
    ...hooks,

    configResolved(resolved) {
      config = resolved;
      const command = resolved.build.watch ? 'watch' : 'build';
      session.start({
        root: resolved.root,
        command: resolved.command === 'serve' ? 'serve' : command,
      });
    },

    async buildStart() {
      session.restart();
      if (config?.command === 'build' && config.publicDir) await assertNoneIn(config.publicDir);
    },

    configureServer(started) {
      server = started;
      watching = false;
      started.middlewares.use(dev.middleware);
    },

    load: {
      order: 'pre',
      async handler(id, options) {
        if (session.command !== 'serve') {
          return (await loadForBuild.call(this, id, options)) as { code: string } | null;
        }
        const request = parseId(id);
        if (!request) return null;
        try {
          assertRequest(request);
          await watchStoreOnce();
          const built = await session.build(request.file, { encode: false });
          for (const file of built.dependencies) this.addWatchFile(file);
          for (const warning of built.warnings) this.warn(toWarning(warning, request.file));
          const base = `${config?.server.origin ?? ''}${config?.base ?? '/'}`;
          const code = writeModule(request, built, built.plan.variants, dev.urlOf(built, base));
          return { code, map: { mappings: '' } };
        } catch (error) {
          for (const file of session.dependenciesOf(request.file)) this.addWatchFile(file);
          throw toBundlerError(error, request.file, session.root);
        }
      },
    },

    async closeBundle() {
      const text = session.command === 'serve' ? null : await describeRun(session);
      if (text) config?.logger.info(text);
    },
  };

  /** With the first picture, since only then options are read. */
  async function watchStoreOnce(): Promise<void> {
    if (watching || server === null) return;
    watching = true;
    const { dir } = await session.options();
    watchStore(server, session, dir);
  }
}

/** Whether this Vite resolves `ROLLUP_FILE_URL` against `base` (8.3 on) or needs its placeholder. */
function referenceStyleOf(config: ResolvedConfig | null): ReferenceStyle {
  const resolves = config?.plugins.some(
    (plugin) => plugin.name === 'vite:asset' && 'resolveFileUrl' in plugin,
  );
  return resolves ? 'rollup' : 'vite-placeholder';
}
