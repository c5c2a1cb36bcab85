import { statSync } from 'node:fs';

/** How often it is looked whether a spec is there by now. */
const INTERVAL_MS = 300;

/** Waits for specs that content of a dev server names and that do not exist yet. */
export interface SpecWaiter {
  /** @param path absolute */
  waitFor(path: string): void;
  close(): void;
}

/**
 * Creates one. It looks for the files by itself: Nuxt Content has Vite's watcher pass over the folders that they will lie in.
 * @param onThere called when some were created, once for all that came at one time
 */
export function createSpecWaiter(onThere: () => void): SpecWaiter {
  const awaited = new Set<string>();
  let isNew = false;
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const look = (): void => {
    const arrived = [...awaited].filter(isFile);
    for (const path of arrived) awaited.delete(path);
    // Told a look later: whoever writes them may not be done at first sight.
    const isTime = isNew && arrived.length === 0;
    isNew = arrived.length > 0;
    if (!isNew && awaited.size === 0) close();
    if (isTime) onThere();
  };
  return {
    waitFor(path) {
      awaited.add(path);
      timer ??= setInterval(look, INTERVAL_MS).unref();
    },
    close,
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
