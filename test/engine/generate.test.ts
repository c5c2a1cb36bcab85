import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GenerateEvent } from '../../src/engine/types.ts';
import { sketch } from '../../src/provider/sketch.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createBench, GENERATE, notes, originals, spec, startService } from './helpers.ts';

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

describe('generate', () => {
  it('pays once for what is missing, and never again', async () => {
    const bench = createBench(service, TWO);
    const report = await bench.generate();
    expect(report).toMatchObject({ resumed: [], failed: [], total: { images: 3, usd: 0.03 } });
    expect(report.generated.map(({ file }) => file).sort()).toEqual([
      'src/a.image.yaml',
      'src/b.image.yaml',
      'src/b.image.yaml',
    ]);
    expect(service.stats).toMatchObject({ submits: 2, accepted: 2, billedImages: 3 });
    expect(originals(bench.project)).toHaveLength(3);
    expect(notes(bench.project)).toEqual([]);
    const before = bench.project.list('.image-prompt');
    const empty = { generated: [], resumed: [], failed: [], total: { images: 0, usd: 0 } };
    expect(await bench.generate()).toEqual(empty);
    expect(service.stats.submits).toBe(2);
    expect(bench.project.list('.image-prompt')).toEqual(before);
  });

  it('asks for nothing but the keys that were agreed to', async () => {
    const bench = createBench(service, TWO);
    const { specs } = await bench.plan();
    const only = new Map([[specs[0]!.key, 1]]);
    // Whoever agreed to it saved another prompt since.
    writeFileSync(bench.project.path('src/b.image.yaml'), spec('C'));
    const { generated } = await bench.generate({ only });
    expect(generated.map(({ file, key }) => [file, key])).toEqual([
      [specs[0]!.file, specs[0]!.key],
    ]);
    expect(service.stats).toMatchObject({ submits: 1, billedImages: 1 });
  });

  it('asks for no more pictures of a key than were agreed to', async () => {
    const bench = createBench(service, TWO);
    const { specs } = await bench.plan();
    const only = new Map(specs.map(({ key, missing }) => [key, missing]));
    // The same key, more candidates: the budget would have been spent on them.
    writeFileSync(bench.project.path('src/a.image.yaml'), spec('A', 'num_images: 3\n'));
    const report = await bench.generate({ only, budget: 0.03 });
    expect(report.failed).toEqual([]);
    expect(report.generated.map(({ file }) => file).sort()).toEqual([
      'src/a.image.yaml',
      'src/b.image.yaml',
      'src/b.image.yaml',
    ]);
    expect(service.stats).toMatchObject({ billedImages: 3 });
  });

  it('writes records that hold what was asked, and no key', async () => {
    const bench = createBench(service, { 'src/a.image.yaml': spec('A') });
    const { generated } = await bench.generate();
    const [name] = bench.project.list('.image-prompt/originals').filter((one) => /json$/.test(one));
    const text = bench.project.readText(`.image-prompt/originals/${name}`);
    const record = JSON.parse(text) as Record<string, unknown>;
    expect(record).toMatchObject({
      key: generated[0]?.key,
      image: { digest: generated[0]?.digest, type: 'png', width: 816, height: 816 },
      model: 'openai/gpt-image-2',
      cost: { estimatedUsd: 0.01, billedUsd: 0.01 },
      provider: 'fal',
      requestId: generated[0]?.requestId,
      source: 'src/a.image.yaml',
    });
    const { num_images, ...input } = service.inputs[0]!;
    expect(num_images).toBe(1);
    expect((record['request'] as { input: unknown }).input).toEqual(input);
    for (const file of bench.project.list('.image-prompt')) {
      expect(bench.project.readText(`.image-prompt/${file}`)).not.toContain('test-secret');
    }
  });

  it('asks only for the candidates that are missing', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    const first = await bench.generate();
    bench.project.write('a.image.yaml', spec('A', 'num_images: 3\n'));
    const plan = await bench.plan();
    expect(plan.specs[0]).toMatchObject({ state: 'more', wanted: 3, have: 1, missing: 2 });
    const report = await bench.generate();
    expect(report.generated).toHaveLength(2);
    expect(service.inputs.map((input) => input['num_images'])).toEqual([1, 2]);
    const listed = await bench.engine().list(null);
    expect(listed.map(({ digest }) => digest)).toEqual(
      [...first.generated, ...report.generated].map(({ digest }) => digest),
    );
    bench.project.write('a.image.yaml', spec('A', 'num_images: 1\n'));
    expect((await bench.plan()).specs[0]).toMatchObject({
      state: 'kept',
      wanted: 1,
      have: 3,
      missing: 0,
    });
  });

  it.each([
    ['alt', spec('A').replace('alt: A', 'alt: Another')],
    ['output', spec('A', 'output: { widths: [100], formats: [webp] }\n')],
    ['pick', spec('A', 'pick: 1\n')],
    [
      'layout',
      '# a comment\nquality: low\nimage_size: { height: 816, width: 816 }\nalt: A\nprompt: "A "\n',
    ],
  ])('costs nothing to change %s', async (_what, changed) => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    await bench.generate();
    bench.project.write('a.image.yaml', changed);
    expect(await bench.generate()).toMatchObject({ generated: [], failed: [] });
    expect(service.stats.submits).toBe(1);
  });

  it('buys for a new prompt, and keeps the old picture for when it comes back', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    const first = await bench.generate();
    bench.project.write('a.image.yaml', spec('Another'));
    expect((await bench.plan()).specs[0]?.state).toBe('new');
    await bench.generate();
    expect(service.stats.submits).toBe(2);
    bench.project.write('a.image.yaml', spec('A'));
    const plan = await bench.plan();
    expect(plan.specs[0]).toMatchObject({ state: 'kept', key: first.generated[0]?.key });
    expect(plan.orphans).toHaveLength(1);
    await bench.generate();
    expect(service.stats.submits).toBe(2);
  });

  it('buys a picture that two specs share once, as many candidates as the greedier wants', async () => {
    const bench = createBench(service, {
      'a.image.yaml': spec('A').replace('alt: A', 'alt: One'),
      'b.image.yaml': spec('A', 'num_images: 3\n'),
      'c.image.yaml': spec('A', 'num_images: 2\n'),
    });
    expect((await bench.plan()).total).toEqual({ images: 3, usd: 0.03 });
    expect((await bench.generate()).generated).toHaveLength(3);
    expect(service.inputs.map((input) => input['num_images'])).toEqual([3]);
    await bench.generate({ more: 2 });
    expect(service.inputs.map((input) => input['num_images'])).toEqual([3, 2]);
  });

  it('sends further candidates in requests of four at most', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    await bench.generate();
    const report = await bench.generate({ more: 6 });
    expect(report).toMatchObject({ failed: [], total: { images: 6, usd: 0.06 } });
    expect(service.inputs.map((input) => input['num_images'])).toEqual([1, 4, 2]);
    expect(originals(bench.project)).toHaveLength(7);
  });

  it('takes back what safe copies know before it pays', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', 'num_images: 3\n') });
    await bench.generate();
    const stems = originals(bench.project).map((name) => name.replace(/\.png$/, ''));
    // One of three is committed on this branch, then all are gone.
    for (const count of [1, 3]) {
      for (const stem of stems.slice(-count)) {
        bench.project.remove(`.image-prompt/originals/${stem}.png`);
        bench.project.remove(`.image-prompt/originals/${stem}.json`);
      }
      const plan = await bench.plan();
      expect(plan.specs[0]).toMatchObject({ state: 'kept', have: 3, missing: 0, usd: 0 });
      expect(plan.specs[0]?.reason).toContain('safe copy');
      expect(await bench.generate({ budget: 0 })).toMatchObject({ generated: [], failed: [] });
      expect(originals(bench.project)).toHaveLength(3);
    }
    expect(service.stats.submits).toBe(1);
  });

  it('buys further candidates next to one that was thrown away', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', 'num_images: 2\n') });
    await bench.generate();
    bench.project.write('a.image.yaml', spec('A'));
    const [ugly] = originals(bench.project);
    bench.project.remove(`.image-prompt/originals/${ugly}`);
    bench.project.remove(`.image-prompt/originals/${ugly?.replace('.png', '.json')}`);
    const { generated } = await bench.generate({ more: 1 });
    expect(generated).toHaveLength(1);
    expect(originals(bench.project)).toHaveLength(2);
    expect(originals(bench.project)).not.toContain(ugly);
  });

  it('never buys for a broken original', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', 'num_images: 2\n') });
    await bench.generate();
    const [name] = originals(bench.project);
    writeFileSync(bench.project.path('.image-prompt/originals', name!), 'damaged');
    bench.project.remove('.image-prompt/state/objects');
    bench.project.write('a.image.yaml', spec('A', 'num_images: 4\n'));
    const plan = await bench.plan();
    expect(plan.specs[0]).toMatchObject({ state: 'broken', wanted: 4, have: 2, usd: 0 });
    expect(plan.total).toEqual({ images: 0, usd: 0 });
    const report = await bench.generate();
    expect(report.failed).toMatchObject([{ file: 'a.image.yaml', code: 'STORE_BROKEN' }]);
    expect(service.stats.submits).toBe(1);
  });

  it('never buys next to a damaged record', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    await bench.generate();
    const [name] = bench.project.list('.image-prompt/originals').filter((one) => /json$/.test(one));
    writeFileSync(bench.project.path('.image-prompt/originals', name!), '{');
    expect((await bench.plan()).specs[0]?.state).toBe('broken');
    expect((await bench.generate()).failed).toMatchObject([{ code: 'STORE_RECORD' }]);
    expect(service.stats.submits).toBe(1);
  });

  it('refuses a store of a newer release before it pays', async () => {
    const bench = createBench(service, TWO);
    const name = `x--${'b'.repeat(16)}--${'c'.repeat(16)}.json`;
    bench.project.write(`.image-prompt/originals/${name}`, '{"version": 2}');
    const { failed } = await bench.generate();
    expect(failed.map(({ code }) => code)).toEqual(['STORE_NEWER', 'STORE_NEWER']);
    expect(service.stats.submits).toBe(0);
  });

  it('stores the pictures of sketch() under their own keys', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    const { generated } = await bench.generate();
    const engine = bench.engine({ provider: sketch() });
    const files = ['a.image.yaml'];
    const report = await engine.generate(files, { ...GENERATE, budget: 0 });
    expect(report).toMatchObject({ failed: [], total: { images: 1, usd: 0 } });
    expect(report.generated[0]?.key).not.toBe(generated[0]?.key);
    expect((await engine.generate(files, GENERATE)).generated).toEqual([]);
    const more = await engine.generate(files, { ...GENERATE, more: 2 });
    expect(new Set(more.generated.map(({ digest }) => digest)).size).toBe(2);
    expect((await bench.plan()).specs[0]).toMatchObject({ state: 'kept', have: 1 });
  });
});

describe('receiving', () => {
  it('counts what was billed before the next request', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    service.setOptions({ promptUsd: 0.04 });
    service.setFaults([{ stage: 'media', kind: 'slow', ms: 100 }]);
    const report = await bench.generate({ budget: 0.05, concurrency: 1 });
    service.setOptions({ promptUsd: 0 });
    expect(report.total).toEqual({ images: 1, usd: 0.05 });
    expect(report.failed.map(({ code }) => code)).toEqual(['BUDGET_EXCEEDED']);
    expect(service.stats.submits).toBe(1);
  });

  it('goes on beside the next request', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    // Ten pieces, so the first picture takes a second after the service has finished it.
    service.setFaults([{ stage: 'media', kind: 'slow', ms: 100 }]);
    const seen: string[] = [];
    const onEvent = ({ type, file }: GenerateEvent): void => {
      if (type === 'stored' || type === 'submitted') seen.push(`${file} ${type}`);
    };
    const { failed } = await bench.generate({ concurrency: 1, onEvent });
    expect(failed).toEqual([]);
    expect(seen.slice(0, 2)).toEqual(['a.image.yaml submitted', 'b.image.yaml submitted']);
    expect(seen.slice(2).sort()).toEqual(['a.image.yaml stored', 'b.image.yaml stored']);
  });
});
