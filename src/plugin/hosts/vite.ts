import type { Plugin, ResolvedConfig, ViteDevServer } from 'vite';
import { loadLate } from '../../engine/load-late.ts';
import { PLUGIN_NAME, toBundlerError, toWarning } from '../bundler-error.ts';
import { devPicturesOf } from '../dev.ts';
import { createDevFollower, type DevFollower } from '../dev-follow.ts';
import type { DevKeys } from '../dev-keys.ts';
import { parseId, SPEC_ID } from '../ids.ts';
import { assertRequest, writeModule } from '../load-module.ts';
import type { BundleFile } from '../output.ts';
import { assertNoneIn } from '../public-dir.ts';
import { finishRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import type { ReferenceStyle } from './emit.ts';
import { createRollupHooks } from './rollup.ts';
import { assertReplaced, describeLibrary, registerInWorkers, watchStates } from './vite-build.ts';
import type { ViteHost } from './vite-host.ts';
import { createVitePages } from './vite-html.ts';
import { MAY_CONCERN, transformModule } from './vite-transform.ts';
import { transformVueTemplates } from './vite-vue.ts';

type Bundle = Readonly<Record<string, BundleFile>>;

/** What a site that is built by Vite adds. */
export interface ViteExtension {
  /** Absolute path of the project, where the store lies; Vite's root when it returns nothing. */
  findProject?: ((config: ResolvedConfig) => string) | undefined;
  /** What URLs begin with in dev, where the site serves below a base that Vite does not know. */
  devBase?: (() => string) | undefined;
  /** Told each spec whose picture has changed in dev, other than by an edit of the spec itself. */
  onChange?: ((spec: string) => void) | undefined;
  /** Whether the site tells at its end what was made: pages may need pictures after the bundler is done. @default false */
  reports?: boolean | undefined;
  /** Given what follows specs that no module names. */
  takeFollower?: ((follower: DevFollower) => void) | undefined;
}

/**
 * Hooks of Vite: those of Rollup for builds, a middleware that encodes on request for dev.
 * @param extension of a site that uses the same session outside of modules
 */
export function createViteHooks(session: Session, extension: ViteExtension = {}): Partial<Plugin> {
  let config: ResolvedConfig | null = null;
  const dev = devPicturesOf(session);
  let server: ViteDevServer | null = null;
  const follower = createDevFollower(session, (spec) => {
    pages.reload([spec]);
    extension.onChange?.(spec);
  });
  extension.takeFollower?.(follower);
  const hooks = createRollupHooks(session, () => referenceStyleOf(config)) as Partial<Plugin> & {
    load: { handler: (this: unknown, id: string, options?: unknown) => unknown };
    generateBundle: { handler: (this: unknown, options: unknown, bundle: Bundle) => unknown };
  };
  const loadForBuild = hooks.load.handler;
  const host: ViteHost = {
    session,
    dev,
    config: () => config!,
    server: () => (session.command === 'serve' ? server : null),
    follower,
  };
  const pages = createVitePages(host);

  return {
    ...hooks,
    // Loaded late, like all that only a dev server, a page or a failure needs: a build without a spec in it
    // would take longer to load the rest than to run.
    api: loadLate<DevKeys>(['show', 'generate'], async () => {
      const { createDevKeys } = await import('../dev-keys.ts');
      return createDevKeys(session);
    }),

    config: () =>
      registerInWorkers(() => ({
        name: PLUGIN_NAME,
        enforce: 'pre',
        ...createViteHooks(session, { ...extension, onChange: undefined, takeFollower: undefined }),
        config: undefined,
      })),

    async configResolved(resolved) {
      config = resolved;
      if (!('rolldownOptions' in resolved.build)) watchStates(resolved);
      const command = resolved.build.watch ? 'watch' : 'build';
      session.start({
        root: extension.findProject?.(resolved) ?? resolved.root,
        command: resolved.command === 'serve' ? 'serve' : command,
      });
      await transformVueTemplates(resolved);
    },

    async buildStart() {
      session.restart();
      if (config?.command === 'build' && config.publicDir) await assertNoneIn(config.publicDir);
    },

    async configureServer(started) {
      server = started;
      session.warm();
      follower.attach(started);
      const { addDevKeys } = await import('../dev-keys.ts');
      addDevKeys(started);
      started.middlewares.use(dev.middleware);
      started.watcher.on('all', (_event, file) => pages.reload([file]));
    },

    watchChange(file, { event }) {
      if (session.command === 'serve') follower.see(file, event);
    },

    load: {
      order: 'pre',
      filter: { id: SPEC_ID },
      async handler(id, options) {
        if (session.command !== 'serve') {
          return (await loadForBuild.call(this, id, options)) as { code: string } | null;
        }
        const request = parseId(id);
        if (!request) return null;
        try {
          assertRequest(request);
          const built = await session.build(request, { encode: false });
          for (const warning of built.warnings) this.warn(toWarning(warning, request.file));
          for (const text of session.takeWarnings()) this.warn(text);
          const below = extension.devBase?.() ?? config?.base ?? '/';
          const base = `${config?.server.origin ?? ''}${below}`;
          const urlOf = await dev.urlOf(request, built, base);
          const code = writeModule(request, built, built.plan.variants, urlOf);
          return { code, map: { mappings: '' } };
        } catch (error) {
          throw toBundlerError(error, request.file, session.root);
        } finally {
          for (const file of follower.follow(request.file)) this.addWatchFile(file);
          // A broken configuration is told above.
          await follower.followStore().catch(() => {});
        }
      },
    },

    transformIndexHtml: pages.hook,

    transform: {
      // Older releases of Vite call the handler for every module.
      filter: { code: MAY_CONCERN },
      async handler(code, id) {
        return await transformModule(host, pages, this, code, id);
      },
    },

    generateBundle: {
      order: 'post',
      async handler(options, bundle) {
        assertReplaced(bundle);
        const warning = config && session.pictures.size > 0 ? describeLibrary(config) : null;
        if (warning !== null) this.warn(warning);
        await pages.finish(bundle);
        try {
          await hooks.generateBundle.handler.call(this, options, bundle);
        } catch (error) {
          const { explainLeak } = await import('../explain-leak.ts');
          throw await explainLeak(error, this.getModuleIds(), session.root);
        }
      },
    },

    async closeBundle() {
      // The end of a dev server.
      if (session.command === 'serve') return await session.close();
      if (extension.reports) return;
      const text = config?.isWorker ? null : await finishRun(session);
      if (text) config?.logger.info(text);
    },
  };
}

/** Whether this Vite resolves `ROLLUP_FILE_URL` against `base` (8.3 on) or needs its placeholder. */
function referenceStyleOf(config: ResolvedConfig | null): ReferenceStyle {
  const resolves = config?.plugins.some(
    (plugin) => plugin.name === 'vite:asset' && 'resolveFileUrl' in plugin,
  );
  return resolves ? 'rollup' : 'vite-placeholder';
}
