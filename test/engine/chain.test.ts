import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { sketch } from '../../src/provider/sketch.ts';
import type { Project } from '../helpers/project.ts';
import { edit, useEdits } from './edit-helpers.ts';
import { createBench, GENERATE, originals, spec } from './helpers.ts';

const { service } = useEdits();

/** a → b → c, and d alone. */
const CHAIN = {
  'a.image.yaml': spec('A'),
  'b.image.yaml': edit('B', ['./a.image.yaml']),
  'c.image.yaml': edit('C', ['./b.image.yaml', './a.image.yaml']),
  'd.image.yaml': spec('D'),
};

const prompts = (): unknown[] => service().inputs.map(({ prompt }) => prompt);

describe('a chain', () => {
  it('is planned whole, made in order, paid once and then kept', async () => {
    const bench = createBench(service(), CHAIN);
    const { specs, total } = await bench.plan();
    expect(specs.map(({ file, state, usd, reason }) => [file, state, usd, reason])).toEqual([
      ['a.image.yaml', 'new', 0.01, 'not in the store'],
      ['b.image.yaml', 'new', 0.02, 'after a.image.yaml'],
      ['c.image.yaml', 'new', 0.03, 'after b.image.yaml, a.image.yaml'],
      ['d.image.yaml', 'new', 0.01, 'not in the store'],
    ]);
    expect(total).toEqual({ images: 4, usd: 0.07 });
    const { generated, failed } = await bench.generate();
    expect(failed).toEqual([]);
    expect(generated).toHaveLength(4);
    const order = prompts();
    expect(order.indexOf('A')).toBeLessThan(order.indexOf('B'));
    expect(order.indexOf('B')).toBeLessThan(order.indexOf('C'));
    // What was sent is what the store has.
    const [first] = service().inputs.filter(({ prompt }) => prompt === 'B');
    const [url] = first!['image_urls'] as string[];
    const a = generated.find(({ file }) => file === 'a.image.yaml')!;
    const file = originals(bench.project).find((name) => name.includes(a.digest.slice(0, 16)))!;
    expect(service().uploaded(url!)).toEqual(bench.project.read(`.image-prompt/originals/${file}`));
    const again = await bench.plan();
    expect(again.specs.map(({ state }) => state)).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(again).toMatchObject({ total: { images: 0, usd: 0 }, orphans: [] });
    await bench.generate();
    expect(service().stats).toMatchObject({ accepted: 4, billedImages: 4 });
  });

  it('is made by naming its end; what was agreed to covers what it is made from', async () => {
    const bench = createBench(service(), CHAIN);
    const engine = bench.engine();
    const { specs, total } = await engine.plan(['c.image.yaml']);
    expect(specs.map(({ file }) => file)).toEqual(['a.image.yaml', 'b.image.yaml', 'c.image.yaml']);
    expect(total.usd).toBe(0.06);
    const only = new Map(specs.map(({ key, missing }) => [key, missing]));
    const { generated } = await engine.generate(['c.image.yaml'], { ...GENERATE, only });
    expect(generated).toHaveLength(3);
    expect(service().stats.accepted).toBe(3);
  });

  it('sends nothing that was not agreed to', async () => {
    const bench = createBench(service(), CHAIN);
    const engine = bench.engine();
    const { specs } = await engine.plan(['c.image.yaml']);
    const only = new Map([[specs[2]!.key, 1]]);
    const { generated, failed } = await engine.generate(['c.image.yaml'], { ...GENERATE, only });
    expect(generated).toEqual([]);
    expect(failed).toMatchObject([{ file: 'c.image.yaml', code: 'MISSING_INPUT' }]);
    expect(service().stats.submits).toBe(0);
  });

  it('stops where a picture of it fails, and goes on from there', async () => {
    const bench = createBench(service(), CHAIN);
    const kind = 'content_policy_violation';
    service().setFaults([{ stage: 'submit', kind, times: 99, match: { prompt: 'B' } }]);
    const { generated, failed } = await bench.generate();
    expect(generated.map(({ file }) => file).sort()).toEqual(['a.image.yaml', 'd.image.yaml']);
    expect(failed.map(({ file, code }) => [file, code]).sort()).toEqual([
      ['b.image.yaml', 'PROVIDER_REFUSED'],
      ['c.image.yaml', 'MISSING_INPUT'],
    ]);
    expect(prompts()).not.toContain('C');
    service().setFaults([]);
    expect((await bench.generate()).generated).toHaveLength(2);
    expect(service().stats.accepted).toBe(4);
  });

  it('does not go beyond the budget', async () => {
    const bench = createBench(service(), CHAIN);
    const { failed } = await bench.generate({ budget: 0.04 });
    expect(failed.map(({ code }) => code)).toContain('BUDGET_EXCEEDED');
    expect(service().stats.billedUsd).toBeLessThanOrEqual(0.04);
    await bench.generate({ budget: 0.04 });
    expect(service().stats).toMatchObject({ accepted: 4, billedImages: 4 });
  });

  it('goes on after a run that did not wait', async () => {
    const bench = createBench(service(), CHAIN);
    const first = await bench.generate({ wait: false });
    expect(first.submitted?.map(({ file }) => file).sort()).toEqual([
      'a.image.yaml',
      'd.image.yaml',
    ]);
    const { generated, resumed } = await bench.generate();
    expect(resumed.map(({ file }) => file).sort()).toEqual(['a.image.yaml', 'd.image.yaml']);
    expect(generated.map(({ file }) => file)).toEqual(['b.image.yaml', 'c.image.yaml']);
    expect(service().stats).toMatchObject({ accepted: 4, billedImages: 4 });
  });
});

describe('another picture upstream', () => {
  const TWO = {
    'a.image.yaml': spec('A', 'num_images: 2\n'),
    'b.image.yaml': edit('B', ['./a.image.yaml']),
  };
  const states = async (bench: ReturnType<typeof createBench>) =>
    (await bench.plan()).specs.map(({ state }) => state);

  it('picked: the edit is new, and going back finds the old one', async () => {
    const bench = createBench(service(), TWO);
    await bench.generate();
    bench.project.write('a.image.yaml', `${TWO['a.image.yaml']}pick: 2\n`);
    expect(await states(bench)).toEqual(['kept', 'new']);
    await expect(
      bench.engine({ onMissing: 'error' }).buildPicture(bench.project.path('b.image.yaml')),
    ).rejects.toMatchObject({ code: 'MISSING_FROZEN' });
    bench.project.write('a.image.yaml', TWO['a.image.yaml']);
    expect(await states(bench)).toEqual(['kept', 'kept']);
    expect(service().stats.billedImages).toBe(3);
  });

  it('prompted: both are new, with the price of both', async () => {
    const bench = createBench(service(), TWO);
    await bench.generate();
    bench.project.write('a.image.yaml', spec('Z'));
    const { specs, total } = await bench.plan();
    expect(specs.map(({ state }) => state)).toEqual(['new', 'new']);
    expect(total).toEqual({ images: 2, usd: 0.03 });
    bench.project.write('a.image.yaml', TWO['a.image.yaml']);
    expect(await states(bench)).toEqual(['kept', 'kept']);
  });

  it('lost from the store: both come back from the safe copies, free', async () => {
    const bench = createBench(service(), TWO);
    await bench.generate();
    bench.project.remove('.image-prompt/originals');
    expect((await bench.plan()).total).toEqual({ images: 0, usd: 0 });
    await bench.generate();
    expect(service().stats.billedImages).toBe(3);
    expect(originals(bench.project)).toHaveLength(3);
  });

  it('lost in part: the numbers stay what they were, and no other candidate is edited', async () => {
    const bench = createBench(service(), TWO);
    await bench.generate();
    const [oldest] = await bench.engine().list(['a.image.yaml']);
    bench.project.remove(oldest!.file);
    bench.project.remove(oldest!.file.replace(/\.\w+$/, '.json'));
    expect((await bench.plan()).total).toEqual({ images: 0, usd: 0 });
    expect(await states(bench)).toEqual(['kept', 'kept']);
    await bench.generate();
    expect(service().stats.billedImages).toBe(3);
  });

  it('lost for good: what was made from it is no orphan', async () => {
    const bench = createBench(service(), TWO);
    await bench.generate();
    const records = bench.project.list('.image-prompt/originals');
    const ofB = (name: string): boolean =>
      name.endsWith('.json') &&
      bench.project.readText(`.image-prompt/originals/${name}`).includes('"b.image.yaml"');
    const keep = records.find(ofB)!.replace(/\.json$/, '');
    for (const name of records) {
      if (!name.startsWith(keep)) bench.project.remove(`.image-prompt/originals/${name}`);
    }
    removeSafeCopies(bench.project);
    expect((await bench.plan()).orphans).toEqual([]);
    expect(await bench.engine().collectGarbage(true)).toEqual({ orphans: [], deleted: 0 });
    expect(originals(bench.project)).toHaveLength(1);
  });
});

describe('two picks of one key upstream', () => {
  const PICKS = {
    'a1.image.yaml': spec('A', 'num_images: 2\n'),
    'a2.image.yaml': spec('A', 'num_images: 2\npick: 2\n'),
    'b1.image.yaml': edit('B', ['./a1.image.yaml']),
    'b2.image.yaml': edit('B', ['./a2.image.yaml']),
  };

  it('are two pictures behind it, planned, priced and made', async () => {
    const bench = createBench(service(), PICKS);
    const { specs, total } = await bench.plan();
    expect(specs.map(({ usd, reason }) => [usd, reason])).toEqual([
      [0.02, 'not in the store'],
      [0, 'the same picture as a1.image.yaml'],
      [0.02, 'after a1.image.yaml'],
      [0.02, 'after a2.image.yaml'],
    ]);
    expect(total).toEqual({ images: 4, usd: 0.06 });
    const { generated, failed } = await bench.generate();
    expect([generated.length, failed]).toEqual([4, []]);
    expect((await bench.plan()).total).toEqual({ images: 0, usd: 0 });
    expect(service().stats).toMatchObject({ billedImages: 4 });
  });

  it('are both waited for by what is made of both', async () => {
    const bench = createBench(service(), {
      'a1.image.yaml': spec('A', 'num_images: 2\npick: 2\n'),
      'a2.image.yaml': spec('A'),
      'b.image.yaml': edit('B', ['./a1.image.yaml', './a2.image.yaml']),
    });
    const { specs, total } = await bench.engine().plan(['b.image.yaml']);
    expect(specs.at(-1)!.reason).toBe('after a1.image.yaml, a2.image.yaml');
    expect(total).toEqual({ images: 3, usd: 0.05 });
    const { generated, failed } = await bench.engine().generate(['b.image.yaml'], GENERATE);
    expect([generated.length, failed]).toEqual([3, []]);
  });
});

test('further candidates are for the named spec; what it is made from wants its own', async () => {
  const bench = createBench(service(), {
    'a.image.yaml': spec('A', 'num_images: 3\npick: 3\n'),
    'b.image.yaml': edit('B', ['./a.image.yaml']),
  });
  const engine = bench.engine();
  const { specs, total } = await engine.plan(['b.image.yaml'], { more: 2 });
  expect(specs.map(({ file, wanted, missing }) => [file, wanted, missing])).toEqual([
    ['a.image.yaml', 3, 3],
    ['b.image.yaml', 2, 2],
  ]);
  expect(total).toEqual({ images: 5, usd: 0.07 });
  const { generated, failed } = await engine.generate(['b.image.yaml'], { ...GENERATE, more: 2 });
  expect([generated.length, failed]).toEqual([5, []]);
  expect(service().stats).toMatchObject({ billedImages: 5 });
});

test('what only a chain uses is no orphan', async () => {
  const bench = createBench(service(), CHAIN);
  await bench.generate();
  const engine = bench.engine({ exclude: ['a.image.yaml', 'b.image.yaml'] });
  expect((await engine.collectGarbage(false)).orphans).toEqual([]);
  const { specs, orphans } = await engine.plan(null);
  expect([specs.length, orphans]).toEqual([2, []]);
});

test('with a damaged record upstream no other candidate takes its place', async () => {
  const bench = createBench(service(), {
    'a.image.yaml': spec('A', 'num_images: 2\n'),
    'b.image.yaml': edit('B', ['./a.image.yaml']),
  });
  await bench.engine().generate(['a.image.yaml'], GENERATE);
  const [first] = await bench.engine().list(['a.image.yaml']);
  bench.project.write(first!.file.replace(/\.\w+$/, '.json'), '{');
  expect((await bench.plan()).specs.map(({ state }) => state)).toEqual(['broken', 'new']);
  const { generated, failed } = await bench.generate();
  expect(generated).toEqual([]);
  expect(failed.map(({ file, code }) => [file, code])).toEqual([
    ['a.image.yaml', 'STORE_RECORD'],
    ['b.image.yaml', 'MISSING_INPUT'],
  ]);
  expect(service().stats.accepted).toBe(1);
});

test('what is broken upstream is bought again only for who names it', async () => {
  const bench = createBench(service(), {
    'a.image.yaml': spec('A'),
    'b.image.yaml': edit('B', ['./a.image.yaml']),
  });
  await bench.generate();
  const [first] = await bench.engine().list(['a.image.yaml']);
  bench.project.write(first!.file.replace(/\.\w+$/, '.json'), '{');
  removeSafeCopies(bench.project);
  const engine = bench.engine();
  const { specs } = await engine.plan(['b.image.yaml'], { rebuy: true });
  expect(specs.map(({ file, state }) => [file, state])).toEqual([
    ['a.image.yaml', 'broken'],
    ['b.image.yaml', 'new'],
  ]);
  const { failed } = await engine.generate(['b.image.yaml'], { ...GENERATE, rebuy: true });
  expect(failed.map(({ file, code }) => [file, code])).toEqual([
    ['a.image.yaml', 'STORE_RECORD'],
    ['b.image.yaml', 'MISSING_INPUT'],
  ]);
  expect(service().stats.billedImages).toBe(2);
  const named = ['a.image.yaml', 'b.image.yaml'];
  const both = await engine.generate(named, { ...GENERATE, rebuy: true });
  expect(both.failed).toEqual([]);
  expect(service().stats.billedImages).toBe(4);
});

describe('specs in a circle', () => {
  it('are told with the way around, once for each', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': edit('A', ['./sub/b.image.yaml']),
      'sub/b.image.yaml': edit('B', ['../a.image.yaml']),
      'sub/own.image.yaml': edit('C', ['./own.image.yaml']),
    });
    const { diagnostics, specs } = await bench.plan();
    expect(specs).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(Array(3).fill('SPEC_EDIT_CYCLE'));
    expect(diagnostics.map(({ message }) => message).join()).toContain(
      'a.image.yaml → sub/b.image.yaml → a.image.yaml',
    );
    expect(diagnostics[0]).toMatchObject({ line: 6 });
  });

  it('a spec with errors is told where it is wrong and where it matters', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': spec('A').replace('low', 'lwo'),
      'b.image.yaml': edit('B', ['./a.image.yaml']),
      'c.image.yaml': edit('C', ['./missing.image.yaml']),
    });
    const { diagnostics } = await bench.plan();
    expect(diagnostics.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['SPEC_VALUE', 'a.image.yaml', 4],
      ['SPEC_EDIT', 'b.image.yaml', 6],
      ['SPEC_READ', 'missing.image.yaml', 1],
      ['SPEC_EDIT', 'c.image.yaml', 6],
    ]);
    const error: unknown = await bench
      .engine()
      .buildPicture(bench.project.path('b.image.yaml'))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'SPEC_VALUE' });
  });
});

describe('a build', () => {
  it('makes a chain from its end, and each picture once though all are asked for', async () => {
    const bench = createBench(service(), CHAIN);
    const engine = bench.engine({ onMissing: 'generate' });
    const names = ['c.image.yaml', 'a.image.yaml', 'b.image.yaml'];
    const built = await Promise.all(
      names.map((name) => engine.buildPicture(bench.project.path(name))),
    );
    expect(service().stats).toMatchObject({ accepted: 3, billedImages: 3 });
    expect(built[0]!.dependencies).toEqual(
      expect.arrayContaining(names.map((name) => bench.project.path(name))),
    );
    const frozen = bench.engine({ onMissing: 'error' });
    for (const [at, name] of names.entries()) {
      const found = await frozen.buildPicture(bench.project.path(name));
      expect(found.source).toBe(built[at]!.source);
    }
  });

  it('that is frozen tells of all that is missing', async () => {
    const bench = createBench(service(), CHAIN);
    const engine = bench.engine({ onMissing: 'error' });
    const error: unknown = await engine
      .buildPicture(bench.project.path('c.image.yaml'))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'MISSING_FROZEN' });
    expect(String(error)).toContain('$0.07');
    expect(service().stats.submits).toBe(0);
  });

  it('in a dev server shows the sketch of an edit over what is there, and follows the chain', async () => {
    const bench = createBench(service(), CHAIN);
    const engine = bench.engine({ onMissing: 'sketch' });
    const path = bench.project.path('b.image.yaml');
    const before = await engine.buildPicture(path);
    expect(before.origin).toBe('preview');
    const peeked = await engine.peek(path);
    expect(peeked).toBe(before.peek);
    const { generated } = await bench.engine().generate(['a.image.yaml'], GENERATE);
    expect(generated).toHaveLength(1);
    engine.refresh();
    expect(await engine.peek(path)).not.toBe(peeked);
    const after = await engine.buildPicture(path);
    expect(after.origin).toBe('preview');
    expect(after.source).not.toBe(before.source);
    expect(service().stats.accepted).toBe(1);
  });

  it('by the sketch provider has keys and originals of its own', async () => {
    const bench = createBench(service(), CHAIN);
    const engine = bench.engine({ provider: sketch(), onMissing: 'generate' });
    const first = await engine.buildPicture(bench.project.path('c.image.yaml'));
    expect(first.origin).toBe('made');
    const again = bench.engine({ provider: sketch(), onMissing: 'error' });
    expect((await again.buildPicture(bench.project.path('c.image.yaml'))).source).toBe(
      first.source,
    );
    expect(service().stats.submits).toBe(0);
  });
});

/** The safe copies, as a disk that died would leave them. */
function removeSafeCopies(project: Project): void {
  const state = project.path('.image-prompt/state');
  for (const name of readdirSync(state)) {
    if (/objects|records/.test(name)) project.remove(join('.image-prompt/state', name));
  }
}
