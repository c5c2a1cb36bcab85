import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** Records of one `generate` come one after the other: wait for a pause. */
const PAUSE_MS = 100;
/** While nothing can be watched, whatever the reason. */
const RETRY_MS = 2000;

/** The part of `watch` of Node that is used here. */
export type WatchFolder = (
  path: string,
  options: { persistent: false },
  notice: (event: string, name: string | null) => void,
) => FSWatcher;

/** A folder that is watched. */
interface Watched {
  path: string;
  identity: string;
  watcher: FSWatcher;
}

/**
 * Calls back when originals come or go. Watch modes of bundlers follow files alone, and what a dev server
 * is told to watch it follows only when it has looked at it once; this does as soon as the system does.
 * Nothing is made for it: as long as there is no store, the nearest folder on the way to it is watched.
 * @param dir absolute path of the store
 * @param watchFolder what watches one folder
 * @returns what ends it
 */
export function watchOriginals(
  dir: string,
  onChange: () => void,
  watchFolder: WatchFolder = watch,
): () => void {
  const originals = join(dir, 'originals');
  let watched: Watched | null = null;
  let pause: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;

  const unfollow = (): void => {
    watched?.watcher.close();
    watched = null;
  };

  const tryAgain = (): void => {
    clearTimeout(retry);
    retry = setTimeout(look, RETRY_MS).unref();
  };

  /** Watches the first folder on the way up that is there and can be watched. */
  const follow = (): void => {
    for (const path of pathUp(originals)) {
      const identity = identify(path);
      if (identity === null) continue;
      if (path === watched?.path && identity === watched.identity) return;
      unfollow();
      watched = open(path, identity);
      if (watched) break;
      // One above tells nothing of what happens in this one.
      tryAgain();
    }
    if (!watched) tryAgain();
  };

  /** Null when the folder has just gone, or the system watches as much as it can. */
  const open = (path: string, identity: string): Watched | null => {
    try {
      // It must not keep a process alive that its bundler has finished with.
      const watcher = watchFolder(path, { persistent: false }, (_event, name) => {
        // Files that writers leave for a moment. Above, names of folders may begin with a dot.
        if (path === originals && name?.startsWith('.')) return;
        look();
      });
      watcher.on('error', () => {
        if (watched?.watcher !== watcher) return;
        unfollow();
        tryAgain();
      });
      return { path, identity, watcher };
    } catch {
      return null;
    }
  };

  const look = (): void => {
    const before = watched?.path;
    descend();
    if (before !== originals && watched?.path !== originals) return;
    clearTimeout(pause);
    pause = setTimeout(onChange, PAUSE_MS).unref();
  };

  /** What is below a folder may have been made just before that was watched: until nothing nearer is found. */
  const descend = (): void => {
    let before: string | undefined;
    do {
      before = watched?.path;
      follow();
    } while (watched !== null && watched.path !== before);
  };

  descend();
  return () => {
    clearTimeout(pause);
    clearTimeout(retry);
    unfollow();
  };
}

/** A path and every folder above it, the nearest first. */
function pathUp(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...pathUp(above)];
}

/** Changes when a folder is removed and made again: systems use the number of its inode once more. */
function identify(path: string): string | null {
  try {
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return null;
  }
}
