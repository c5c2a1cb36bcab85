/** Runs tasks, at most so many at a time. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** A place among a limited number, taken and left any number of times by the one that has it. */
export interface Place {
  /** Waits for a free place and takes it; at once when it is held already. */
  enter(): Promise<void>;
  leave(): void;
}

/** Makes {@link Place}s of which `count` are held at a time, first come, first served. */
export function createPlaces(count: number): () => Place {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return () => {
    let held = false;
    return {
      async enter() {
        if (held) return;
        if (taken >= count) await new Promise<void>((resolve) => waiting.push(resolve));
        else taken++;
        held = true;
      },
      leave() {
        if (!held) return;
        held = false;
        // Handing the place over, instead of giving it back, lets nobody slip in between.
        const next = waiting.shift();
        if (next) next();
        else taken--;
      },
    };
  };
}

/** Creates a limit of `count` tasks at a time, first come, first served. */
export function createLimit(count: number): Limit {
  const createPlace = createPlaces(count);
  return async (task) => {
    const place = createPlace();
    await place.enter();
    try {
      return await task();
    } finally {
      place.leave();
    }
  };
}
