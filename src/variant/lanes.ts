import { availableParallelism } from 'node:os';

/** A bound on work in flight, shared by everything that encodes in the process. */
export interface Lanes {
  /** How many tasks run at once. */
  readonly count: number;
  /** Waits for a place and takes it. Of those that wait, the largest that fits goes first. */
  enter(pixels: number): Promise<() => void>;
  /** Runs a task in a place of its own. */
  run<T>(pixels: number, task: () => Promise<T>): Promise<T>;
}

// An AVIF encode holds about 29 bytes a pixel (4:2:0, effort 3): 12 megapixels on two lanes are one
// 4K picture and one at 2560 x 1440, about 350 MB.
const PIXELS_PER_LANE = 6_000_000;

/**
 * Creates lanes. What is large goes first, so that no core idles behind a big one at the end, and
 * pixels in flight are bounded as well as tasks, since memory follows pixels.
 * @param count default: the cores of the machine
 */
export function createLanes(count: number = availableParallelism()): Lanes {
  const budget = count * PIXELS_PER_LANE;
  const waiting: { pixels: number; start: () => void }[] = [];
  let tasks = 0;
  let inFlight = 0;

  const admit = (): void => {
    while (tasks < count) {
      // One that is larger than the whole budget runs alone.
      const fits = waiting.findIndex(({ pixels }) => tasks === 0 || inFlight + pixels <= budget);
      if (fits === -1) return;
      const [next] = waiting.splice(fits, 1);
      tasks++;
      inFlight += next!.pixels;
      next!.start();
    }
  };

  const enter = (pixels: number): Promise<() => void> =>
    new Promise((resolve) => {
      const start = (): void =>
        resolve(() => {
          tasks--;
          inFlight -= pixels;
          admit();
        });
      const smaller = waiting.findIndex((other) => other.pixels < pixels);
      waiting.splice(smaller === -1 ? waiting.length : smaller, 0, { pixels, start });
      admit();
    });

  return {
    count,
    enter,
    async run(pixels, task) {
      const leave = await enter(pixels);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
