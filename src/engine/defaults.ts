import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFile } from '../fs/publish.ts';
import { createFsJournal } from '../journal/fs.ts';
import { createGenerationsLock } from '../lock/generations.ts';
import type { ResolvedOptions } from '../options.ts';
import { fal } from '../provider/fal.ts';
import { drawSketch } from '../provider/sketch.ts';
import type { Provider } from '../provider/types.ts';
import { listFilesOnDisk, readFileFromDisk } from '../spec/fs.ts';
import { createFsStore } from '../store/fs.ts';
import { createVariantCache } from '../variant/cache.ts';
import { createRenderer } from '../variant/render.ts';
import { createSharpEncoder } from '../variant/sharp.ts';
import { TOOL } from '../version.ts';
import { createEngine, type Engine, type EngineDeps } from './engine.ts';
import { createFailpoint } from './failpoint.ts';

/** Waiting and downloading are free; this bounds memory and open connections. */
const COLLECT_CONCURRENCY = 8;

/**
 * The composition root: the engine on the real disk, the real clock and the real encoder.
 * @param overrides parts that tests replace, such as waits
 */
export function createDefaultEngine(
  options: ResolvedOptions,
  env: Readonly<Record<string, string | undefined>>,
  overrides: Partial<EngineDeps> = {},
): Engine {
  const store = createFsStore(options.dir);
  return createEngine(options, {
    store,
    journal: createFsJournal(store.stateDir),
    lock: createGenerationsLock({ dir: join(store.stateDir, 'locks'), description: TOOL }),
    provider: options.provider,
    tool: TOOL,
    now: () => new Date(),
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal ? { signal } : {});
    },
    // 2 and 4 seconds, a quarter more or less, so that many runs do not return in step.
    retryDelay: (attempt) => 2000 * 2 ** attempt * (0.75 + Math.random() / 2),
    collectConcurrency: COLLECT_CONCURRENCY,
    failpoint: createFailpoint(env),
    specs: {
      read: readFileFromDisk,
      list: listFilesOnDisk,
      write: (target, text) =>
        replaceFile({
          target,
          bytes: Buffer.from(text),
          tmpDir: join(store.stateDir, 'tmp'),
          durable: false,
        }),
    },
    renderer: createRenderer({
      encoder: createSharpEncoder(),
      cache: createVariantCache({ cacheDir: options.cacheDir }),
    }),
    drawSketch: (recipe, badge) => drawSketch(recipe, { badge }),
    ...overrides,
  });
}

/** Who makes pictures when the options name nobody. */
export function defaultProvider(): Provider {
  return fal();
}
