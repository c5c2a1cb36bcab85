import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../../src/options.ts';
import { sketch } from '../../src/provider/sketch.ts';
import type { ListFiles } from '../../src/spec/files.ts';
import { listFilesOnDisk, readFileFromDisk } from '../../src/spec/fs.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import {
  type Bench,
  createBench,
  createFal,
  dearSpec,
  GENERATE,
  notes,
  openEngine,
  originals,
  readNote,
  spec,
  startService,
} from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(() => service.reset());

const SMALL = 'output: { widths: [64], formats: [webp], placeholder: color }\n';

function build(bench: Bench, options: Options, file = 'a.image.yaml') {
  return bench.engine(options).buildPicture(bench.project.path(file), { encode: true });
}

describe('onMissing: generate', () => {
  it('pays once, and a hit equals the miss', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    const engine = bench.engine({ onMissing: 'generate' });
    const file = bench.project.path('a.image.yaml');
    const [miss, twin] = await Promise.all([
      engine.buildPicture(file, { encode: true }),
      engine.buildPicture(file, { encode: true }),
    ]);
    const hit = await build(bench, { onMissing: 'error' });
    expect(service.stats.submits).toBe(1);
    const shown = ({ renderOne: _, renderDraft: __, origin: ___, ...rest }: typeof miss) => rest;
    expect(shown(hit)).toEqual(shown(miss));
    expect(shown(twin)).toEqual(shown(miss));
    expect([miss.origin, hit.origin]).toEqual(['made', 'store']);
    expect(miss).toMatchObject({
      name: 'a',
      alt: 'A',
      prompts: ['A'],
      sketch: false,
      warnings: [],
    });
    expect(miss.variants.map(({ width, format }) => `${width}.${format}`)).toEqual(['64.webp']);
    expect(miss.dependencies).toEqual([file]);
  });

  it('stops at the budget of the run', async () => {
    const files = Object.fromEntries(['a', 'b'].map((n) => [`${n}.image.yaml`, dearSpec(n)]));
    const bench = createBench(service, files);
    const engine = bench.engine({ onMissing: 'generate', budget: 0.05 });
    const work = Object.keys(files).map((file) => engine.buildPicture(bench.project.path(file)));
    const outcomes = await Promise.allSettled(work);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'BUDGET_EXCEEDED' },
    });
    expect(service.stats.submits).toBe(1);
  });

  it('goes on with a request that an earlier run has paid for', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    service.setFaults([{ stage: 'media', kind: 'not_found', times: 99 }]);
    await bench.generate();
    service.setFaults([]);
    await build(bench, { onMissing: 'generate', budget: 0 });
    expect(service.stats.submits).toBe(1);
    expect(notes(bench.project)).toEqual([]);
  });
});

describe('onMissing: error', () => {
  it('lists everything that is missing with its price, and makes no request', async () => {
    const bench = createBench(service, {
      'a.image.yaml': spec('A'),
      'src/b.image.yaml': dearSpec('B'),
      'kept.image.yaml': spec('K', SMALL),
    });
    await bench.engine().generate(['kept.image.yaml'], GENERATE);
    service.requests.length = 0;
    const error = await build(bench, { onMissing: 'error' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'MISSING_FROZEN', file: 'a.image.yaml' });
    const { message, hint } = error as Error & { hint: string };
    expect(message).toContain('the option onMissing');
    expect(message).toContain('  a.image.yaml  $0.01\n  src/b.image.yaml  $0.04');
    expect(message).toContain('($0.05)');
    expect(message).not.toContain('kept.image.yaml');
    expect(hint).toContain('image-prompt generate');
    expect(service.requests).toEqual([]);
  });

  it('knows the price of a spec that discovery does not find', async () => {
    const bench = createBench(service, { 'dist/a.image.yaml': dearSpec('A') });
    await expect(build(bench, { onMissing: 'error' }, 'dist/a.image.yaml')).rejects.toMatchObject({
      message: expect.stringContaining('It would cost $0.04'),
    });
  });

  it('plans once for all that bundlers go on to ask for', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    let lists = 0;
    const list: ListFiles = (where) => {
      lists++;
      return listFilesOnDisk(where);
    };
    const specs = { read: readFileFromDisk, list, write: async () => {} };
    const options = { provider: createFal(service), onMissing: 'error' } as const;
    const engine = openEngine(bench.project, options, {}, { specs });
    const fail = async (name: string): Promise<void> => {
      const built = engine.buildPicture(bench.project.path(name));
      await expect(built).rejects.toMatchObject({ message: expect.stringContaining('($0.02)') });
    };
    await Promise.all(['a.image.yaml', 'b.image.yaml'].map(fail));
    expect(lists).toBe(1);
    engine.refresh();
    await fail('b.image.yaml');
    expect(lists).toBe(2);
  });

  it('does not even poll what is under way', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A') });
    service.setFaults([{ stage: 'media', kind: 'not_found', times: 99 }]);
    await bench.generate();
    service.setFaults([]);
    service.requests.length = 0;
    const { file, note } = readNote(bench.project);
    for (const state of [
      { state: 'submitted', result: null },
      { state: 'intent', result: null, requestId: null },
      {},
    ]) {
      bench.project.write(file, JSON.stringify({ ...note, ...state }));
      await expect(build(bench, { onMissing: 'error' })).rejects.toMatchObject({
        code: 'MISSING_FROZEN',
      });
    }
    expect(service.requests).toEqual([]);
  });

  it('brings lost originals back for free', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    await bench.generate();
    bench.project.remove('.image-prompt/originals');
    const picture = await build(bench, { onMissing: 'error' });
    expect(picture).toMatchObject({ origin: 'store', sketch: false });
    expect(originals(bench.project)).toHaveLength(1);
  });

  it('refuses a broken original, and never takes it for a missing one', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    await bench.generate();
    bench.project.remove(`.image-prompt/originals/${originals(bench.project)[0]}`);
    bench.project.remove('.image-prompt/state/objects');
    for (const onMissing of ['error', 'sketch', 'generate'] as const) {
      await expect(build(bench, { onMissing })).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    }
    const [record] = bench.project.list('.image-prompt/originals');
    bench.project.write(`.image-prompt/originals/${record}`, '{');
    for (const onMissing of ['error', 'sketch', 'generate'] as const) {
      await expect(build(bench, { onMissing })).rejects.toMatchObject({ code: 'STORE_RECORD' });
    }
    expect(service.stats.submits).toBe(1);
  });
});

describe('onMissing: sketch', () => {
  it('draws, and stores and sends nothing', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    const picture = await build(bench, { onMissing: 'sketch' });
    expect(picture).toMatchObject({ sketch: true, origin: 'preview' });
    expect(picture.plan.display).toEqual({ width: 816, height: 816 });
    expect(service.requests).toEqual([]);
    expect(bench.project.list('.image-prompt')).toEqual([]);
  });

  it('shows a picture that is there', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    const { generated } = await bench.generate();
    const picture = await build(bench, { onMissing: 'sketch' });
    expect(picture).toMatchObject({ sketch: false, source: generated[0]?.digest });
  });

  it('is not the provider sketch(), which stores', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    const picture = await build(bench, { onMissing: 'generate', provider: sketch(), budget: 0 });
    expect(picture).toMatchObject({ sketch: true, origin: 'made' });
    expect(originals(bench.project)).toHaveLength(1);
  });
});

describe('quality: auto', () => {
  const AUTO = 'output: { widths: [64], quality: auto, placeholder: color }\n';
  const optionsOf = (picture: Awaited<ReturnType<typeof build>>) =>
    Object.fromEntries(picture.plan.variants.map(({ format, options }) => [format, options]));

  it('searches for a picture that is kept, and finds the answer in the cache', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', AUTO) });
    const options: Options = { provider: sketch(), onMissing: 'generate', budget: 0 };
    const first = await build(bench, options);
    expect(optionsOf(first)).toMatchObject({ jpeg: { quality: 'auto' } });
    const engine = bench.engine(options);
    const file = bench.project.path('a.image.yaml');
    const second = await engine.buildPicture(file, { encode: true });
    expect(second.variants).toEqual(first.variants);
    expect(engine.tally()).toMatchObject({ encoded: 0, cached: 3 });
  });

  it('takes fixed qualities for a preview', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', AUTO) });
    const file = bench.project.path('a.image.yaml');
    const picture = await bench.engine({ onMissing: 'sketch' }).buildPicture(file);
    expect(optionsOf(picture)).toEqual({
      avif: { quality: 50, effort: 0 },
      webp: { quality: 75, effort: 0 },
      jpeg: { quality: 80 },
    });
  });

  it('is what a query may ask for', async () => {
    const bench = createBench(service, { 'a.image.yaml': spec('A', SMALL) });
    const picture = await bench
      .engine({ provider: sketch(), onMissing: 'generate', budget: 0 })
      .buildPicture(bench.project.path('a.image.yaml'), { overrides: { quality: 'auto' } });
    expect(optionsOf(picture)).toEqual({ webp: { quality: 'auto' } });
  });
});

describe('pick', () => {
  async function createThree() {
    const bench = createBench(service, { 'a.image.yaml': spec('A', 'num_images: 3\n') });
    const { generated } = await bench.generate();
    const digests = generated.map(({ digest }) => digest);
    const pick = async (value: string) => {
      bench.project.write('a.image.yaml', spec('A', `${SMALL}pick: ${value}\n`));
      return (await build(bench, { onMissing: 'error' })).source;
    };
    return { bench, digests, pick };
  }

  it('takes the oldest, a number, or the first digits of a digest', async () => {
    const { digests, pick } = await createThree();
    expect(await pick('1')).toBe(digests[0]);
    expect(await pick('3')).toBe(digests[2]);
    for (const digest of digests) expect(await pick(`"${digest.slice(0, 8)}"`)).toBe(digest);
    await expect(pick('4')).rejects.toMatchObject({
      code: 'SPEC_PICK',
      message: expect.stringContaining('from 1 to 3'),
    });
    await expect(pick('"000000ff00"')).rejects.toMatchObject({
      code: 'SPEC_PICK',
      message: expect.stringContaining(digests[1]!.slice(0, 12)),
    });
  });

  it('counts alike when the pictures come back from safe copies', async () => {
    const { bench, digests, pick } = await createThree();
    for (const number of [1, 2, 3]) {
      bench.project.remove('.image-prompt/originals');
      expect(await pick(String(number))).toBe(digests[number - 1]);
    }
  });
});

describe('a spec with mistakes', () => {
  it('names its files before it fails, with every problem', async () => {
    const bench = createBench(service, {
      'a.image.yaml': 'extends: base.yaml\nprompt: 1\n',
      'base.yaml': 'nope: 1\n',
    });
    const seen: string[] = [];
    const work = bench
      .engine({ onMissing: 'generate' })
      .buildPicture(bench.project.path('a.image.yaml'), {
        onDependencies: (files) => void seen.push(...files),
      });
    const error = (await work.catch((reason: unknown) => reason)) as { diagnostics: unknown[] };
    expect(error.diagnostics.length).toBeGreaterThan(1);
    expect(seen).toEqual([bench.project.path('a.image.yaml'), bench.project.path('base.yaml')]);
    expect(service.requests).toEqual([]);
  });

  it('fails for one that is not there', async () => {
    const bench = createBench(service, {});
    const provider = createFal(service);
    await expect(build(bench, { onMissing: 'generate', provider })).rejects.toMatchObject({
      code: 'SPEC_READ',
    });
  });
});
