import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createBench, dearSpec, notes, spec, startService } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ models: ['acme/painter'] });
});
afterAll(() => service.close());
beforeEach(() => {
  service.reset();
  service.setOptions({ balance: Number.POSITIVE_INFINITY, historyAllowed: true });
});

const TWO = { 'src/a.image.yaml': spec('A'), 'src/b.image.yaml': spec('B', 'num_images: 2\n') };

describe('money', () => {
  const THREE = Object.fromEntries(['a', 'b', 'c'].map((n) => [`${n}.image.yaml`, dearSpec(n)]));

  it.each([1, 4])('stops at the budget before the call (%i at a time)', async (concurrency) => {
    const bench = createBench(service, THREE);
    expect((await bench.plan()).total).toEqual({ images: 3, usd: 0.12 });
    const report = await bench.generate({ budget: 0.05, concurrency });
    expect(service.stats.submits).toBe(1);
    expect(report.total).toEqual({ images: 1, usd: 0.04 });
    expect(report.failed.map(({ code }) => code)).toEqual(['BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']);
    expect(report.failed[0]?.message).toContain('$0.04 of $0.05');
    expect(notes(bench.project)).toEqual([]);
  });

  it('may be spent to the last cent', async () => {
    const bench = createBench(service, THREE);
    expect(await bench.generate({ budget: 0.12 })).toMatchObject({ failed: [] });
    expect(service.stats.submits).toBe(3);
  });

  it('has room again after a request that was refused', async () => {
    const bench = createBench(service, THREE);
    service.setFaults([{ stage: 'submit', kind: 'http', status: 422 }]);
    const report = await bench.generate({ budget: 0.09, concurrency: 1 });
    expect(report.failed).toMatchObject([{ code: 'PROVIDER_INVALID' }]);
    expect(report.generated).toHaveLength(2);
  });

  it('is not spent at an unknown price without consent', async () => {
    const painter = 'prompt: P\nalt: ""\nmodel: acme/painter\nimage_size: 64x64\n';
    const bench = createBench(service, { 'p.image.yaml': painter, 'a.image.yaml': spec('A') });
    const plan = await bench.plan();
    expect(plan.specs.map(({ usd }) => usd)).toEqual([0.01, null]);
    expect(plan.total).toEqual({ images: 2, usd: null });
    const report = await bench.generate();
    expect(report.failed).toMatchObject([{ file: 'p.image.yaml', code: 'BUDGET_CONSENT' }]);
    expect(service.stats.submits).toBe(1);
    const agreed = await bench.generate({ acceptUnknownPrice: true });
    expect(agreed).toMatchObject({ failed: [], total: { images: 1 } });
  });

  it('stays unknown where the units of the service are no dollars', async () => {
    const painter = 'prompt: P\nalt: ""\nmodel: acme/painter\nimage_size: 64x64\n';
    const bench = createBench(service, { 'p.image.yaml': painter });
    const { total } = await bench.generate({ acceptUnknownPrice: true });
    expect(total).toEqual({ images: 1, usd: null });
  });

  it('is not paid while the number of requests in flight is at its limit', async () => {
    const bench = createBench(service, { ...THREE, ...TWO });
    service.setOptions({ hold: true });
    const work = bench.generate({ concurrency: 2 });
    await until(() => service.stats.accepted >= 2);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(service.stats.submits).toBe(2);
    service.setOptions({ hold: false });
    expect((await work).failed).toEqual([]);
    expect(service.stats.submits).toBe(5);
  });
});

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
}
