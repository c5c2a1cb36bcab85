import type { LockEntry } from './protocol.ts';

/** Tells lock files that nobody keeps alive from those with a heartbeat. */
export interface StaleWatch {
  /** Looks at a file once more; true when it has not changed for long enough. */
  isStale(name: string, entry: LockEntry): boolean;
}

/**
 * Watches lock files by the monotonic clock of this process alone. Clocks of others are never
 * compared with it: their stamps only have to change.
 */
export function createStaleWatch(
  limit: number,
  now: () => number = () => performance.now(),
): StaleWatch {
  const watched = new Map<string, { entry: LockEntry; lookedAt: number; quiet: number }>();
  return {
    isStale(name, entry) {
      const lookedAt = now();
      const before = watched.get(name);
      const changed = before?.entry.stamp !== entry.stamp || before.entry.text !== entry.text;
      if (before === undefined || changed) {
        watched.set(name, { entry, lookedAt, quiet: 0 });
        return false;
      }
      // A closed laptop stops the owner together with us: time without a look counts little.
      const quiet = before.quiet + Math.min(lookedAt - before.lookedAt, limit / 10);
      watched.set(name, { entry, lookedAt, quiet });
      return quiet >= limit;
    },
  };
}
