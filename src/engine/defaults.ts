import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { createEngine, type Engine } from './engine.ts';

/** The composition root: the engine on the real disk, the real clock and the real encoder. */
export function createDefaultEngine(options: ResolvedOptions): Engine {
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
    failpoint: () => {},
    specs: { read: readFileFromDisk, list: listFilesOnDisk },
    renderer: createRenderer({
      encoder: createSharpEncoder(),
      cache: createVariantCache({ cacheDir: options.cacheDir }),
    }),
    drawSketch: (recipe, badge) => drawSketch(recipe, { badge }),
  });
}

/** Who makes pictures when the options name nobody. */
export function defaultProvider(): Provider {
  return fal();
}
