import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import {
  type Bench,
  createBench,
  createFal,
  GENERATE,
  KEY,
  notes,
  originals,
  readNote,
  spec,
  startService,
} from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ keys: [KEY, 'other-id:other-secret'] });
});
afterAll(() => service.close());
beforeEach(() => {
  service.reset();
  service.setOptions({ historyAllowed: true });
});

const FILES = { 'a.image.yaml': spec('A') };
const LOST = { stage: 'submit', kind: 'reset', accepted: true } as const;

/** A project whose request was accepted while its answer was lost. */
async function createDoubt(): Promise<Bench> {
  const bench = createBench(service, FILES);
  service.setFaults([LOST]);
  const { failed } = await bench.generate();
  expect(failed).toMatchObject([{ file: 'a.image.yaml', code: 'PROVIDER_IN_DOUBT' }]);
  return bench;
}

/** A project whose request is under way while the process that sent it has gone. */
async function createPending(files: Record<string, string> = FILES): Promise<Bench> {
  const bench = createBench(service, files);
  service.setFaults([{ stage: 'media', kind: 'not_found', times: 99 }]);
  const { failed } = await bench.generate();
  expect(failed).toMatchObject([{ code: 'IMAGE_DOWNLOAD' }]);
  service.setFaults([]);
  return bench;
}

/** Puts the note of a pending request back to the moment after the submit. */
function backToSubmitted({ project }: Bench, over: Record<string, unknown> = {}): void {
  const { file, note } = readNote(project);
  project.write(file, JSON.stringify({ ...note, state: 'submitted', result: null, ...over }));
}

describe('in doubt', () => {
  it('keeps the note, says so, and shows it in the plan', async () => {
    const bench = await createDoubt();
    const { note } = readNote(bench.project);
    expect(note).toMatchObject({ state: 'intent', requestId: null, count: 1, estimateUsd: 0.01 });
    expect(note['account']).toMatch(/^[0-9a-f]{8}$/);
    const [item] = (await bench.plan()).specs;
    expect(item).toMatchObject({ state: 'new', missing: 1, usd: 0.01 });
    expect(item?.reason).toContain('in doubt');
    expect(service.stats.accepted).toBe(1);
  });

  it('is resolved for free where the account may be asked', async () => {
    const bench = await createDoubt();
    const report = await bench.generate({ budget: 0 });
    expect(report).toMatchObject({ generated: [], failed: [], total: { images: 1, usd: 0.01 } });
    expect(report.resumed).toMatchObject([{ file: 'a.image.yaml', usd: 0.01 }]);
    expect(service.stats).toMatchObject({ submits: 1, accepted: 1, billedImages: 1 });
    expect(notes(bench.project)).toEqual([]);
    expect((await bench.plan()).specs[0]?.state).toBe('kept');
  });

  it('stays in doubt where it may not, however often it is tried', async () => {
    service.setOptions({ historyAllowed: false });
    const bench = await createDoubt();
    for (let run = 0; run < 2; run++) {
      const { failed } = await bench.generate({ acceptUnknownPrice: true });
      expect(failed).toMatchObject([{ code: 'PROVIDER_IN_DOUBT' }]);
    }
    expect(service.stats.submits).toBe(1);
    expect(notes(bench.project)).toHaveLength(1);
  });

  it('is paid once more on request, and the old note is kept', async () => {
    service.setOptions({ historyAllowed: false });
    const bench = await createDoubt();
    const { note } = readNote(bench.project);
    const report = await bench.generate({ retryInDoubt: true });
    expect(report).toMatchObject({ failed: [], total: { images: 1 } });
    expect(service.stats.submits).toBe(2);
    const [buried] = bench.project.list('.image-prompt/state/trash');
    expect(JSON.parse(bench.project.readText(`.image-prompt/state/trash/${buried}`))).toMatchObject(
      { attempt: note['attempt'], reason: expect.stringContaining('in doubt') },
    );
    expect((await bench.generate({ retryInDoubt: true })).generated).toEqual([]);
    expect(service.stats.submits).toBe(2);
  });

  it('is paid once more only within the budget', async () => {
    service.setOptions({ historyAllowed: false });
    const bench = await createDoubt();
    const { failed } = await bench.generate({ retryInDoubt: true, budget: 0 });
    expect(failed).toMatchObject([{ code: 'BUDGET_EXCEEDED' }]);
    expect(service.stats.submits).toBe(1);
  });

  it('counts against the budget', async () => {
    service.setOptions({ historyAllowed: false });
    const bench = createBench(service, { ...FILES, 'b.image.yaml': spec('B') });
    service.setFaults([LOST]);
    const { failed } = await bench.generate({ budget: 0.015, concurrency: 1 });
    expect(failed.map(({ code }) => code)).toEqual(['PROVIDER_IN_DOUBT', 'BUDGET_EXCEEDED']);
  });

  it('is seen also when the spec lacks nothing', async () => {
    service.setOptions({ historyAllowed: false });
    const bench = createBench(service, FILES);
    await bench.generate();
    service.setFaults([LOST]);
    expect((await bench.generate({ more: 1 })).failed).toHaveLength(1);
    expect((await bench.plan()).specs[0]).toMatchObject({ state: 'kept', usd: 0 });
    expect((await bench.generate()).failed).toMatchObject([{ code: 'PROVIDER_IN_DOUBT' }]);
    service.setOptions({ historyAllowed: true });
    expect((await bench.generate({ budget: 0 })).resumed).toHaveLength(1);
    expect(service.stats.submits).toBe(2);
  });

  it('does not take the request of another spec for its own', async () => {
    const bench = await createDoubt();
    bench.project.write('b.image.yaml', spec('B'));
    // Only the history of B is there: the service never took the request of A.
    service.reset();
    const report = await bench.generate();
    expect(report.failed).toMatchObject([{ file: 'a.image.yaml', code: 'PROVIDER_IN_DOUBT' }]);
    expect(report.generated).toMatchObject([{ file: 'b.image.yaml' }]);
    expect((await bench.generate()).failed).toMatchObject([{ code: 'PROVIDER_IN_DOUBT' }]);
  });

  it('does not arise where nothing left this machine', async () => {
    const bench = createBench(service, FILES);
    const gone = await startService();
    await gone.close();
    const provider = createFal(gone);
    const { failed } = await bench.engine({ provider }).generate(['a.image.yaml'], GENERATE);
    expect(failed).toMatchObject([{ code: 'PROVIDER_UNAVAILABLE' }]);
    expect(notes(bench.project)).toEqual([]);
  });
});

describe('a request under way', () => {
  it('is finished from its media URLs', async () => {
    const bench = await createPending();
    expect(readNote(bench.project).note).toMatchObject({ state: 'completed', count: 1 });
    const polls = service.stats.statuses;
    const report = await bench.generate({ budget: 0 });
    expect(report.resumed).toHaveLength(1);
    expect(service.stats).toMatchObject({ submits: 1, statuses: polls });
    expect(notes(bench.project)).toEqual([]);
  });

  it('is polled to its end from its id', async () => {
    const bench = await createPending();
    backToSubmitted(bench, { statusUrl: null, responseUrl: null, cancelUrl: null });
    const plan = await bench.plan();
    expect(plan.pending).toMatchObject([{ requestId: readNote(bench.project).note['requestId'] }]);
    expect(plan.specs[0]).toMatchObject({ state: 'new', missing: 1, usd: 0 });
    expect(plan.total).toEqual({ images: 1, usd: 0 });
    expect((await bench.generate({ budget: 0 })).resumed).toHaveLength(1);
    expect(service.stats.submits).toBe(1);
  });

  it('answers for a part of what is missing', async () => {
    const bench = await createPending();
    bench.project.write('a.image.yaml', spec('A', 'num_images: 3\n'));
    expect((await bench.plan()).specs[0]).toMatchObject({ missing: 3, usd: 0.02 });
    const report = await bench.generate();
    expect(report).toMatchObject({ failed: [], total: { images: 3, usd: 0.03 } });
    expect(report.resumed).toHaveLength(1);
    expect(service.inputs.map((input) => input['num_images'])).toEqual([1, 2]);
  });

  it('is reported even when what is missing beyond it fails', async () => {
    const bench = await createPending();
    bench.project.write('a.image.yaml', spec('A', 'num_images: 3\n'));
    const report = await bench.generate({ budget: 0 });
    expect(report.resumed).toHaveLength(1);
    expect(report.failed).toMatchObject([{ code: 'BUDGET_EXCEEDED' }]);
    expect(report.total).toEqual({ images: 1, usd: 0.01 });
  });

  it('survives a run without a key, or with a wrong one', async () => {
    const bench = await createPending();
    backToSubmitted(bench);
    for (const credentials of ['', 'wrong-id:wrong-secret', 'no key\u00e9']) {
      const provider = createFal(service, { credentials });
      const engine = bench.engine({ provider });
      const { failed } = await engine.generate(['a.image.yaml'], GENERATE);
      expect(failed).toMatchObject([{ code: credentials ? 'PROVIDER_AUTH' : 'PROVIDER_NO_KEY' }]);
      expect(notes(bench.project)).toHaveLength(1);
    }
    expect((await bench.generate({ budget: 0 })).resumed).toHaveLength(1);
    expect(service.stats.submits).toBe(1);
  });

  it('survives a run with the key of another account, which knows nothing of it', async () => {
    const bench = await createPending();
    backToSubmitted(bench);
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 4 }]);
    const provider = createFal(service, { credentials: 'other-id:other-secret' });
    const { failed } = await bench.engine({ provider }).generate(['a.image.yaml'], GENERATE);
    expect(failed).toMatchObject([
      { code: 'PROVIDER_AUTH', message: expect.stringContaining('another account') },
    ]);
    expect(notes(bench.project)).toHaveLength(1);
    expect((await bench.generate({ budget: 0 })).resumed).toHaveLength(1);
  });

  it('is finished with a new key of its account', async () => {
    const bench = await createPending();
    backToSubmitted(bench);
    const provider = createFal(service, { credentials: 'other-id:other-secret' });
    const report = await bench.engine({ provider }).generate(['a.image.yaml'], GENERATE);
    expect(report).toMatchObject({ failed: [], resumed: [{ file: 'a.image.yaml' }] });
    expect(service.stats.submits).toBe(1);
  });

  it('of another account is given up only on request', async () => {
    const bench = await createPending();
    backToSubmitted(bench);
    const provider = createFal(service, { credentials: 'other-id:other-secret' });
    const engine = bench.engine({ provider });
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 4 }]);
    const report = await engine.generate(['a.image.yaml'], { ...GENERATE, retryInDoubt: true });
    expect(report).toMatchObject({ failed: [], generated: [{ file: 'a.image.yaml' }] });
    expect(service.stats.submits).toBe(2);
    expect(notes(bench.project)).toEqual([]);
  });

  it('that its own account no longer knows is paid again only on request', async () => {
    const bench = await createPending();
    backToSubmitted(bench);
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 4 }]);
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 99 }]);
    for (const _ of [1, 2]) {
      expect((await bench.generate()).failed).toMatchObject([{ code: 'PROVIDER_GONE' }]);
      expect(service.stats.submits).toBe(1);
      expect(notes(bench.project)).toHaveLength(1);
    }
    // It may have been paid for: a clear record of it stays in the trash.
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 4 }]);
    expect((await bench.generate({ retryInDoubt: true })).generated).toHaveLength(1);
    expect(service.stats.submits).toBe(2);
    expect(notes(bench.project)).toEqual([]);
  });

  it('only loses its note when its pictures are safe already', async () => {
    const bench = await createPending();
    const { file, note } = readNote(bench.project);
    await bench.generate();
    bench.project.write(file, JSON.stringify(note));
    const media = service.stats.media;
    expect(await bench.generate()).toMatchObject({ generated: [], resumed: [], failed: [] });
    expect(service.stats).toMatchObject({ submits: 1, media });
    expect(notes(bench.project)).toEqual([]);
    expect(originals(bench.project)).toHaveLength(1);
  });

  it('blocks its key when its note is damaged', async () => {
    const bench = await createPending({ ...FILES });
    bench.project.write(readNote(bench.project).file, '{');
    bench.project.write('b.image.yaml', spec('B'));
    const report = await bench.generate();
    expect(report.failed).toMatchObject([{ file: 'a.image.yaml', code: 'STORE_RECORD' }]);
    expect(report.generated).toHaveLength(1);
    expect(service.stats.submits).toBe(2);
  });
});
