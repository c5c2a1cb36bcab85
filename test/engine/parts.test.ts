import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeModule } from '../../src/plugin/load-module.ts';
import { edit, useEdits } from './edit-helpers.ts';
import { createBench, originals, spec } from './helpers.ts';

const { service } = useEdits();
const CROP = 'output: { widths: [200], formats: [webp, jpeg] }\n';

const POSTER = `prompt: 'A poster that says {{title}}, {{theme}}'
alt: 'A {{theme}} poster: {{title}}'
image_size: 816x816
quality: low
vars: { title: { en: Tea, ja: お茶, ko: 차 } }
matrix: { locale: [en, ja, ko], theme: [light, dark] }
${CROP}`;

it('an axis may have the name of something that every object has', async () => {
  const bench = createBench(service(), {
    'a.image.yaml': spec('A {{constructor}}', 'matrix: { constructor: [a, b] }\n'),
  });
  const engine = bench.engine({ onMissing: 'sketch' });
  const path = bench.project.path('a.image.yaml');
  expect((await engine.buildPicture(path)).cells).toHaveLength(2);
  const one = await engine.buildPicture(path, { overrides: { constructor: 'b' } });
  expect(one.prompts).toEqual(['A b']);
  await expect(engine.buildPicture(path, { single: true })).rejects.toMatchObject({
    code: 'SPEC_QUERY',
    hint: expect.stringContaining('?constructor=a'),
  });
});

describe('sources', () => {
  it('crop the one picture that is paid for', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': spec(
        'A',
        `${CROP}sources: [{ media: "(max-width: 40rem)", aspect: "1:2" }]\n`,
      ),
    });
    const { specs, total } = await bench.plan();
    expect(specs.map(({ name, usd }) => [name, usd])).toEqual([
      [undefined, 0.01],
      ['(max-width: 40rem)', 0],
    ]);
    expect(total).toEqual({ images: 1, usd: 0.01 });
    const engine = bench.engine({ onMissing: 'generate' });
    const built = await engine.buildPicture(bench.project.path('a.image.yaml'), { encode: true });
    expect(service().stats.billedImages).toBe(1);
    expect(built.variants.map(({ width, height, format }) => [format, width, height])).toEqual([
      ['webp', 200, 200],
      ['jpeg', 200, 200],
      ['webp', 200, 400],
      ['jpeg', 200, 400],
    ]);
    for (const variant of built.variants) expect(await built.renderOne(variant)).toEqual(variant);
    for (const { path, width, height } of built.variants) {
      expect(await sharp(path).metadata()).toMatchObject({ width, height });
    }
    // By a URL alone, and in a style sheet, it is the picture itself.
    expect(built.plan.variants[built.plan.src]).toMatchObject({ width: 200, height: 200 });
    await engine.close();
  });

  it('with a prompt of their own are paid for, kept and never orphans', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': spec(
        'A',
        `${CROP}sources: [{ media: "(prefers-color-scheme: dark)", prompt: B }]\n`,
      ),
    });
    const { generated } = await bench.generate();
    expect(generated).toHaveLength(2);
    expect((await bench.engine().collectGarbage(true)).orphans).toEqual([]);
    const engine = bench.engine({ onMissing: 'error' });
    const built = await engine.buildPicture(bench.project.path('a.image.yaml'));
    expect(built.prompts).toEqual(['A', 'B']);
    expect(service().stats.billedImages).toBe(2);
    await engine.close();
  });
});

describe('a matrix', () => {
  const importOf = (query: Record<string, string> = {}) => ({ overrides: query });

  it('is planned picture by picture, and made whole by generate', async () => {
    const bench = createBench(service(), { 'poster.image.yaml': POSTER });
    const { specs, total } = await bench.plan();
    expect(specs.map(({ name }) => name)).toEqual([
      'en.light',
      'en.dark',
      'ja.light',
      'ja.dark',
      'ko.light',
      'ko.dark',
    ]);
    expect(total).toEqual({ images: 6, usd: 0.06 });
    expect((await bench.generate()).generated).toHaveLength(6);
    expect((await bench.plan()).total.images).toBe(0);
    expect(originals(bench.project)).toHaveLength(6);
    expect((await bench.engine().collectGarbage(false)).orphans).toEqual([]);
  });

  it('makes only what is imported, and gives it as a map of the axes left open', async () => {
    const bench = createBench(service(), { 'poster.image.yaml': POSTER });
    const engine = bench.engine({ onMissing: 'generate' });
    const path = bench.project.path('poster.image.yaml');
    const ja = await engine.buildPicture(path, { encode: true, ...importOf({ locale: 'ja' }) });
    expect(
      service()
        .inputs.map(({ prompt }) => prompt)
        .sort(),
    ).toEqual(['A poster that says お茶, dark', 'A poster that says お茶, light']);
    expect(ja.cells?.map(({ path, alt }) => [path, alt])).toEqual([
      [['light'], 'A light poster: お茶'],
      [['dark'], 'A dark poster: お茶'],
    ]);
    const one = await engine.buildPicture(path, {
      encode: true,
      ...importOf({ locale: 'ja', theme: 'dark', w: '100' }),
    });
    expect(one.cells).toBe(null);
    expect(one.alt).toBe('A dark poster: お茶');
    expect(one.variants.map(({ width }) => width)).toEqual([100, 100]);
    expect(service().stats.billedImages).toBe(2);

    const request = { file: path, kind: 'picture', overrides: {} } as const;
    const text = writeModule(request, ja, ja.variants, ({ label, width, format }) => ({
      literal: `/${label}-${width}.${format}`,
    }));
    const map = new Function(text.replace('export default', 'return'))() as Record<string, object>;
    expect(map).toMatchObject({
      light: { src: '/ja-light-200.jpeg', alt: 'A light poster: お茶' },
      dark: { src: '/ja-dark-200.jpeg', srcset: '/ja-dark-200.jpeg 200w' },
    });
    await engine.close();
  });

  it('of the same words is one picture, paid once', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': `prompt: A\nalt: "{{locale}}"\nimage_size: 816x816\nquality: low\nmatrix: { locale: [en, de] }\n`,
    });
    expect((await bench.plan()).total).toEqual({ images: 1, usd: 0.01 });
    await bench.generate();
    expect(service().stats.billedImages).toBe(1);
  });

  it('refuses a value that it does not have, and says which it has', async () => {
    const bench = createBench(service(), { 'poster.image.yaml': POSTER });
    const engine = bench.engine({ onMissing: 'generate' });
    const path = bench.project.path('poster.image.yaml');
    const error: unknown = await engine
      .buildPicture(path, importOf({ locale: 'fr' }))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'SPEC_QUERY', hint: 'Its values are en, ja, ko.' });
    expect(service().stats.submits).toBe(0);
  });

  it('cannot be what an edit works on', async () => {
    const bench = createBench(service(), {
      'poster.image.yaml': POSTER,
      'b.image.yaml': edit('B', ['./poster.image.yaml']),
    });
    const found = await bench.engine().check(['b.image.yaml']);
    expect(found).toMatchObject([{ code: 'SPEC_EDIT', file: 'b.image.yaml', line: 6 }]);
  });

  it('has files of different names, whatever its values are', async () => {
    const bench = createBench(service(), {
      'a.image.yaml': `prompt: "{{x}}"\nalt: x\nimage_size: 816x816\nquality: low\nmatrix: { x: [JA, ja, 日本, 中国] }\n${CROP}`,
    });
    const engine = bench.engine({ onMissing: 'sketch' });
    const { plan } = await engine.buildPicture(bench.project.path('a.image.yaml'));
    expect(new Set(plan.variants.map(({ label }) => label)).size).toBe(4);
  });

  it('follows what any of its pictures is cut from', async () => {
    const bench = createBench(service(), { 'poster.image.yaml': POSTER });
    const engine = bench.engine({ onMissing: 'sketch' });
    const path = bench.project.path('poster.image.yaml');
    const built = await engine.buildPicture(path, importOf({ locale: 'ko' }));
    expect(await engine.peek(path)).toBe(built.peek);
    await bench.generate();
    engine.refresh();
    expect(await engine.peek(path)).not.toBe(built.peek);
  });
});
