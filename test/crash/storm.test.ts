import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { createCrashBench } from './bench.ts';

let service: FalStandIn;

beforeAll(async () => {
  service = await startFalStandIn({ concurrency: 8, runMs: 50 });
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
});

test('8 processes and 20 specs: 20 paid requests', async () => {
  const bench = createCrashBench(service, 20);
  const runs = Array.from({ length: 8 }, () => bench.cli(['generate', '--yes', '--json']));
  const ended = await Promise.all(runs.map((run) => run.ended));
  for (const { code, err } of ended) expect(code, err).toBe(0);
  expect(service.stats.accepted).toBe(20);
  const made = ended.flatMap(({ out }) => (JSON.parse(out) as { generated: unknown[] }).generated);
  expect(made).toHaveLength(20);
  const verified = await bench.cli(['verify', '--json']).ended;
  expect(JSON.parse(verified.out)).toMatchObject({ checked: 20, problems: [] });
  console.log(`storm: 8 processes, 20 specs, ${service.stats.accepted} paid`);
});

test('two builds and the command line at once: one request for each picture', async () => {
  const bench = createCrashBench(service, 5);
  // Of their own: Vite empties its folder first, and fails when another one writes there meanwhile.
  const builds = ['one', 'two'].map((name) => bench.build({ TEST_OUT_DIR: `dist-${name}` }));
  const runs = [...builds, bench.cli(['generate', '--yes'])];
  for (const { code, err } of await Promise.all(runs.map((run) => run.ended))) {
    expect(code, err).toBe(0);
  }
  expect(service.stats.accepted).toBe(5);
});

test('who waits for a process that is killed goes on within seconds', async () => {
  service.setOptions({ hold: true });
  const bench = createCrashBench(service, 3);
  const holder = bench.cli(['generate', '--yes']);
  await until(() => service.stats.accepted === 3);
  const waiter = bench.cli(['generate', '--yes', '--json']);
  await until(() => bench.state('locks').length === 3);
  holder.child.kill('SIGKILL');
  service.setOptions({ hold: false });
  const from = performance.now();
  const { code, out, err } = await waiter.ended;
  expect(code, err).toBe(0);
  expect(performance.now() - from).toBeLessThan(45_000);
  expect((JSON.parse(out) as { resumed: unknown[] }).resumed).toHaveLength(3);
  expect(service.stats.accepted).toBe(3);
});

test('who merely stalls is not robbed', async () => {
  service.setOptions({ hold: true });
  const bench = createCrashBench(service, 2);
  const holder = bench.cli(['generate', '--yes', '--json']);
  await until(() => service.stats.accepted === 2);
  holder.child.kill('SIGSTOP');
  service.setOptions({ hold: false });
  const waiter = bench.cli(['generate', '--yes', '--json']);
  const early = await Promise.race([
    waiter.ended.then(() => 'ended'),
    new Promise((resolve) => setTimeout(resolve, 3_000, 'waits')),
  ]);
  expect(early).toBe('waits');
  holder.child.kill('SIGCONT');
  const [first, second] = await Promise.all([holder.ended, waiter.ended]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect((JSON.parse(first.out) as { generated: unknown[] }).generated).toHaveLength(2);
  expect(service.stats.accepted).toBe(2);
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('Expected something that did not come.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
