import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/recipe/key.ts';
import { createRecipe } from '../../src/recipe/recipe.ts';
import type { LoadedSpec } from '../../src/spec/types.ts';
import { load, placesOf } from './helpers.ts';

const HEAD = 'prompt: A café\nalt: A café\nimage_size: 1024x768\n';

/** Name and key of each picture. */
function keysOf({ parts }: LoadedSpec): [name: string | null, key: string][] {
  return parts.map(({ spec }) => [spec.name, keyOf(createRecipe(spec, 'fal'))]);
}

describe('sources', () => {
  it('that only crop share the key of the picture', async () => {
    const loaded = await load(
      `${HEAD}pick: 2\nsources:\n  - { media: "(max-width: 40rem)", aspect: "4:5", position: top, widths: [300] }\n  - media: print\n    output: { formats: [jpeg] }\n`,
    );
    expect(loaded.diagnostics).toEqual([]);
    const [root, phone, print] = keysOf(loaded);
    expect([root![0], phone![0], print![0]]).toEqual([null, '(max-width: 40rem)', 'print']);
    expect(phone![1]).toBe(root![1]);
    expect(print![1]).toBe(root![1]);
    const [, { spec }, last] = loaded.parts as [
      unknown,
      LoadedSpec['parts'][0],
      LoadedSpec['parts'][0],
    ];
    expect(spec.pick).toBe(2);
    expect(spec.output).toMatchObject({
      aspect: { width: 4, height: 5 },
      position: 'top',
      widths: [300],
      formats: ['avif', 'webp', 'fallback'],
    });
    expect(last.spec.output.formats).toEqual(['jpeg']);
  });

  it.each([
    'prompt: A café at night',
    'model: acme/painter\n    quality: low',
    'image_size: 768x1024',
    'quality: low',
    'output_format: webp',
    'revision: 2',
    'input: { seed: 3 }',
    'vars: { x: "1" }\n    prompt: "{{x}}"',
  ])('with %s are a picture of their own, with candidates of its own', async (field) => {
    const loaded = await load(
      `${HEAD}pick: 2\nnum_images: 3\nsources:\n  - media: (prefers-color-scheme: dark)\n    ${field}\n`
        .replace('media: (prefers', 'media: "(prefers')
        .replace('dark)', 'dark)"'),
    );
    expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const [root, dark] = keysOf(loaded);
    expect(dark![1]).not.toBe(root![1]);
    expect(loaded.parts[1]!.spec).toMatchObject({ pick: 1, numImages: 1 });
  });

  it('tell every mistake at its place', async () => {
    const loaded = await load(
      `${HEAD}sources:\n  - { aspect: "4:5" }\n  - { media: "(max-width: 40rem", aspect: wide }\n  - { media: print, alt: x }\n  - { media: print, quality: lwo }\n`,
    );
    expect(loaded.parts).toEqual([]);
    expect(placesOf(loaded)).toEqual([
      'SPEC_MISSING_FIELD 5:5',
      'SPEC_VALUE 6:43',
      'SPEC_UNKNOWN_FIELD 7:21',
      'SPEC_VALUE 8:30',
    ]);
  });

  it('refuse what would end the attribute', async () => {
    const loaded = await load(`${HEAD}sources:\n  - { media: "(a) { }", aspect: "1:1" }\n`);
    expect(placesOf(loaded)).toEqual(['SPEC_VALUE 5:14']);
  });
});

describe('a matrix', () => {
  const POSTER = `prompt: 'A poster that says "{{title}}", in {{theme}} colours'
alt: 'A {{theme}} poster: {{title}}'
vars:
  title: { en: Tea, ja: お茶 }
matrix: { locale: [en, ja], theme: [light, dark] }
`;

  it('has a picture for each combination, the first axis slowest', async () => {
    const loaded = await load(POSTER);
    expect(loaded.diagnostics).toEqual([]);
    expect(loaded.axes).toEqual([
      { name: 'locale', values: ['en', 'ja'] },
      { name: 'theme', values: ['light', 'dark'] },
    ]);
    expect(loaded.parts.map(({ cell, spec }) => [cell, spec.name, spec.prompt, spec.alt])).toEqual([
      [
        ['en', 'light'],
        'en.light',
        'A poster that says "Tea", in light colours',
        'A light poster: Tea',
      ],
      [
        ['en', 'dark'],
        'en.dark',
        'A poster that says "Tea", in dark colours',
        'A dark poster: Tea',
      ],
      [
        ['ja', 'light'],
        'ja.light',
        'A poster that says "お茶", in light colours',
        'A light poster: お茶',
      ],
      [
        ['ja', 'dark'],
        'ja.dark',
        'A poster that says "お茶", in dark colours',
        'A dark poster: お茶',
      ],
    ]);
  });

  it('gives the key that the prompt of each has by itself', async () => {
    const [, [, key]] = keysOf(await load(POSTER)) as [unknown, [string, string]];
    const alone = await load('prompt: A poster that says "Tea", in dark colours\nalt: x\n');
    expect(keysOf(alone)).toEqual([[null, key]]);
  });

  it('leaves braces in the alt of other specs alone', async () => {
    const { spec } = await load('prompt: A\nalt: "{{x}}"\n');
    expect(spec?.alt).toBe('{{x}}');
  });

  it('picks for each, or for all', async () => {
    const each = await load(`${POSTER}pick: { ja.light: 2, en.dark: "3f9a1c" }\n`);
    expect(each.parts.map(({ spec }) => spec.pick)).toEqual([1, '3f9a1c', 2, 1]);
    const all = await load(`${POSTER}pick: 2\n`);
    expect(all.parts.map(({ spec }) => spec.pick)).toEqual([2, 2, 2, 2]);
  });

  it('has its sources in each', async () => {
    const loaded = await load(`${POSTER}sources: [{ media: print, prompt: 'Print {{title}}' }]\n`);
    expect(loaded.parts.map(({ spec }) => spec.name)).toEqual([
      'en.light',
      'en.light print',
      'en.dark',
      'en.dark print',
      'ja.light',
      'ja.light print',
      'ja.dark',
      'ja.dark print',
    ]);
    expect(loaded.parts[5]!.spec.prompt).toBe('Print お茶');
  });

  it('takes numbers and words of YAML as texts', async () => {
    const { parts } = await load(`${HEAD}matrix: { year: [2025, 2026], on: [true, false] }\n`);
    expect(parts.map(({ spec }) => spec.name)).toEqual([
      '2025.true',
      '2025.false',
      '2026.true',
      '2026.false',
    ]);
  });

  it('tells every mistake once, at its place', async () => {
    const loaded = await load(`prompt: "{{title}} {{nobody}}"
alt: "{{nobody}}"
vars:
  title: { en: Tea }
  other: { xx: Tea }
matrix: { locale: [en, ja], theme: [light, dark] }
quality: lwo
`);
    expect(placesOf(loaded)).toEqual([
      'SPEC_VAR 1:20',
      'SPEC_VAR 2:7',
      'SPEC_VAR 4:3',
      'SPEC_VAR 5:3',
      'SPEC_VALUE 7:10',
    ]);
  });

  it('cannot be had by a variable alone', async () => {
    const loaded = await load(`${HEAD}vars:\n  title: { en: Tea }\n`);
    expect(placesOf(loaded)).toEqual(['SPEC_VAR 5:3']);
  });

  it('keeps names of JavaScript harmless', async () => {
    const { parts } = await load(`${HEAD}matrix: { locale: [__proto__, constructor] }\n`);
    expect(parts.map(({ cell }) => cell)).toEqual([['__proto__'], ['constructor']]);
  });
});

describe('what would be wrong in silence', () => {
  it.each([
    ['max-width: 40rem', 'Expected a media query'],
    ['(max-width: 40rem', 'Expected a media query'],
    [')(', 'Expected a media query'],
    ['screen and ()', 'Expected a media query'],
    ['wide', 'Expected a media query'],
  ])('the query %s', async (media, said) => {
    const text = `${HEAD}sources:\n  - { media: "${media}", aspect: "1:1" }\n`;
    const { diagnostics } = await load(text);
    expect(diagnostics).toMatchObject([{ code: 'SPEC_VALUE', line: 5 }]);
    expect(diagnostics[0]!.message).toContain(said);
  });

  it.each([
    'print',
    'not all and (monochrome)',
    'screen and (min-width: 1px), (hover)',
    '((a) or (b))',
  ])('but not %s', async (media) => {
    const text = `${HEAD}sources:\n  - { media: "${media}", aspect: "1:1" }\n`;
    expect((await load(text)).diagnostics).toEqual([]);
  });

  it('two sources for one screen, and one that changes nothing', async () => {
    const { diagnostics } = await load(
      `${HEAD}sources:\n  - { media: print, aspect: "1:1" }\n  - { media: "  print ", prompt: Night }\n  - { media: screen }\n`,
    );
    expect(diagnostics).toMatchObject([
      { code: 'SPEC_VALUE', line: 6, message: expect.stringContaining('already') },
      { code: 'SPEC_VALUE', line: 7, message: expect.stringContaining('nothing but `media`') },
    ]);
  });

  it('a matrix that cannot be read is told, and not what follows from it', async () => {
    const { diagnostics } = await load(
      'matrix: { locale: en }\nprompt: "In {{locale}}"\nalt: ""\npick: { en: 2 }\n',
    );
    expect(diagnostics).toMatchObject([{ code: 'SPEC_TYPE', line: 1 }]);
    expect(diagnostics).toHaveLength(1);
  });

  it('an edit endpoint without anything to edit', async () => {
    const { diagnostics } = await load(`${HEAD}model: openai/gpt-image-2/edit\n`);
    expect(diagnostics).toMatchObject([
      { code: 'SPEC_EDIT', line: 4, hint: expect.stringContaining('edit: { images:') },
    ]);
  });
});
