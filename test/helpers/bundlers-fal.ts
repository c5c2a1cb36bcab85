import { afterAll, beforeAll } from 'vitest';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';

/** Looked for in outputs and logs, where it must never be. */
export const KEY = 'marked-key-id:marked-key-secret-5f1d';

/** What pays in the tests of one file. */
export interface TestService {
  readonly standIn: FalStandIn;
  /** Leads a process to the stand-in, with a key that it takes; filled when the tests begin. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the stand-in for fal.ai while the tests of a file run; call it before every other hook. */
export function useFal(): TestService {
  let running: FalStandIn | undefined;
  const env: Record<string, string> = {};
  beforeAll(async () => {
    running = await startFalStandIn({ keys: [KEY] });
    Object.assign(env, { FAL_KEY: KEY, IMAGE_PROMPT_FAL_BASE_URL: running.baseUrl });
  });
  afterAll(() => running?.close());
  return {
    env,
    get standIn() {
      if (!running) throw new Error('The stand-in runs while tests and their hooks do.');
      return running;
    },
  };
}
