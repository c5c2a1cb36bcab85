// What the query of an import says over `output`.
import { describe, expect, it } from 'vitest';
import { ImagePromptError } from '../../src/errors.ts';
import { overrideOutput, type QueryOverrides } from '../../src/spec/query.ts';
import type { ResolvedOutput } from '../../src/spec/types.ts';
import { resolveSpecOf } from './helpers.ts';

const FILE = 'src/hero.image.yaml';

async function override(overrides: QueryOverrides, output = ''): Promise<ResolvedOutput> {
  const spec = await resolveSpecOf(`prompt: a picture of a kettle\nalt: A kettle\n${output}`);
  return overrideOutput(spec.output, overrides, FILE);
}

async function refusal(overrides: QueryOverrides): Promise<ImagePromptError> {
  const error = await override(overrides).catch((thrown: unknown) => thrown);
  if (error instanceof ImagePromptError) return error;
  throw new Error('Expected a refusal.');
}

describe('overrideOutput', () => {
  it('changes nothing without a query', async () => {
    expect(await override({})).toEqual(await override({ fit: 'cover' }));
  });

  it.each<[QueryOverrides, Partial<ResolvedOutput>]>([
    [{ w: '400;800' }, { widths: [400, 800] }],
    [{ w: '400' }, { widths: [400] }],
    [{ format: 'webp;avif' }, { formats: ['avif', 'webp'] }],
    [{ format: 'jpg' }, { formats: ['jpeg'] }],
    [{ format: 'fallback; WEBP' }, { formats: ['webp', 'fallback'] }],
    [{ fit: 'contain' }, { fit: 'contain' }],
    [{ position: 'top' }, { position: 'top' }],
  ])('%j', async (overrides, expected) => {
    expect(await override(overrides)).toMatchObject(expected);
  });

  it('reads a ratio', async () => {
    const { aspect } = await override({}, 'output: { aspect: "16:9" }\n');
    expect((await override({ aspect: '16:9' })).aspect).toEqual(aspect);
    expect(aspect).not.toBeNull();
  });

  it('sets the quality of photographs and keeps the other settings', async () => {
    const { quality } = await override(
      { quality: '40' },
      'output: { quality: { avif: { quality: 50, effort: 0 } } }\n',
    );
    expect(quality.avif).toEqual({ quality: 40, effort: 0 });
    expect(quality.webp).toMatchObject({ quality: 40 });
    expect(quality.jpeg).toMatchObject({ quality: 40 });
    expect(quality.png).toEqual((await override({})).quality.png);
  });

  it('wins over the spec', async () => {
    const { widths } = await override({ w: '300' }, 'output: { widths: [200] }\n');
    expect(widths).toEqual([300]);
  });

  it.each<[QueryOverrides, string]>([
    [{ qualitty: '40' }, 'Did you mean `quality`'],
    [{ formt: 'webp' }, 'Did you mean `format`'],
    [{ width: '400' }, 'There is no query "width"'],
    [{ w: 'wide' }, 'wide'],
    [{ w: '0' }, '0'],
    [{ w: '' }, 'w'],
    [{ format: 'gif' }, 'gif'],
    [{ quality: '400' }, '400'],
    [{ aspect: 'round' }, 'round'],
    [{ fit: 'squeeze' }, 'squeeze'],
  ])('refuses %j', async (overrides, said) => {
    const error = await refusal(overrides);
    expect(error.code).toBe('SPEC_QUERY');
    expect(error.message).toContain(FILE);
    expect(`${error.message} ${error.hint}`).toContain(said);
  });
});
