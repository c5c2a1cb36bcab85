const IN_FLIGHT: symbol = Symbol.for('unplugin-image-prompt/in-flight');

/**
 * Runs work once for all callers who ask for the same key before it is done, also for those in
 * another copy of this package (ESM next to a bundled one, client next to SSR). Nothing is
 * remembered afterwards, neither results nor errors.
 *
 * @param key - Names the work within the process: the folder of the store and the key of the lock.
 */
export function singleFlight<T>(key: string, work: () => Promise<T>): Promise<T> {
  const inFlight = sharedMap();
  // Whoever uses one key for works of two types has a bug that no type can show.
  const running = inFlight.get(key) as Promise<T> | undefined;
  if (running !== undefined) return running;
  const started = Promise.resolve().then(work);
  inFlight.set(key, started);
  const forget = (): boolean => inFlight.delete(key);
  started.then(forget, forget);
  return started;
}

/** Copies of other releases share it: its shape must stay as it is. */
function sharedMap(): Map<string, Promise<unknown>> {
  const holder = globalThis as unknown as Record<symbol, Map<string, Promise<unknown>> | undefined>;
  holder[IN_FLIGHT] ??= new Map();
  return holder[IN_FLIGHT];
}
