import { type Stats, unwatchFile, watchFile } from 'node:fs';

/** How often it is asked whether a spec is there by now. */
const INTERVAL_MS = 500;
/** Whoever writes it may not be done at first sight. */
const PAUSE_MS = 250;

/** Waits for specs that content of a dev server names and that do not exist yet. */
export interface SpecWaiter {
  /** @param path absolute */
  waitFor(path: string): void;
  close(): void;
}

/**
 * Creates one. It asks for each file by itself: Nuxt Content has Vite's watcher pass over the folders that they will lie in.
 * @param onThere called whenever one was created
 */
export function createSpecWaiter(onThere: () => void): SpecWaiter {
  const waits = new Map<string, (now: Stats) => void>();
  const stop = (path: string): void => {
    unwatchFile(path, waits.get(path));
    waits.delete(path);
  };
  return {
    waitFor(path) {
      if (waits.has(path)) return;
      const look = (now: Stats): void => {
        if (!now.isFile()) return;
        stop(path);
        setTimeout(onThere, PAUSE_MS).unref();
      };
      waits.set(path, look);
      watchFile(path, { interval: INTERVAL_MS, persistent: false }, look);
    },
    close() {
      for (const path of [...waits.keys()]) stop(path);
    },
  };
}
