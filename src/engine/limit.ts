/** Runs tasks, at most so many at a time; a place that falls free is taken at once. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** Creates a limit of `count` tasks at a time, first come, first served. */
export function createLimit(count: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      // Handing the place over, instead of giving it back, lets nobody slip in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
