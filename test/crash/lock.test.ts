import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createGenerationsLock, DEFAULT_TIMINGS } from '../../src/lock/generations.ts';
import { compileSource } from '../helpers/build.ts';
import { type LockWorker, startHoldingThread, startWorker } from '../lock/workers.ts';

const QUICK = { poll: 10, heartbeat: 100, stale: 2000 };
/** Whoever gets a lock by these has a proof that its owner is gone. */
const PATIENT = { poll: 10, heartbeat: 100, stale: 60_000 };
const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const canUnshare = spawnSync(UNSHARE[0]!, [...UNSHARE.slice(1), 'true']).status === 0;
const isLinux = process.platform === 'linux';

let source: string;
let dir: string;
const started: LockWorker[] = [];

beforeAll(() => {
  source = compileSource('lock');
});
afterAll(() => rmSync(source, { recursive: true, force: true }));
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  const alive = started
    .splice(0)
    .filter(({ child }) => child.exitCode === null && !child.signalCode);
  await Promise.all(alive.map((worker) => worker.kill()));
  rmSync(dir, { recursive: true, force: true });
});

async function start(timings = {}, prefix: string[] = []): Promise<LockWorker> {
  const worker = await startWorker(source, { dir, timings }, prefix);
  started.push(worker);
  return worker;
}

/** All workers visit one key at once; says how it was for each of them. */
async function visitAll(workers: LockWorker[], key: string): Promise<(string | undefined)[]> {
  const answers = await Promise.all(workers.map((worker) => worker.ask('visit', { key, time: 2 })));
  return answers.map(({ outcome }) => outcome);
}

/** Whether this process gets the lock within a time. */
async function getsWithin(time: number, key: string, timings = QUICK): Promise<boolean> {
  const lock = createGenerationsLock({ dir, timings });
  try {
    await (await lock.acquire(key, { signal: AbortSignal.timeout(time) })).release();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return false;
    throw error;
  }
}

test('eight at once, ten times: never two inside', async () => {
  const workers = await Promise.all(Array.from({ length: 8 }, () => start()));
  for (let round = 0; round < 10; round += 1) {
    expect(await visitAll(workers, 'busy')).toEqual(Array(8).fill('alone'));
  }
  // Eighty owners later only the last number is left, and no temp.
  expect(readdirSync(join(dir, 'busy'))).toEqual(['g79-free']);
});

test('eight arrive at a stale lock, a hundred times: never two inside', async () => {
  const dead = await start();
  await dead.ask('hold', { key: 'dead' });
  await dead.kill();
  const workers = await Promise.all(Array.from({ length: 8 }, () => start({ poll: 10 })));
  const counts: Record<string, number> = {};
  for (let round = 0; round < 100; round += 1) {
    const key = `round-${round}`;
    mkdirSync(join(dir, key));
    copyFileSync(join(dir, 'dead', 'g0'), join(dir, key, 'g0'));
    for (const outcome of await visitAll(workers, key)) {
      counts[outcome ?? ''] = (counts[outcome ?? ''] ?? 0) + 1;
    }
  }
  expect(counts).toEqual({ alone: 800 });
});

test('owners are killed again and again: never two inside, and nobody waits for the dead', async () => {
  const key = 'deadly';
  for (let round = 0; round < 8; round += 1) {
    const [victim, ...workers] = await Promise.all([start(), start(), start()]);
    const visits = workers.map((worker) => worker.ask('visit', { key, time: 2 }));
    victim!.ask('hold', { key }).catch(() => {});
    await sleep(round * 2);
    await victim!.kill();
    const outcomes = (await Promise.all(visits)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['alone', 'alone']);
  }
});

test('the next one gets the lock of a killed owner long before it is stale', async () => {
  const holder = await start();
  await holder.ask('hold', { key: 'killed' });
  const waiting = createGenerationsLock({ dir }).acquire('killed');
  await sleep(100);
  const since = performance.now();
  await holder.kill();
  const lease = await waiting;
  expect(performance.now() - since).toBeLessThan(DEFAULT_TIMINGS.stale / 2);
  expect(await lease.stillHeld()).toBe(true);
  await lease.release();
});

test.skipIf(!isLinux)('an owner that is stopped keeps its lock', async () => {
  const holder = await start(QUICK);
  await holder.ask('hold', { key: 'stopped' });
  holder.child.kill('SIGSTOP');
  expect(await getsWithin(5000, 'stopped')).toBe(false);
  holder.child.kill('SIGCONT');
  expect(await holder.ask('check')).toMatchObject({ held: true });
  await holder.ask('release');
  expect(await getsWithin(30_000, 'stopped')).toBe(true);
});

test.skipIf(!isLinux)('an owner whose event loop is blocked keeps its lock', async () => {
  const holder = await start(QUICK);
  await holder.ask('hold', { key: 'blocked' });
  const blocked = holder.ask('block', { time: 5000 });
  expect(await getsWithin(4000, 'blocked')).toBe(false);
  await blocked;
  expect(await holder.ask('check')).toMatchObject({ held: true });
});

test.skipIf(!isLinux)(
  'a thread that is gone has given up its lock, its process has not',
  async () => {
    const thread = await startHoldingThread(source, { dir, timings: QUICK }, 'thread');
    expect(await getsWithin(1000, 'thread')).toBe(false);
    await thread.terminate();
    expect(await getsWithin(30_000, 'thread', PATIENT)).toBe(true);
  },
);

test.skipIf(!canUnshare)(
  'an owner in another pid namespace keeps its lock while it shows signs of life',
  async () => {
    const holder = await start(QUICK, UNSHARE);
    await holder.ask('hold', { key: 'foreign' });
    // Our pid 1 is another process: to believe the number would mean to rob the owner.
    expect(JSON.parse(readFileSync(join(dir, 'foreign', 'g0'), 'utf8'))).toMatchObject({ pid: 1 });
    expect(await getsWithin(5000, 'foreign')).toBe(false);
    expect(await holder.ask('check')).toMatchObject({ held: true });
    await holder.kill();
    expect(await getsWithin(QUICK.stale / 2, 'foreign')).toBe(false);
    expect(await getsWithin(30_000, 'foreign')).toBe(true);
  },
);

test.skipIf(!canUnshare)(
  'a foreign owner that slept too long notices it at the fence',
  async () => {
    const holder = await start(QUICK, UNSHARE);
    await holder.ask('hold', { key: 'asleep' });
    const blocked = holder.ask('block', { time: 2500 });
    const lease = await createGenerationsLock({ dir, timings: QUICK }).acquire('asleep');
    await blocked;
    expect(await holder.ask('check')).toMatchObject({ held: false });
    await holder.ask('release');
    expect(await lease.stillHeld()).toBe(true);
    await lease.release();
  },
);

test('a process ends though it holds a lock, and the lock is free then', async () => {
  const holder = await start();
  await holder.ask('hold', { key: 'forgotten' });
  const exit = once(holder.child, 'exit');
  // With the channel closed, nothing but the heartbeat could keep it.
  holder.child.disconnect();
  expect(await Promise.race([exit, sleep(30_000)])).toEqual([0, null]);
  expect(await getsWithin(30_000, 'forgotten', PATIENT)).toBe(true);
});
