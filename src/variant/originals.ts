import type { Lanes } from './lanes.ts';
import { createLanes } from './lanes.ts';
import type { EncodeJob, Encoder, OpenOriginal } from './types.ts';

/** Reads the bytes of an original, checked by its owner. Called only when something must be made. */
export type ReadOriginal = () => Promise<Buffer>;

/** A claim on an original: while one is held, the original is decoded at most once. */
export interface OriginalClaim {
  open(): Promise<OpenOriginal>;
  release(): void;
}

/** Decoded originals, shared by whoever works on the same one at the same time. */
export interface Originals {
  /** @param name what tells originals apart, cut and placeholder included */
  claim(name: string, job: EncodeJob, read: ReadOriginal): OriginalClaim;
}

interface Entry {
  claims: number;
  opening: Promise<OpenOriginal> | undefined;
  close: () => void;
}

/**
 * Creates the shelf of open originals. A decoded one holds up to 25 MB (4K), so no more are open at
 * once than there are lanes; decoding itself takes a lane like an encode.
 */
export function createOriginals({ encoder, lanes }: { encoder: Encoder; lanes: Lanes }): Originals {
  const places = createLanes(lanes.count);
  const entries = new Map<string, Entry>();

  const open = async (entry: Entry, job: EncodeJob, read: ReadOriginal): Promise<OpenOriginal> => {
    const leave = await places.enter(0);
    entry.close = leave;
    const { width, height } = job.crop.picture;
    const original = await lanes.run(width * height, async () => {
      // Tens of megabytes need not pass through this process. What is wrong with the file, its owner knows
      // how to mend, or to tell.
      const known = job.file === undefined ? null : await encoder.open(null, job).catch(() => null);
      return known ?? (await encoder.open(await read(), job));
    });
    entry.close = () => {
      original.close();
      leave();
    };
    return original;
  };

  return {
    claim(name, job, read) {
      const entry = entries.get(name) ?? { claims: 0, opening: undefined, close: () => {} };
      entries.set(name, entry);
      entry.claims++;
      return {
        async open() {
          entry.opening ??= open(entry, job, read);
          return await entry.opening;
        },
        release() {
          entry.claims--;
          if (entry.claims > 0) return;
          entries.delete(name);
          entry.close();
        },
      };
    },
  };
}
