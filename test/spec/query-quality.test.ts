import { describe, expect, test } from 'vitest';
import { overrideOutput } from '../../src/spec/query.ts';
import { resolveSpecOf } from './helpers.ts';

const SPEC = 'prompt: x\nalt: y\n';

async function qualityOf(query: string, output = '{}') {
  const spec = await resolveSpecOf(`${SPEC}output: ${output}\n`);
  return overrideOutput(spec.output, { quality: query }, 'a.image.yaml').quality;
}

describe('?quality=', () => {
  test('auto is for every format that loses something', async () => {
    expect(await qualityOf('auto')).toEqual({
      avif: { quality: 'auto' },
      webp: { quality: 'auto' },
      jpeg: { quality: 'auto' },
      png: {},
    });
  });

  test('auto keeps the target of the spec; a number has no use for it', async () => {
    const output = '{ quality: { avif: { quality: auto, target: 0.95, effort: 4 } } }';
    expect((await qualityOf('auto', output)).avif).toEqual({
      quality: 'auto',
      target: 0.95,
      effort: 4,
    });
    expect((await qualityOf('60', output)).avif).toEqual({ quality: 60, effort: 4 });
  });

  test.each(['best', '101', '0', ''])('%j is refused', async (query) => {
    await expect(qualityOf(query)).rejects.toMatchObject({
      code: 'SPEC_QUERY',
      message: expect.stringMatching(/a (quality|whole number) from 1 to 100/),
    });
  });
});
