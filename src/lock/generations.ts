import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImagePromptError } from '../errors.ts';
import { createLockFolder, type LockFolder } from './fs.ts';
import { createProcessProbe, type ProcessProbe } from './liveness.ts';
import { describeHolder, parseOwner, serializeOwner } from './owner.ts';
import { giveBack, isHeld, type LockEntry, tryTake } from './protocol.ts';
import { createStaleWatch } from './stale-watch.ts';
import type { AcquireOptions, Lease, Lock } from './types.ts';

/** In milliseconds. */
export interface LockTimings {
  /** Between two looks of a waiter. */
  poll: number;
  /** Between two signs of life of an owner. */
  heartbeat: number;
  /** After which an owner about whom nothing else can be known counts as gone. */
  stale: number;
}

export interface GenerationsLockOptions {
  /** Folder of all locks; made when first needed. */
  dir: string;
  /** What the owner is doing, for those who wait. Never a secret. */
  description?: string;
  timings?: Partial<LockTimings>;
  /** Replaced in tests. */
  probe?: ProcessProbe;
  /** Replaced in tests. */
  openFolder?: (dir: string) => LockFolder;
}

export const DEFAULT_TIMINGS: LockTimings = { poll: 50, heartbeat: 5_000, stale: 60_000 };

const KEY = /^(?:[0-9a-f]{64}|[a-z][a-z0-9-]{0,39})$/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** A lock in a folder that processes, containers and machines may share. See README.md. */
export function createGenerationsLock(options: GenerationsLockOptions): Lock {
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const openFolder = options.openFolder ?? createLockFolder;
  let probing: Promise<ProcessProbe> | undefined;

  async function acquire(key: string, { signal, onWait }: AcquireOptions = {}): Promise<Lease> {
    if (!KEY.test(key) || WINDOWS_DEVICE.test(key)) {
      throw new TypeError(
        `Expected a digest or a short name as the key of a lock, received ${key}`,
      );
    }
    probing ??= options.probe ? Promise.resolve(options.probe) : createProcessProbe();
    const probe = await probing;
    const files = openFolder(join(options.dir, key));
    const watch = createStaleWatch(timings.stale);
    const text = serializeOwner({
      version: 1,
      nonce: randomUUID(),
      ...probe.self,
      since: new Date().toISOString(),
      description: (options.description ?? 'unplugin-image-prompt').slice(0, 256),
    });

    async function isAbandoned(name: string, entry: LockEntry): Promise<boolean> {
      const stale = watch.isStale(name, entry);
      const owner = parseOwner(entry.text);
      const verdict = owner === null ? 'unknown' : await probe.judge(owner);
      return verdict === 'dead' || (verdict === 'unknown' && stale);
    }

    let told: string | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const attempt = await tryTake({ files, text, isAbandoned });
      if (attempt.outcome === 'taken') {
        const lease = createLease(files, attempt.name, text, timings.heartbeat);
        if (!signal?.aborted) {
          await sweepTemps(files, probe);
          return lease;
        }
        await lease.release();
        continue;
      }
      if (attempt.outcome === 'blocked' && told !== attempt.by.text) {
        told = attempt.by.text;
        onWait?.(describeHolder(parseOwner(told)));
      }
      // Spread, so that waiters do not meet again and again.
      const wait = attempt.outcome === 'blocked' ? timings.poll : timings.poll / 10;
      // An abort ends the sleep; the check above then throws its reason.
      await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
    }
  }

  return {
    async acquire(key, acquireOptions) {
      try {
        return await acquire(key, acquireOptions);
      } catch (error) {
        if (!(error instanceof Error && 'syscall' in error)) throw error;
        const message = `The lock folder ${options.dir} cannot be used: ${error.message}`;
        throw new ImagePromptError('STORE_WRITE', message, { cause: error });
      }
    },
  };
}

function createLease(files: LockFolder, name: string, text: string, heartbeat: number): Lease {
  // Unref'd: a lease that nobody gave back must not keep the process alive.
  const beating = setInterval(() => {
    files.touch(name).then(
      (found) => found || clearInterval(beating),
      () => {},
    );
  }, heartbeat).unref();
  let released: Promise<void> | undefined;
  return {
    stillHeld: async () => released === undefined && (await isHeld(files, name, text)),
    release() {
      clearInterval(beating);
      // The work is done and paid for: a lock that cannot be given back must not make it fail.
      released ??= giveBack(files, name, text).catch(() => {});
      return released;
    },
  };
}

/** Removing the temp of somebody alive does no harm: they notice and write another. */
async function sweepTemps(files: LockFolder, probe: ProcessProbe): Promise<void> {
  const isAbandoned = async (text: string): Promise<boolean> => {
    const owner = parseOwner(text);
    return owner === null || (await probe.judge(owner)) === 'dead';
  };
  await files.sweep(isAbandoned).catch(() => {});
}
