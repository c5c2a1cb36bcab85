import { join, sep } from 'node:path';
import type { ViteDevServer } from 'vite';
import type { Session } from './session.ts';

/** Records of one `generate` come one after the other: wait for a pause. */
const PAUSE_MS = 100;

/**
 * Shows pictures that are generated, pulled or removed while the dev server runs: the modules of
 * those that are now cut from another original are reloaded, all others are left alone.
 * @param dir absolute path of the store
 */
export function watchStore(server: ViteDevServer, session: Session, dir: string): void {
  const originals = join(dir, 'originals') + sep;
  let pause: NodeJS.Timeout | undefined;
  let work = Promise.resolve();

  const reload = async (file: string): Promise<void> => {
    for (const environment of Object.values(server.environments)) {
      for (const module of environment.moduleGraph.getModulesByFile(file) ?? []) {
        await environment.reloadModule(module);
      }
    }
  };

  const refresh = async (): Promise<void> => {
    session.restart();
    for (const [file, before] of [...session.pictures]) {
      // What is wrong with a spec is told when its module is loaded.
      const after = await session.build(file, { encode: false }).catch(() => null);
      if (after?.source !== before.source) await reload(file);
    }
  };

  // The store may lie outside the root.
  server.watcher.add(originals);
  server.watcher.on('all', (_event, path) => {
    // A record makes an original exist.
    if (!path.startsWith(originals) || !path.endsWith('.json')) return;
    clearTimeout(pause);
    pause = setTimeout(() => {
      work = work.then(refresh).catch((error: unknown) => {
        server.config.logger.error(`image-prompt: ${String(error)}`);
      });
    }, PAUSE_MS);
  });
}
