import { setTimeout as wait } from 'node:timers/promises';
import type { ImagePromptError } from '../errors.ts';

/** Clock and dice of waits between tries and of what expires; tests bring their own. */
export interface RetryTools {
  /** Ends early, without an error, when the signal fires. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  random: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** One try: its value, or its error and whether another try may do better. */
export type Try<T> = { value: T } | { error: ImagePromptError; again: boolean };

export const RETRY_TOOLS: RetryTools = {
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
  random: Math.random,
  now: Date.now,
};

const TRIES = 4;
const FIRST_WAIT = 500;

/**
 * Tries up to four times, about 0.5, 1 and 2 seconds apart (± 25 %, so that many builds do not come
 * back at once). Only for calls that are free to repeat.
 * @throws ImagePromptError the error of the last try
 */
export async function tryRepeatedly<T>(
  attempt: () => Promise<Try<T>>,
  { tools, signal }: { tools: RetryTools; signal?: AbortSignal | undefined },
): Promise<T> {
  for (let count = 0; ; count += 1) {
    const tried = await attempt();
    if ('value' in tried) return tried.value;
    if (!tried.again || count + 1 >= TRIES || signal?.aborted) throw tried.error;
    await tools.sleep(FIRST_WAIT * 2 ** count * (0.75 + tools.random() / 2), signal);
    if (signal?.aborted) throw tried.error;
  }
}
