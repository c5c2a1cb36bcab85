/** An upload that is there. */
export interface Upload {
  url: string;
  /** Milliseconds since 1970 until which the URL may be handed out. */
  until: number;
}

/** Uploads that are there or on their way, by what they hold. In memory only: URLs are perishable. */
export interface UploadMemory {
  /**
   * The URL of an upload, made where there is none. Callers at the same time share one; it is stopped
   * when all of them have gone. A failure is not remembered.
   * @param signal takes this caller out
   */
  get(
    id: string,
    signal: AbortSignal | undefined,
    upload: (signal: AbortSignal) => Promise<Upload>,
  ): Promise<string>;
  /** Drops what is remembered; an upload on its way still ends for those who wait. */
  forget(matches: (id: string) => boolean): void;
}

interface Entry {
  made: Promise<Upload>;
  stop: AbortController;
  waiting: number;
  /** Null while it is on its way. */
  until: number | null;
}

/** @param now milliseconds since 1970 */
export function createUploadMemory(now: () => number): UploadMemory {
  const entries = new Map<string, Entry>();

  function dropExpired(): void {
    for (const [id, { until }] of entries) {
      if (until !== null && until <= now()) entries.delete(id);
    }
  }

  function start(id: string, upload: (signal: AbortSignal) => Promise<Upload>): Entry {
    const stop = new AbortController();
    const entry: Entry = { made: upload(stop.signal), stop, waiting: 0, until: null };
    entries.set(id, entry);
    entry.made.then(
      ({ until }) => {
        entry.until = until;
      },
      // Whoever waits is told, and the last to leave drops it.
      () => {},
    );
    return entry;
  }

  function drop(id: string, entry: Entry): void {
    if (entries.get(id) === entry) entries.delete(id);
  }

  return {
    async get(id, signal, upload) {
      signal?.throwIfAborted();
      dropExpired();
      const entry = entries.get(id) ?? start(id, upload);
      entry.waiting += 1;
      try {
        return (await untilAborted(entry.made, signal)).url;
      } finally {
        entry.waiting -= 1;
        if (entry.waiting === 0 && entry.until === null) {
          // Whoever comes next must not join what is being stopped.
          drop(id, entry);
          entry.stop.abort();
        }
      }
    },
    forget(matches) {
      for (const id of [...entries.keys()]) if (matches(id)) entries.delete(id);
    },
  };
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  let leave = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
