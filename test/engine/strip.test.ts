import { describe, expect, it } from 'vitest';
import { sketch } from '../../src/provider/sketch.ts';
import { edit, useEdits } from './edit-helpers.ts';
import { createBench, spec } from './helpers.ts';

const { service } = useEdits();
const COUNT = 40;
const nameOf = (at: number): string => `p${String(at).padStart(2, '0')}.image.yaml`;

/** Each made from the two before it: from the last there are a hundred million ways back to the first. */
function createStrip(count: number, first = spec('P0')): Record<string, string> {
  const files: Record<string, string> = { [nameOf(0)]: first };
  for (let at = 1; at < count; at++) {
    const before = [at - 1, at - 2].filter((one) => one >= 0);
    files[nameOf(at)] = edit(
      `P${at}`,
      before.map((one) => `./${nameOf(one)}`),
    );
  }
  return files;
}

describe('a strip in which each picture is made from the two before', () => {
  it('is planned with each picture once', async () => {
    const { specs, total } = await createBench(service(), createStrip(COUNT)).plan();
    expect(specs.map(({ file }) => file)).toEqual(
      Array.from({ length: COUNT }, (_, at) => nameOf(at)),
    );
    expect(total.images).toBe(COUNT);
  });

  it('tells of a mistake at its start once', async () => {
    const bench = createBench(service(), createStrip(COUNT, 'prompt: P\nalt: ""\nqualiy: low\n'));
    const { diagnostics } = await bench.plan();
    expect(diagnostics.filter(({ code }) => code === 'SPEC_UNKNOWN_FIELD')).toHaveLength(1);
  });

  it('is drawn and made from its end, each picture once', async () => {
    const bench = createBench(service(), createStrip(18));
    const end = bench.project.path(nameOf(17));
    const preview = await bench.engine({ onMissing: 'sketch' }).buildPicture(end);
    expect(preview.origin).toBe('preview');
    const provider = sketch();
    let submits = 0;
    const counting: typeof provider = {
      ...provider,
      submit: (...args) => {
        submits++;
        return provider.submit(...args);
      },
    };
    const built = await bench
      .engine({ provider: counting, onMissing: 'generate' })
      .buildPicture(end);
    expect([built.origin, submits]).toEqual(['made', 18]);
  });
});
