import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLockFolder } from '../../src/lock/fs.ts';
import { createGenerationsLock, type GenerationsLockOptions } from '../../src/lock/generations.ts';
import type { Lock, LockHolder } from '../../src/lock/types.ts';

const TIMINGS = { poll: 5, heartbeat: 40, stale: 300 };
/** Whoever gets a lock by these has a proof that its owner is gone. */
const PATIENT = { ...TIMINGS, stale: 60_000 };
const KEY = 'ab'.repeat(32);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const createLock = (options: Partial<GenerationsLockOptions> = {}): Lock =>
  createGenerationsLock({ dir, timings: TIMINGS, ...options });

const isTaken = async (lock: Lock, time: number): Promise<boolean> => {
  const signal = AbortSignal.timeout(time);
  return lock.acquire(KEY, { signal }).then(
    async (lease) => {
      await lease.release();
      return false;
    },
    () => true,
  );
};

/** Puts a lock file where the first owner would have it. */
function plant(content: string | object): string {
  mkdirSync(join(dir, KEY), { recursive: true });
  const file = join(dir, KEY, 'g0');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The record of a lock that this process holds. */
async function readOwnRecord(): Promise<Record<string, unknown>> {
  const lease = await createLock().acquire('own');
  const record = JSON.parse(readFileSync(join(dir, 'own', 'g0'), 'utf8'));
  await lease.release();
  return record;
}

describe('taking turns', () => {
  test('many callers in one process are inside one after the other', async () => {
    const lock = createLock();
    let inside = 0;
    const visit = async (): Promise<number> => {
      const lease = await lock.acquire(KEY);
      inside += 1;
      const seen = inside;
      await sleep(2);
      inside -= 1;
      await lease.release();
      return seen;
    };
    expect(await Promise.all(Array.from({ length: 12 }, visit))).toEqual(Array(12).fill(1));
    expect(readdirSync(join(dir, KEY))).toEqual(['g11-free']);
  });

  test('keys do not disturb each other', async () => {
    const lock = createLock();
    const leases = [await lock.acquire('one'), await lock.acquire('two')];
    expect(await Promise.all(leases.map((lease) => lease.stillHeld()))).toEqual([true, true]);
    await Promise.all(leases.map((lease) => lease.release()));
  });

  test('who waits is told once who holds it and since when', async () => {
    const lease = await createLock({ description: 'vite\u001b[31m build' }).acquire(KEY);
    const holders: LockHolder[] = [];
    const waiting = createLock().acquire(KEY, { onWait: (holder) => holders.push(holder) });
    await sleep(60);
    await lease.release();
    await (await waiting).release();
    // What another program wrote must not steer the terminal.
    expect(holders).toMatchObject([{ pid: process.pid, description: 'vite[31m build' }]);
    expect(Date.now() - Date.parse(holders[0]!.since!)).toBeLessThan(10_000);
  });

  test('a wait can be ended, and leaves nothing', async () => {
    const lease = await createLock().acquire(KEY);
    const controller = new AbortController();
    const waiting = createLock().acquire(KEY, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(waiting).rejects.toThrow('enough');
    expect(await lease.stillHeld()).toBe(true);
    expect(readdirSync(join(dir, KEY))).toEqual(['g0']);
    await lease.release();
  });

  test('a lease that was given back is not held, and can be given back again', async () => {
    const lease = await createLock().acquire(KEY);
    await lease.release();
    const next = await createLock().acquire(KEY);
    await lease.release();
    expect(await lease.stillHeld()).toBe(false);
    expect(await next.stillHeld()).toBe(true);
    await next.release();
  });
});

describe('owners that are gone', () => {
  test.skipIf(process.platform === 'win32')('a pid in use again does not keep it', async () => {
    plant({ ...(await readOwnRecord()), start: '1' });
    expect(await isTaken(createLock({ timings: PATIENT }), 5000)).toBe(false);
  });

  test.skipIf(process.platform === 'win32')('nor does a process of an earlier boot', async () => {
    plant({ ...(await readOwnRecord()), boot: 'earlier' });
    expect(await isTaken(createLock({ timings: PATIENT }), 5000)).toBe(false);
  });

  test('what a crash left between writing and linking is swept', async () => {
    const record = await readOwnRecord();
    plant({ ...record, start: '1' });
    writeFileSync(join(dir, KEY, 'new-torn'), '{"vers');
    writeFileSync(join(dir, KEY, 'new-living'), JSON.stringify(record));
    await (await createLock().acquire(KEY)).release();
    expect(readdirSync(join(dir, KEY)).sort()).toEqual(['g1-free', 'new-living']);
  });

  test('an owner on another machine counts as gone when it shows no sign of life', async () => {
    const file = plant({ ...(await readOwnRecord()), host: 'elsewhere', start: '1' });
    const beating = setInterval(() => utimesSync(file, new Date(), new Date()), TIMINGS.heartbeat);
    expect(await isTaken(createLock(), TIMINGS.stale * 2)).toBe(true);
    clearInterval(beating);
    expect(await isTaken(createLock(), TIMINGS.stale / 2)).toBe(true);
    expect(await isTaken(createLock(), 5000)).toBe(false);
  });

  test('a clock that is wrong by a year does not matter', async () => {
    const file = plant({ ...(await readOwnRecord()), host: 'elsewhere' });
    const longAgo = new Date(Date.now() - 365 * 86_400_000);
    utimesSync(file, longAgo, longAgo);
    expect(await isTaken(createLock(), TIMINGS.stale / 2)).toBe(true);
  });
});

describe('files that are not ours', () => {
  const garbage: [string, (file: string) => void][] = [
    ['empty', (file) => writeFileSync(file, '')],
    ['torn', (file) => writeFileSync(file, '{"version":1,"pid":')],
    ['of a newer version', (file) => writeFileSync(file, '{"version":2,"pid":1}')],
    ['huge', (file) => writeFileSync(file, 'x'.repeat(100_000))],
    ['a group of processes', (file) => writeFileSync(file, '{"version":1,"pid":-1}')],
    ['a folder', (file) => mkdirSync(join(file, 'inside'), { recursive: true })],
  ];
  if (process.platform !== 'win32') {
    garbage.push(
      ['a link', (file) => symlinkSync('/etc/hostname', file)],
      ['a pipe', (file) => execFileSync('mkfifo', [file])],
    );
  }

  test.each(garbage)('%s: neither taken at once nor in the way for ever', async (_, put) => {
    mkdirSync(join(dir, KEY));
    put(join(dir, KEY, 'g0'));
    const holders: LockHolder[] = [];
    const since = performance.now();
    const lease = await createLock().acquire(KEY, { onWait: (holder) => holders.push(holder) });
    expect(performance.now() - since).toBeGreaterThanOrEqual(TIMINGS.stale);
    expect(await lease.stillHeld()).toBe(true);
    expect(holders).toMatchObject([{ pid: null, description: 'an unreadable lock file' }]);
    await lease.release();
    expect(await isTaken(createLock({ timings: PATIENT }), 5000)).toBe(false);
  });

  test('unknown names are left alone', async () => {
    mkdirSync(join(dir, KEY));
    for (const name of ['.DS_Store', 'g', 'g01', 'g-1', 'g0.bak']) {
      writeFileSync(join(dir, KEY, name), '');
    }
    await (await createLock().acquire(KEY)).release();
    expect(readdirSync(join(dir, KEY))).toHaveLength(6);
  });
});

describe('folders', () => {
  test('a folder that is deleted ends the lease, and the next one starts anew', async () => {
    const lease = await createLock().acquire(KEY);
    rmSync(dir, { recursive: true });
    expect(await lease.stillHeld()).toBe(false);
    const next = await createLock().acquire(KEY);
    expect(await lease.stillHeld()).toBe(false);
    await lease.release();
    expect(await next.stillHeld()).toBe(true);
    await next.release();
  });

  test('a folder that is deleted does not disturb those who wait', async () => {
    const lease = await createLock().acquire(KEY);
    const waiting = [1, 2, 3].map(async () => {
      const next = await createLock().acquire(KEY);
      const held = await next.stillHeld();
      await next.release();
      return held;
    });
    await sleep(20);
    rmSync(dir, { recursive: true });
    expect(await Promise.all(waiting)).toEqual([true, true, true]);
    await lease.release();
  });

  test('without hard links it works the same', async () => {
    const refuse = async (): Promise<never> => {
      throw Object.assign(new Error('no links'), { code: 'EPERM' });
    };
    const lock = createLock({ openFolder: (folder) => createLockFolder(folder, refuse) });
    let inside = 0;
    const visit = async (): Promise<number> => {
      const lease = await lock.acquire(KEY);
      inside += 1;
      const seen = inside;
      await sleep(2);
      inside -= 1;
      await lease.release();
      return seen;
    };
    expect(await Promise.all(Array.from({ length: 8 }, visit))).toEqual(Array(8).fill(1));
    expect(readdirSync(join(dir, KEY))).toEqual(['g7-free']);
  });

  test('a link whose answer was lost counts', async () => {
    const { link } = await import('node:fs/promises');
    const linkTwice = async (from: string, to: string): Promise<void> => {
      await link(from, to);
      await link(from, to);
    };
    const lock = createLock({ openFolder: (folder) => createLockFolder(folder, linkTwice) });
    const lease = await lock.acquire(KEY, { signal: AbortSignal.timeout(1000) });
    expect(await lease.stillHeld()).toBe(true);
    await lease.release();
  });

  test('a folder that cannot be made is an error of the store', async () => {
    writeFileSync(join(dir, 'file'), '');
    const lock = createLock({ dir: join(dir, 'file', 'locks') });
    await expect(lock.acquire(KEY)).rejects.toMatchObject({ code: 'STORE_WRITE' });
  });

  test.each(['', '..', 'a/b', 'A', 'con', 'lpt1', 'x'.repeat(41), `${KEY}0`, 'a\n'])(
    'the key %j is refused',
    async (key) => {
      await expect(createLock().acquire(key)).rejects.toThrow(TypeError);
      expect(existsSync(join(dir, KEY))).toBe(false);
    },
  );
});
