import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemo } from '../../src/fs/memo.ts';
import { createVariantCache } from '../../src/variant/cache.ts';
import { createLanes } from '../../src/variant/lanes.ts';
import { createRenderer } from '../../src/variant/render.ts';
import type { VariantSpec } from '../../src/variant/types.ts';
import { createFakeEncoder, makeJob, makeSpec, makeTempDir } from './helpers.ts';

const root = makeTempDir();
let count = 0;

function setUp(lanes = 2) {
  const encoder = createFakeEncoder();
  const cacheDir = join(root, String(count++));
  const cache = createVariantCache({ cacheDir, memo: openMemo(cacheDir) });
  const renderer = createRenderer({ encoder, cache, lanes: createLanes(lanes) });
  const reads = { count: 0 };
  const read = async (): Promise<Buffer> => {
    reads.count++;
    return Buffer.from('original');
  };
  return { encoder, cache, cacheDir, renderer, reads, read };
}

const job = makeJob({ width: 1536, height: 1024 });
const specs: VariantSpec[] = [640, 828, 1200, 1536].flatMap((width) =>
  (['avif', 'webp', 'jpeg'] as const).map((format) => makeSpec(width, format)),
);

describe('render', () => {
  it('decodes once for all widths and formats, and keeps the order of the specs', async () => {
    const { encoder, renderer, reads, read } = setUp();
    const variants = await renderer.render(job, specs, read);
    expect(variants.map(({ width, format }) => `${width}.${format}`)).toEqual(
      specs.map(({ width, format }) => `${width}.${format}`),
    );
    expect(encoder.opened).toBe(1);
    expect(reads.count).toBe(1);
    expect(encoder.encoded).toHaveLength(specs.length);
  });

  it('encodes what is big first', async () => {
    const { encoder, renderer, read } = setUp(1);
    await renderer.render(job, specs, read);
    // The first place goes to whoever looked first; from then on the largest that waits goes next.
    const widths = encoder.encoded.slice(1).map((name) => Number.parseInt(name, 10));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  });

  it('gives a hit that is deep-equal to the miss, without reading the original', async () => {
    const { encoder, cacheDir, renderer, read } = setUp();
    const miss = await renderer.render(job, specs, read);
    const never = () => Promise.reject(new Error('read'));
    expect(await renderer.render(job, specs, never)).toEqual(miss);
    const other = createRenderer({
      encoder,
      cache: createVariantCache({ cacheDir, memo: openMemo(cacheDir) }),
    });
    expect(await other.render(job, specs, never)).toEqual(miss);
    expect(encoder.opened).toBe(1);
  });

  it('makes only what is damaged again', async () => {
    const { encoder, renderer, reads, read } = setUp();
    const first = await renderer.render(job, specs, read);
    await writeFile(first[3]!.path, '');
    expect(await renderer.render(job, specs, read)).toEqual(first);
    expect(encoder.encoded).toHaveLength(specs.length + 1);
    expect(reads.count).toBe(2);
    expect((await readFile(first[3]!.path)).length).toBe(first[3]!.bytes);
  });

  it('encodes a variant once for concurrent orders, and repeats in one order', async () => {
    const { encoder, renderer, read } = setUp();
    const all = await Promise.all([
      renderer.render(job, [...specs, specs[0]!], read),
      renderer.render(job, specs, read),
      ...specs.map((spec) => renderer.renderOne(job, spec, read)),
    ]);
    expect(encoder.encoded).toHaveLength(specs.length);
    expect(encoder.opened).toBe(1);
    expect(all[0]!).toEqual([...(all[1] as object[]), (all[1] as object[])[0]]);
  });

  it('bounds work over all calls', async () => {
    const { encoder, renderer, read } = setUp(2);
    const jobs = Array.from({ length: 8 }, (_, index) => ({
      ...job,
      source: `${index}`.repeat(64),
    }));
    await Promise.all(jobs.map((job) => renderer.render(job, specs, read)));
    expect(encoder.busiest).toBe(2);
    expect(encoder.opened).toBe(8);
  });

  it('does not wait for ever when calls with few places wait for each other', async () => {
    const { encoder, renderer, read } = setUp(1);
    // Same variants, but originals that are opened apart since their placeholders differ.
    const [a, b, c, d] = specs as [VariantSpec, VariantSpec, VariantSpec, VariantSpec];
    const blur = { ...job, placeholder: 'blur' as const };
    await Promise.all([
      renderer.render(job, [a, b], read),
      renderer.render(blur, [c, a, d], read),
      renderer.render(job, [d, c], read),
      renderer.renderPlanned(blur, () => ({ variants: [b, c, a, d] }), read),
    ]);
    expect(encoder.encoded).toHaveLength(4);
  });

  it('fails with the error of the encoder once all has ended, and works afterwards', async () => {
    const { encoder, renderer, read } = setUp();
    encoder.fail = (spec) => spec.width === 828;
    await expect(renderer.render(job, specs, read)).rejects.toThrow('no 828');
    encoder.fail = () => false;
    expect(await renderer.render(job, specs, read)).toHaveLength(specs.length);
  });

  it('passes on what reading throws, and frees the place', async () => {
    const { renderer, read } = setUp(1);
    const gone = () => Promise.reject(new Error('gone'));
    await expect(renderer.render(job, specs, gone)).rejects.toThrow('gone');
    await expect(renderer.analyse(job, gone)).rejects.toThrow('gone');
    expect(await renderer.render(job, specs, read)).toHaveLength(specs.length);
  });

  it('needs neither encoder nor original for no specs', async () => {
    const { encoder, renderer, read } = setUp();
    expect(await renderer.render(job, [], read)).toEqual([]);
    expect(encoder.opened).toBe(0);
  });
});

describe('analyse and renderPlanned', () => {
  it('analyses once and keeps the answer', async () => {
    const { encoder, renderer, read } = setUp();
    const [first, second] = await Promise.all([
      renderer.analyse(job, read),
      renderer.analyse(job, read),
    ]);
    expect(second).toEqual(first);
    expect(await renderer.analyse(job, read)).toEqual(first);
    expect(encoder.opened).toBe(1);
  });

  it('decodes once for the analysis and all variants, and not at all the second time', async () => {
    const { encoder, renderer, read } = setUp();
    const plan = () => ({ variants: specs });
    const cold = await renderer.renderPlanned(job, plan, read);
    expect(encoder.opened).toBe(1);
    const warm = await renderer.renderPlanned(job, plan, () => Promise.reject(new Error('read')));
    expect(warm.variants).toEqual(cold.variants);
    expect(warm.analysis).toEqual(cold.analysis);
    expect(dirname(dirname(warm.variants[0]!.path))).toContain('variants');
  });
});

describe('lanes', () => {
  it('lets small ones pass a big one that does not fit, and runs a huge one alone', async () => {
    const lanes = createLanes(2);
    const order: string[] = [];
    const run = (name: string, pixels: number) =>
      lanes.run(pixels, async () => {
        order.push(`+${name}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`-${name}`);
      });
    await Promise.all([run('4k', 8e6), run('second 4k', 8e6), run('small', 1e6), run('huge', 5e7)]);
    expect(order.slice(0, 2)).toEqual(['+4k', '+small']);
    const huge = order.indexOf('+huge');
    expect(order[huge + 1]).toBe('-huge');
    expect(order).toHaveLength(8);
  });
});
