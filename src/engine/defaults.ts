import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMemo } from '../fs/memo.ts';
import { replaceFile } from '../fs/publish.ts';
import { rewriteFile } from '../fs/rewrite-file.ts';
import type { ResolvedOptions } from '../options.ts';
import { fal } from '../provider/fal.ts';
import type { Provider } from '../provider/types.ts';
import { listFilesOnDisk, readFileFromDisk } from '../spec/fs.ts';
import { createFsStore } from '../store/fs.ts';
import { createVariantCache } from '../variant/cache.ts';
import { createProcessEncoder } from '../variant/encoder-process.ts';
import { createRenderer } from '../variant/render.ts';
import { TOOL } from '../version.ts';
import { createEngine, type Engine, type EngineDeps } from './engine.ts';
import { createFailpoint } from './failpoint.ts';
import { loadLate } from './load-late.ts';

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
  const memo = openMemo(options.cacheDir);
  const store = createFsStore(options.dir, memo);
  return createEngine(options, {
    store,
    journal: loadLate(['read', 'write', 'update', 'remove', 'bury', 'list', 'keys'], async () => {
      const { createFsJournal } = await import('../journal/fs.ts');
      return createFsJournal(store.stateDir);
    }),
    lock: loadLate(['acquire'], async () => {
      const { createGenerationsLock } = await import('../lock/generations.ts');
      return createGenerationsLock({ dir: join(store.stateDir, 'locks'), description: TOOL });
    }),
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
        rewriteFile({
          target,
          bytes: Buffer.from(text),
          tmpDir: join(store.stateDir, 'tmp'),
          durable: false,
        }),
    },
    memo,
    renderer: createRenderer({
      encoder: createProcessEncoder(env),
      cache: createVariantCache({ cacheDir: options.cacheDir, memo }),
    }),
    prepareSketch: async (recipe, options) => {
      const { prepareSketch } = await import('../provider/sketch/draw.ts');
      return prepareSketch(recipe, options);
    },
    drawSheet: async (sheet) => {
      const { drawSheetPng } = await import('../sheet/sharp.ts');
      return await drawSheetPng(sheet);
    },
    // Beside its target: a project whose pictures are all to come has no store yet.
    writeResult: (target, content) =>
      replaceFile({
        target,
        bytes: typeof content === 'string' ? Buffer.from(content) : content,
        tmpDir: dirname(target),
        durable: false,
      }),
    ...overrides,
  });
}

/** Who makes pictures when the options name nobody. */
export function defaultProvider(): Provider {
  return fal();
}
