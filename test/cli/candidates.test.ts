// Candidates from the first to the last: what is paid, what is free, and that the spec stays the author's.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { originals, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject } from '../helpers/project.ts';
import { configFor, run } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const FILE = 'src/hero.image.yaml';
/** Odd on purpose: comments, quotes, an order and a layout that are somebody's own. */
const SPEC = `# The picture of the front page.
alt:   "A café"   # read aloud

prompt: >-
  A café at dusk,
  seen from the street
image_size: { width: 816, height: 816 } # square
"quality": low
num_images: 1   # see docs/candidates.md
pick: 1  # the warm one

# the end
`;

interface Shown {
  file: string;
  pick: number | string;
  candidates: { number: number; digest: string; picked: boolean; usd: number }[];
}

it('num_images, --more, pick and a reverted prompt work together', async () => {
  const project = createProject({
    'image-prompt.config.mjs': configFor(service),
    [FILE]: SPEC,
  });
  const paid = (): number[] => [service.stats.submits, service.stats.billedImages];
  const write = (from: string, to: string): void => {
    const text = project.readText(FILE);
    expect(text).toContain(from);
    project.write(FILE, text.replace(from, to));
  };
  const go = async (code: number, ...words: string[]): Promise<Record<string, unknown>> => {
    const ran = await run(project, [...words, '--json']);
    expect(ran.code, `${words.join(' ')}\n${ran.err}`).toBe(code);
    return ran.json();
  };
  const show = async (code = 0): Promise<Shown> => {
    const [shown] = (await go(code, 'sheet', FILE))['specs'] as Shown[];
    return shown!;
  };
  const numbersOf = ({ candidates }: Shown): [number, boolean][] =>
    candidates.map(({ number, picked }) => [number, picked]);

  // One picture, one request.
  await go(0, 'generate', '--yes');
  const [first] = (await show()).candidates;
  expect(first).toMatchObject({ number: 1, picked: true, usd: 0.01 });
  expect(paid()).toEqual([1, 1]);

  // Raising num_images asks for those that are missing, in one request.
  write('num_images: 1', 'num_images: 3');
  expect(await go(2, 'plan')).toMatchObject({
    specs: [{ state: 'more', wanted: 3, have: 1, missing: 2, usd: 0.02 }],
    total: { images: 2, usd: 0.02 },
  });
  expect(numbersOf(await show(2))).toEqual([[1, true]]);
  await go(0, 'generate', '--yes');
  const three = await show();
  expect(numbersOf(three)).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
  expect(three.candidates[0]).toEqual(first);
  expect(paid()).toEqual([2, 3]);

  // --more goes beyond what the spec wants, and asks for no less than that later.
  expect(await go(2, 'generate', '--more', '2', FILE, '--dry-run')).toMatchObject({
    total: { images: 2, usd: 0.02 },
  });
  expect(paid()).toEqual([2, 3]);
  await go(2, 'generate', '--more', '2', FILE);
  expect(paid()).toEqual([2, 3]);
  await go(0, 'generate', '--more', '2', FILE, '--yes');
  const five = await show();
  expect(five.candidates.slice(0, 3)).toEqual(three.candidates);
  expect(five.candidates.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(five.candidates.map(({ digest }) => digest)).size).toBe(5);
  expect(paid()).toEqual([3, 5]);
  await go(0, 'generate', '--yes');
  expect(paid()).toEqual([3, 5]);

  // Picking by number and by digest changes one value and leaves the text alone.
  const before = project.readText(FILE);
  await go(0, 'pick', FILE, '4');
  expect(project.readText(FILE)).toBe(before.replace('pick: 1 ', 'pick: 4 '));
  expect(await show()).toMatchObject({ pick: 4 });
  expect((await show()).candidates.filter(({ picked }) => picked)).toMatchObject([{ number: 4 }]);
  const fifth = five.candidates[4]!.digest;
  await go(0, 'pick', FILE, fifth.slice(0, 10).toUpperCase());
  const picked = before.replace('pick: 1 ', `pick: "${fifth.slice(0, 10)}" `);
  expect(project.readText(FILE)).toBe(picked);
  expect((await show()).candidates[4]).toMatchObject({ digest: fifth, picked: true });
  expect(paid()).toEqual([3, 5]);

  // Another prompt is another picture: nothing of it is there, and the old ones are nobody's.
  write('at dusk', 'at dawn');
  write(`pick: "${fifth.slice(0, 10)}"`, 'pick: 1');
  expect(await go(2, 'plan')).toMatchObject({
    specs: [{ state: 'new', wanted: 3, missing: 3, usd: 0.03 }],
    orphans: [{}, {}, {}, {}, {}],
  });
  expect((await show(2)).candidates).toEqual([]);
  write('num_images: 3', 'num_images: 1');
  await go(0, 'generate', '--yes');
  expect(numbersOf(await show())).toEqual([[1, true]]);
  expect(paid()).toEqual([4, 6]);

  // Going back finds all five under their numbers, the pick included, and pays nothing.
  project.write(FILE, picked);
  const sent = service.requests.length;
  expect(await go(0, 'plan')).toMatchObject({ specs: [{ state: 'kept' }], total: { images: 0 } });
  await go(0, 'generate', '--yes');
  expect(await show()).toMatchObject({
    candidates: five.candidates.map(({ digest }) => ({ digest })),
  });
  expect((await show()).candidates[4]).toMatchObject({ picked: true });
  await go(0, 'verify');
  expect(originals(project)).toHaveLength(6);
  expect(service.requests).toHaveLength(sent);
  expect(paid()).toEqual([4, 6]);
});
