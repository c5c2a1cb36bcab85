import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FalStandIn, startFalStandIn } from '../fal-stand-in/index.mjs';
import { type CrashBench, createCrashBench, type Running } from './bench.ts';

let service: FalStandIn;

beforeAll(async () => {
  service = await startFalStandIn({ concurrency: 2, runMs: 20 });
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
  service.setOptions({ hold: true });
});

/** A generate of five specs with two requests in flight, both held at the service. */
async function startHeld(): Promise<{ bench: CrashBench; run: Running }> {
  const bench = createCrashBench(service, 5);
  const run = bench.cli(['generate', '--yes', '--json', '--concurrency', '2']);
  await until(() => bench.state('journal').length === 2 && service.stats.statuses > 2);
  return { bench, run };
}

test('the first Ctrl-C sends nothing more and keeps what is under way', async () => {
  const { bench, run } = await startHeld();
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  expect(code).toBe(1);
  expect(err).toContain('image-prompt resume');
  const { failed } = JSON.parse(out) as { failed: { code: string }[] };
  expect(failed).toHaveLength(5);
  expect(new Set(failed.map((one) => one.code))).toEqual(new Set(['PROVIDER_INTERRUPTED']));
  expect(service.stats.accepted).toBe(2);
  await expectResumed(bench);
});

test('the second Ctrl-C leaves at once', async () => {
  const { bench, run } = await startHeld();
  service.setOptions({ latencyMs: 60_000 });
  run.child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const from = performance.now();
  run.child.kill('SIGINT');
  const { code } = await run.ended;
  const { signalCode } = run.child;
  expect(performance.now() - from).toBeLessThan(30_000);
  // Once the run has ended in order, Ctrl-C has its usual meaning again: shells call that 130 as well.
  expect([1, 130]).toContain(signalCode === 'SIGINT' ? 130 : code);
  service.setOptions({ latencyMs: 0 });
  await expectResumed(bench);
});

test('what is still queued is taken back on request, what runs is collected', async () => {
  service.setOptions({ concurrency: 1 });
  const { bench, run } = await startHeld();
  run.child.kill('SIGINT');
  await run.ended;
  const cancelled = await bench.cli(['generate', '--cancel', '--json']).ended;
  expect(cancelled.code, cancelled.err).toBe(0);
  const report = JSON.parse(cancelled.out) as { cancelled: string[]; kept: string[] };
  expect(report.cancelled).toHaveLength(1);
  expect(report.kept).toHaveLength(1);
  service.setOptions({ hold: false, concurrency: 8 });
  const again = await bench.cli(['generate', '--yes', '--json']).ended;
  expect(again.code, again.err).toBe(0);
  const done = JSON.parse(again.out) as { generated: unknown[]; resumed: unknown[] };
  expect([done.generated.length, done.resumed.length]).toEqual([4, 1]);
  // One of the two was taken back before it ran, so it was never billed.
  expect(service.stats.billedImages).toBe(5);
});

/** Another process collects both requests without sending one. */
async function expectResumed(bench: CrashBench): Promise<void> {
  service.setOptions({ hold: false });
  const resumed = await bench.cli(['resume', '--json']).ended;
  expect(resumed.code, resumed.err).toBe(0);
  expect((JSON.parse(resumed.out) as { resumed: unknown[] }).resumed).toHaveLength(2);
  expect(service.stats.accepted).toBe(2);
  expect(bench.state('journal')).toEqual([]);
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('Expected something that did not come.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
