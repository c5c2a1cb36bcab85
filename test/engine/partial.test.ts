import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBudget } from '../../src/engine/budget.ts';
import { createDefaultEngine } from '../../src/engine/defaults.ts';
import { resolveOptions } from '../../src/options.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createBench, createFal, spec, startService } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
});

describe('a request with one bad picture', () => {
  it('keeps the good ones at once and the rest collectable', async () => {
    const bench = createBench(service, { 'a.image.yaml': `${spec('A')}num_images: 3\n` });
    service.setFaults([{ stage: 'media', kind: 'corrupt', times: 1 }]);
    const first = await bench.generate();
    expect(first.generated).toHaveLength(2);
    expect(first.failed).toMatchObject([{ code: 'IMAGE_CORRUPT' }]);
    expect(first.total.images).toBe(2);

    const second = await bench.generate();
    expect(second).toMatchObject({ generated: [], failed: [] });
    expect(second.resumed).toHaveLength(1);
    expect(service.stats).toMatchObject({ accepted: 1, billedImages: 3 });
    expect((await bench.plan()).specs[0]).toMatchObject({ state: 'kept', have: 3 });
  });

  it('is given up on request, and only what it lacks is paid again', async () => {
    const bench = createBench(service, { 'a.image.yaml': `${spec('A')}num_images: 2\n` });
    service.setFaults([{ stage: 'media', kind: 'wrong-size', times: 1, width: 64, height: 64 }]);
    expect((await bench.generate()).generated).toHaveLength(1);
    service.setFaults([{ stage: 'media', kind: 'wrong-size', times: 99, width: 64, height: 64 }]);
    expect((await bench.generate()).failed).toMatchObject([{ code: 'IMAGE_SIZE' }]);
    expect(service.stats.accepted).toBe(1);

    service.setFaults([{ stage: 'media', kind: 'wrong-size', times: 2, width: 64, height: 64 }]);
    const report = await bench.generate({ retryInDoubt: true });
    expect(report).toMatchObject({ failed: [], generated: [{ file: 'a.image.yaml' }] });
    expect(service.inputs.map((input) => input['num_images'])).toEqual([2, 1]);
  });
});

describe('a provider that fails in its own words', () => {
  it('leaves a doubt, and its money counts', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    const provider = createFal(service);
    const broken = {
      ...provider,
      submit: async () => {
        throw new Error('a bug');
      },
    };
    const { root } = bench.project;
    const options = { root, command: 'cli', env: {}, defaultProvider: () => broken } as const;
    const engine = createDefaultEngine(resolveOptions({}, options), {});
    const report = await engine.generate(['a.image.yaml', 'b.image.yaml'], {
      budget: 0.01,
      concurrency: 1,
      acceptUnknownPrice: false,
    });
    expect(report.failed.map((one) => one.code)).toEqual(['PROVIDER_IN_DOUBT', 'BUDGET_EXCEEDED']);
  });

  it('as the budget itself says', () => {
    const budget = createBudget(0.01, false);
    budget.hold('a', 0.01).settle(null);
    expect(() => budget.hold('b', 0.01)).toThrow(
      expect.objectContaining({ code: 'BUDGET_EXCEEDED' }),
    );
  });
});
