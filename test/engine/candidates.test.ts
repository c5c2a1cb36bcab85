import { describe, expect, it } from 'vitest';
import type { ListedOriginal } from '../../src/engine/types.ts';
import type { Project } from '../helpers/project.ts';
import { edit, useEdits } from './edit-helpers.ts';
import { type Bench, createBench, GENERATE, originals, spec } from './helpers.ts';

const { service } = useEdits();

/** Takes an original out of the working copy, as `git clean` would; the safe copy stays. */
function lose(project: Project, { file }: ListedOriginal): void {
  project.remove(file);
  project.remove(file.replace(/\.\w+$/, '.json'));
}

/** What each way to a page shows, by digest. */
async function sourcesOf(bench: Bench, path: string): Promise<string[]> {
  const shown: string[] = [];
  for (const onMissing of ['sketch', 'error'] as const) {
    const engine = bench.engine({ onMissing });
    shown.push((await engine.peek(path)).replace('store:', ''));
    shown.push((await engine.buildPicture(path)).source);
  }
  return shown;
}

describe('a candidate that only the safe copies have', () => {
  it('keeps its number, in pick, on pages, on the sheet and in what comes after', async () => {
    const files = { 'a.image.yaml': spec('A', 'num_images: 2\n') };
    const bench = createBench(service(), files);
    await bench.generate();
    const [one, two] = await bench.engine().list(null);
    lose(bench.project, one!);
    const sheet = await bench
      .engine()
      .writeSheet(null, { target: bench.project.path('sheet.html'), format: 'html' });
    expect(
      sheet.specs[0]!.candidates.map(({ number, digest, picked }) => [number, digest, picked]),
    ).toEqual([[2, two!.digest, false]]);
    expect((await bench.engine().pick('a.image.yaml', 1)).digest).toBe(one!.digest);
    expect((await bench.engine().pick('a.image.yaml', 2)).digest).toBe(two!.digest);
    bench.project.write('a.image.yaml', files['a.image.yaml']);
    const path = bench.project.path('a.image.yaml');
    expect(await sourcesOf(bench, path)).toEqual(Array(4).fill(one!.digest));
    await bench.generate();
    expect(await sourcesOf(bench, path)).toEqual(Array(4).fill(one!.digest));
    expect(service().stats.billedImages).toBe(2);
  });

  it.each([
    ['a digest', (digest: string) => `pick: "${digest.slice(0, 8)}"\n`],
    ['a number above those that are there', () => 'pick: 3\n'],
  ])('is found by %s, and what is made from it too', async (_, pickOf) => {
    const bench = createBench(service(), { 'a.image.yaml': spec('A') });
    await bench.generate();
    await bench.engine().generate(['a.image.yaml'], { ...GENERATE, more: 2 });
    const last = (await bench.engine().list(null)).at(-1)!;
    bench.project.write('a.image.yaml', spec('A', pickOf(last.digest)));
    bench.project.write('b.image.yaml', edit('B', ['./a.image.yaml']));
    lose(bench.project, last);
    expect((await bench.plan()).specs.map(({ reason }) => reason)).toEqual([
      'a safe copy will be restored',
      'not in the store',
    ]);
    const { generated, failed } = await bench.generate();
    expect([generated.length, failed]).toEqual([1, []]);
    expect(originals(bench.project)).toHaveLength(4);
    const path = bench.project.path('a.image.yaml');
    lose(bench.project, last);
    expect(await sourcesOf(bench, path)).toEqual(Array(4).fill(last.digest));
  });
});

it('a damaged record stops a pick: the numbers of the others mean nothing', async () => {
  const bench = createBench(service(), { 'a.image.yaml': spec('A', 'num_images: 2\n') });
  await bench.generate();
  const [one] = await bench.engine().list(null);
  bench.project.write(one!.file.replace(/\.\w+$/, '.json'), '{');
  const before = bench.project.readText('a.image.yaml');
  await expect(bench.engine().pick('a.image.yaml', 1)).rejects.toMatchObject({
    code: 'STORE_RECORD',
  });
  expect(bench.project.readText('a.image.yaml')).toBe(before);
});

describe('a pick that no candidate would answer to', () => {
  const CHAIN = {
    'a.image.yaml': spec('A', 'pick: 7\n'),
    'b.image.yaml': edit('B', ['./a.image.yaml']),
  };
  const diagnostic = {
    ...{ code: 'SPEC_PICK', severity: 'error', file: 'a.image.yaml', line: 5, column: 7 },
    message: 'Expected a number from 1 to 1 for pick of a.image.yaml, received 7.',
  };

  it('is told at its place, and nothing is bought for it or behind it', async () => {
    const bench = createBench(service(), CHAIN);
    const { specs, diagnostics, total } = await bench.plan();
    expect(specs.map(({ state, usd, reason }) => [state, usd, reason])).toEqual([
      ['new', 0, diagnostic.message],
      ['new', 0, 'after a.image.yaml'],
    ]);
    expect(total).toEqual({ images: 0, usd: 0 });
    expect(diagnostics).toMatchObject([diagnostic]);
    for (const name of Object.keys(CHAIN)) {
      expect(await bench.engine().check([name])).toMatchObject([diagnostic]);
    }
    const { failed } = await bench.generate();
    expect(failed.map(({ file, code }) => [file, code])).toEqual([
      ['a.image.yaml', 'SPEC_PICK'],
      ['b.image.yaml', 'MISSING_INPUT'],
    ]);
    for (const onMissing of ['generate', 'error'] as const) {
      for (const name of Object.keys(CHAIN)) {
        await expect(
          bench.engine({ onMissing }).buildPicture(bench.project.path(name)),
        ).rejects.toMatchObject({ code: 'SPEC_PICK', message: diagnostic.message });
      }
    }
    expect(service().stats.submits).toBe(0);
  });

  it('is bought when further candidates are asked for that reach it', async () => {
    const bench = createBench(service(), { 'a.image.yaml': spec('A', 'pick: 3\n') });
    const engine = bench.engine();
    expect((await engine.plan(['a.image.yaml'], { more: 2 })).total.images).toBe(0);
    expect((await engine.plan(['a.image.yaml'], { more: 3 })).total.images).toBe(3);
    const { generated } = await engine.generate(['a.image.yaml'], { ...GENERATE, more: 3 });
    expect(generated).toHaveLength(3);
    expect((await bench.plan()).diagnostics).toEqual([]);
  });

  it('is told of a picture that is there', async () => {
    const bench = createBench(service(), { 'a.image.yaml': spec('A') });
    await bench.generate();
    for (const pick of ['3', '"0123abcd"']) {
      bench.project.write('a.image.yaml', spec('A', `pick: ${pick}\n`));
      const { specs, diagnostics } = await bench.plan();
      expect(specs[0]).toMatchObject({ state: 'kept', reason: diagnostics[0]!.message });
      expect(diagnostics).toMatchObject([{ code: 'SPEC_PICK', line: 5 }]);
      expect((await bench.generate()).failed).toMatchObject([{ code: 'SPEC_PICK' }]);
    }
    expect(service().stats.billedImages).toBe(1);
  });

  it('of an edit is told before that is paid, once what it works on is there', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': spec('A'),
      'b.image.yaml': edit('B', ['./a.image.yaml'], 'pick: 2\n'),
    });
    expect((await bench.plan()).diagnostics).toEqual([]);
    const { generated, failed } = await bench.generate();
    expect(generated.map(({ file }) => file)).toEqual(['a.image.yaml']);
    expect(failed).toMatchObject([{ file: 'b.image.yaml', code: 'SPEC_PICK' }]);
    expect((await bench.plan()).diagnostics).toMatchObject([{ file: 'b.image.yaml' }]);
  });

  it('does not keep another spec of the key from being made', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': spec('A', 'pick: 3\n'),
      'b.image.yaml': spec('A', 'num_images: 2\n'),
    });
    expect((await bench.plan()).total).toEqual({ images: 2, usd: 0.02 });
    const { generated, failed } = await bench.generate();
    expect([generated.length, failed.map(({ file }) => file)]).toEqual([2, ['a.image.yaml']]);
  });
});
