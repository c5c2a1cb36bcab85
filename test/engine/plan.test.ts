import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createBench, originals, spec, startService } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(() => service.reset());

describe('plan', () => {
  it('sends nothing and writes nothing', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    await bench.plan();
    expect(service.requests).toEqual([]);
    expect(bench.project.list()).toEqual(['a.image.yaml']);
  });

  it('says what is wanted, asked and shown', async () => {
    const text = 'prompt: Card\nalt: ""\nimage_size: 1200x630\nquality: high\nnum_images: 2\n';
    const bench = createBench(service, { 'src/card.image.yaml': text });
    const plan = await bench.plan();
    expect(plan).toEqual({
      specs: [
        {
          file: 'src/card.image.yaml',
          state: 'new',
          key: expect.stringMatching(/^[0-9a-f]{64}$/),
          model: 'openai/gpt-image-2',
          request: { width: 1200, height: 640 },
          picture: { width: 1200, height: 630 },
          wanted: 2,
          have: 0,
          missing: 2,
          usd: expect.any(Number),
          reason: 'not in the store',
        },
      ],
      orphans: [],
      pending: [],
      diagnostics: [],
      total: { images: 2, usd: plan.specs[0]?.usd },
    });
  });

  it('adds prices without the drift of binary fractions', async () => {
    const files = Array.from({ length: 11 }, (_, i) => [`${i}.image.yaml`, spec(`N${i}`)]);
    const bench = createBench(service, Object.fromEntries(files));
    expect((await bench.plan()).total).toEqual({ images: 11, usd: 0.11 });
  });

  it('counts a picture of several specs once, and says whose it is', async () => {
    const bench = createBench(service, {
      'a.image.yaml': spec('A'),
      'b.image.yaml': spec('A', 'num_images: 3\n'),
      'c.image.yaml': spec('A'),
    });
    const { specs, total } = await bench.plan();
    expect(total).toEqual({ images: 3, usd: 0.03 });
    expect(specs.map(({ missing, usd }) => [missing, usd])).toEqual([
      [1, 0],
      [3, 0.03],
      [1, 0],
    ]);
    expect(specs.map(({ reason }) => reason)).toEqual([
      'the same picture as b.image.yaml',
      'not in the store',
      'the same picture as b.image.yaml',
    ]);
    await bench.generate();
    const kept = await bench.plan();
    expect(kept.specs.map(({ state, usd }) => [state, usd])).toEqual(Array(3).fill(['kept', 0]));
    expect((await bench.plan(2)).total).toEqual({ images: 2, usd: 0.02 });
  });

  it('tells orphans from what a spec with a mistake owns', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    const { generated } = await bench.generate();
    bench.project.write('a.image.yaml', 'prompt: [\n');
    bench.project.remove('b.image.yaml');
    const plan = await bench.plan();
    const b = generated.find(({ file }) => file === 'b.image.yaml')!;
    expect(plan.orphans).toEqual([{ digest: b.digest, key: b.key, bytes: expect.any(Number) }]);
    expect(plan.specs).toEqual([]);
    expect(plan.diagnostics[0]).toMatchObject({ file: 'a.image.yaml', severity: 'error' });
  });

  it('knows orphans of the whole project when it is about one spec', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    await bench.generate();
    const plan = await bench.engine().plan(['a.image.yaml']);
    expect(plan.specs).toHaveLength(1);
    expect(plan.orphans).toEqual([]);
  });

  it('has no orphan for a spec that is named although discovery skips it', async () => {
    const bench = createBench(service, { 'dist/a.image.yaml': spec('A') });
    const engine = bench.engine();
    const budget = { budget: 5, concurrency: 1, acceptUnknownPrice: false };
    await engine.generate(['dist/a.image.yaml'], budget);
    expect((await engine.plan(['dist/a.image.yaml'])).orphans).toEqual([]);
    bench.project.write('dist/a.image.yaml', 'prompt: [\n');
    expect((await engine.plan(['dist/a.image.yaml'])).orphans).toEqual([]);
  });

  it.each([
    ['missing', null],
    ['corrupt', 'damaged'],
  ])('says broken when bytes are %s and no safe copy is left', async (health, content) => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    await bench.generate();
    const file = `.image-prompt/originals/${originals(bench.project)[0]}`;
    if (content === null) bench.project.remove(file);
    else bench.project.write(file, content);
    expect((await bench.plan()).specs[0]?.state).toBe('kept');
    bench.project.remove('.image-prompt/state/objects');
    const [item] = (await bench.plan()).specs;
    expect(item).toMatchObject({ state: 'broken', have: 1, missing: 0, usd: 0 });
    expect(item?.reason).toContain(`is ${health}`);
  });

  it('says broken for a git-LFS pointer', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    const { generated } = await bench.generate();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${generated[0]?.digest}\nsize 9\n`;
    bench.project.write(`.image-prompt/originals/${originals(bench.project)[0]}`, pointer);
    bench.project.remove('.image-prompt/state/objects');
    const [item] = (await bench.plan()).specs;
    expect(item).toMatchObject({ state: 'broken' });
    expect(item?.reason).toMatch(/lfs/i);
  });

  it('plans a thousand specs', async () => {
    const files = Array.from({ length: 1000 }, (_, i) => [`s/${i}.image.yaml`, spec(`N${i}`)]);
    const bench = createBench(service, Object.fromEntries(files));
    expect((await bench.plan()).total.images).toBe(1000);
  });
});
