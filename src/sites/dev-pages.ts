import type { ViteDevServer } from 'vite';
import type { DevFollower } from '../plugin/dev-follow.ts';

/** What shows a spec outside of modules: a page by the path of its source, or the configuration of the site. */
export type Shower = string | typeof THEME;

/** Stands for the configuration of the site, which all pages show. */
export const THEME: unique symbol = Symbol('theme');

/** Reloads what shows a spec outside of modules, when that changes. */
export interface DevPages {
  attach(server: ViteDevServer): void;
  takeFollower(follower: DevFollower): void;
  /** Notes that a spec is shown, after it was resolved or failed to be. */
  note(spec: string, dependencies: readonly string[], shower: Shower): Promise<void>;
  /** A picture has changed, although its spec has not. */
  change(spec: string): void;
}

/** Saves come in pairs, and the engine has to hear of them first. */
const PAUSE_MS = 60;
const SITE_DATA = ['@siteData', '/@siteData'];

/**
 * Creates the follower of one dev server.
 * @param refresh resolves the configuration of the site anew
 */
export function createDevPages(refresh: () => Promise<void>): DevPages {
  let server: ViteDevServer | null = null;
  let follower: DevFollower | null = null;
  let pause: NodeJS.Timeout | undefined;
  const due = new Set<Shower>();
  const dependencies = new Map<string, readonly string[]>();
  const showers = new Map<string, Set<Shower>>();

  const reload = async (): Promise<void> => {
    const current = [...due];
    due.clear();
    if (server === null || current.length === 0) return;
    const { moduleGraph } = server;
    if (current.includes(THEME)) await refresh();
    const modules = current.flatMap((shower) =>
      typeof shower === 'string'
        ? [...(moduleGraph.getModulesByFile(shower) ?? [])]
        : SITE_DATA.map((id) => moduleGraph.getModuleById(id)),
    );
    for (const module of modules) if (module) moduleGraph.invalidateModule(module);
    server.ws.send({ type: 'full-reload', path: '*' });
  };

  const schedule = (spec: string): void => {
    for (const shower of showers.get(spec) ?? []) due.add(shower);
    clearTimeout(pause);
    pause = setTimeout(() => {
      reload().catch((error: unknown) => server?.config.logger.error(String(error)));
    }, PAUSE_MS);
  };

  return {
    attach(started) {
      server = started;
      for (const files of dependencies.values()) server.watcher.add([...files]);
      server.watcher.on('all', (_event, path) => {
        const file = path.replaceAll('\\', '/');
        for (const [spec, files] of dependencies) {
          if (files.some((one) => one.replaceAll('\\', '/') === file)) schedule(spec);
        }
      });
    },
    takeFollower(given) {
      follower = given;
    },
    async note(spec, files, shower) {
      dependencies.set(spec, [spec, ...files]);
      showers.set(spec, (showers.get(spec) ?? new Set()).add(shower));
      server?.watcher.add([spec, ...(follower?.follow(spec) ?? [])]);
      // A broken configuration is told elsewhere.
      await follower?.followStore().catch(() => {});
    },
    change: schedule,
  };
}
