import { describe, expect, it } from 'vitest';
import { useEdits } from './edit-helpers.ts';
import { createBench, notes, originals, spec } from './helpers.ts';

const { service } = useEdits();
const CROP = 'output: { widths: [200], formats: [webp] }\n';
const SET = `prompt: '{{locale}} {{theme}}'\nalt: x\nimage_size: 816x816\nquality: low\nmatrix: { locale: [en, ja], theme: [light, dark] }\n${CROP}`;

describe('where one picture has room', () => {
  it.each([
    [{}, '?locale=en&theme=light'],
    [{ locale: 'ja' }, '?locale=ja&theme=light'],
  ])('a set with %j is refused before anything is sent', async (overrides, example) => {
    const bench = createBench(service(), { 'a.image.yaml': SET });
    const engine = bench.engine({ onMissing: 'generate' });
    const building = engine.buildPicture(bench.project.path('a.image.yaml'), {
      single: true,
      overrides,
    });
    const error = await building.catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'SPEC_QUERY',
      file: 'a.image.yaml',
      hint: expect.stringContaining(example) as string,
    });
    expect((error as { hint: string }).hint).toContain('locale (en, ja), theme (light, dark)');
    expect(service().stats.submits).toBe(0);
    await engine.close();
  });

  it.each([
    [{ local: 'ja' }, 'Did you mean `locale`?'],
    [{ language: 'ja' }, 'Its axes are locale, theme.'],
  ])('a query %j that no axis has is refused, with what was meant', async (overrides, hint) => {
    const bench = createBench(service(), { 'a.image.yaml': SET });
    const engine = bench.engine({ onMissing: 'generate' });
    const building = engine.buildPicture(bench.project.path('a.image.yaml'), { overrides });
    await expect(building).rejects.toMatchObject({ code: 'SPEC_QUERY', hint });
    expect(service().stats.submits).toBe(0);
    await engine.close();
  });

  it('one of a set is that one alone', async () => {
    const bench = createBench(service(), { 'a.image.yaml': SET });
    const engine = bench.engine({ onMissing: 'generate' });
    const how = { single: true, overrides: { locale: 'ja', theme: 'dark' } };
    const built = await engine.buildPicture(bench.project.path('a.image.yaml'), how);
    expect(built.prompts).toEqual(['ja dark']);
    expect(service().inputs.map(({ prompt }) => prompt)).toEqual(['ja dark']);
    await engine.close();
  });
});

it('a picture that is refused loses none of those under way beside it', async () => {
  const bench = createBench(service(), {
    'a.image.yaml': spec('Slow', `${CROP}sources: [{ media: print, prompt: Refused }]\n`),
  });
  service().setFaults([
    { stage: 'submit', kind: 'content_policy_violation', match: { prompt: 'Refused' }, times: 9 },
    { stage: 'result', kind: 'delay', ms: 1500, match: { prompt: 'Slow' } },
  ]);
  const engine = bench.engine({ onMissing: 'generate' });
  const building = engine.buildPicture(bench.project.path('a.image.yaml'));
  await expect(building).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' });
  // When the build says that it failed, what it has paid for is in the store already.
  expect([originals(bench.project).length, notes(bench.project).length]).toEqual([1, 0]);
  await engine.close();
});
