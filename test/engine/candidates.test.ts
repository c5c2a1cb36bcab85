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
