import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GenerateEvent } from '../../src/engine/types.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import {
  createBench,
  createFal,
  GENERATE,
  notes,
  originals,
  spec,
  startService,
} from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ models: ['acme/painter'] });
});
afterAll(() => service.close());
beforeEach(() => {
  service.reset();
  service.setOptions({ balance: Number.POSITIVE_INFINITY, historyAllowed: true });
});

describe('failures', () => {
  const MANY = Object.fromEntries(['a', 'b', 'c', 'd'].map((n) => [`${n}.image.yaml`, spec(n)]));

  it('of one picture do not stop the others', async () => {
    const bench = createBench(service, { ...MANY, 'bad.image.yaml': spec('forbidden thing') });
    const match = { prompt: 'forbidden' };
    service.setFaults([{ stage: 'job', kind: 'content_policy_violation', match }]);
    const events: GenerateEvent[] = [];
    const report = await bench.generate({ onEvent: (event) => events.push(event) });
    expect(report.generated).toHaveLength(4);
    expect(report.failed).toMatchObject([{ file: 'bad.image.yaml', code: 'PROVIDER_REFUSED' }]);
    expect(report.failed[0]?.message).not.toContain('forbidden');
    // The request is over: its note lies in the trash, and the next run may ask again.
    expect(notes(bench.project)).toEqual([]);
    expect(bench.project.list('.image-prompt/state/trash')).toHaveLength(1);
    const ofBad = events.filter((event) => event.file === 'bad.image.yaml');
    expect(ofBad.map(({ type }) => type).filter((type) => !/queued|running/.test(type))).toEqual([
      'start',
      'submitted',
      'failed',
    ]);
  });

  it.each([
    ['invalid_key', 'PROVIDER_AUTH'],
    ['exhausted_balance', 'PROVIDER_BALANCE'],
    ['payment_required', 'PROVIDER_BALANCE'],
  ] as const)('%s stops further requests', async (kind, code) => {
    const bench = createBench(service, MANY);
    service.setFaults([{ stage: 'submit', kind, times: 99 }]);
    const report = await bench.generate({ concurrency: 1 });
    expect(report.failed.map((one) => one.code)).toEqual([code, code, code, code]);
    expect(service.stats.submits).toBe(1);
    expect(notes(bench.project)).toEqual([]);
  });

  it('without a key nothing is sent or noted', async () => {
    const bench = createBench(service, MANY);
    const provider = createFal(service, { credentials: '' });
    const report = await bench
      .engine({ provider })
      .generate(Object.keys(MANY), { ...GENERATE, concurrency: 1 });
    expect(report.failed.map(({ code }) => code)).toEqual(Array(4).fill('PROVIDER_NO_KEY'));
    expect(service.requests).toEqual([]);
    expect(notes(bench.project)).toEqual([]);
  });

  it('of specs leave the good ones alone', async () => {
    const bench = createBench(service, {
      'a.image.yaml': spec('A'),
      'b.image.yaml': 'prompt: B\n',
    });
    expect((await bench.generate()).generated).toMatchObject([{ file: 'a.image.yaml' }]);
    expect(service.stats.submits).toBe(1);
  });

  it('report pictures that came although not all did', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', 'num_images: 3\n') });
    service.setFaults([{ stage: 'result', kind: 'fewer' }]);
    const report = await bench.generate();
    expect(report.generated).toHaveLength(2);
    expect(report.failed).toMatchObject([{ code: 'PROVIDER_RESPONSE' }]);
    expect(report.total).toEqual({ images: 2, usd: 0.03 });
    expect((await bench.generate()).generated).toHaveLength(1);
    expect(service.inputs.map((input) => input['num_images'])).toEqual([3, 1]);
  });

  it('of the download are mended by the next run for free', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    service.setFaults([{ stage: 'media', kind: 'corrupt', times: 1 }]);
    const first = await bench.generate();
    expect(first.failed).toMatchObject([{ code: 'IMAGE_CORRUPT' }]);
    expect(originals(bench.project)).toEqual([]);
    expect(notes(bench.project)).toHaveLength(1);
    const plan = await bench.plan();
    expect(plan.specs[0]).toMatchObject({ state: 'new', missing: 1, usd: 0 });
    expect(plan.pending).toHaveLength(1);
    const second = await bench.generate({ budget: 0 });
    expect(second.resumed).toHaveLength(1);
    expect(second.generated).toEqual([]);
    expect(service.stats.submits).toBe(1);
    expect(notes(bench.project)).toEqual([]);
  });
});
