import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isImagePromptError } from '../../src/errors.ts';
import { digestOf, keyOf } from '../../src/recipe/key.ts';
import { createRecipe } from '../../src/recipe/recipe.ts';
import { findRequestSize } from '../../src/recipe/size.ts';
import type { ResolvedSpec } from '../../src/spec/types.ts';
import { resolveSpecOf } from '../spec/helpers.ts';

const spec = (change: Partial<ResolvedSpec> = {}): Promise<ResolvedSpec> =>
  resolveSpecOf('prompt: A café\nalt: x\n').then((resolved) => ({ ...resolved, ...change }));

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isImagePromptError(error)) return error.code;
    throw error;
  }
  return 'no error';
}

describe('createRecipe', () => {
  test('writes the request and nothing else', async () => {
    expect(createRecipe(await spec(), 'fal')).toEqual({
      v: 1,
      provider: 'fal',
      model: 'openai/gpt-image-2',
      input: {
        prompt: 'A café',
        image_size: { width: 1024, height: 768 },
        quality: 'high',
        output_format: 'png',
      },
      files: { images: [], mask: null },
      revision: null,
    });
  });

  test('a field that a later release adds to the spec does not enter', async () => {
    const later = { ...(await spec()), temperature: 0.5 };
    expect(keyOf(createRecipe(later, 'fal'))).toBe(keyOf(createRecipe(await spec(), 'fal')));
  });

  test('a sketch provider gets the same input', async () => {
    const { input } = createRecipe(await spec(), 'sketch');
    expect(input).toEqual(createRecipe(await spec(), 'fal').input);
  });

  test('normalises every text, inside `input` too, and leaves names alone', async () => {
    const input = { 'e\u0301': [' a\t\r\n b \r', { deep: 'e\u0301' }] };
    const recipe = createRecipe(await spec({ input, revision: ' 2 ' }), 'fal');
    expect(recipe.input['e\u0301']).toEqual(['a\n b', { deep: '\u00e9' }]);
    expect(recipe.revision).toBe('2');
  });

  test.each([
    ['SPEC_TEXT', { prompt: 'a \ud83d b' }],
    ['SPEC_TEXT', { input: { a: ['\udc00'] } }],
    ['SPEC_TEXT', { input: { '\ud800': 1 } }],
    ['SPEC_NUMBER', { input: { a: { b: 2 ** 53 } } }],
    ['SPEC_NUMBER', { input: { a: Number.NaN } }],
    ['SPEC_NUMBER', { input: { a: -Infinity } }],
    ['SPEC_TYPE', { input: { a: new Date(0) } }],
    ['SPEC_TYPE', { input: { a: undefined } }],
    ['SPEC_TYPE', { input: { a: 1n } }],
    ['SPEC_SIZE', { picture: { width: 4000, height: 100 } }],
    ['SPEC_INPUT', { input: { prompt: 'x' } }],
    ['SPEC_INPUT', { input: { num_images: 4 } }],
    ['SPEC_INPUT', { input: { sync_mode: true } }],
    ['SPEC_INPUT', { input: { openai_api_key: 'sk' } }],
  ] as const)('%s for %o', async (code, change) => {
    const broken = await spec(change as Partial<ResolvedSpec>);
    expect(codeOf(() => createRecipe(broken, 'fal'))).toBe(code);
  });
});

describe('keyOf', () => {
  test('refuses what canonical JSON cannot carry, and notices every blank', async () => {
    const recipe = createRecipe(await spec(), 'fal');
    const change = (prompt: string) => ({ ...recipe, input: { ...recipe.input, prompt } });
    expect(codeOf(() => keyOf(change('\ud800')))).toBe('SPEC_TEXT');
    expect(codeOf(() => keyOf({ ...recipe, input: { ...recipe.input, seed: 2 ** 60 } }))).toBe(
      'SPEC_NUMBER',
    );
    expect(keyOf(change('A café '))).not.toBe(keyOf(recipe));
  });

  test('hashes the fields of a recipe only, in any order, after JSON too', async () => {
    const recipe = createRecipe(await spec({ input: { b: 1, a: 2 } }), 'fal');
    const copy = JSON.parse(JSON.stringify({ extra: 1, ...recipe }));
    expect(keyOf(copy)).toBe(keyOf(recipe));
    expect(keyOf(recipe)).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('digestOf hashes bytes, also of a view into a larger buffer', () => {
  const bytes = Buffer.from('xxabcxx').subarray(2, 5);
  expect(digestOf(bytes)).toBe(createHash('sha256').update('abc').digest('hex'));
});

test.each([
  ['openai/gpt-image-2', 1200, 630, { width: 1200, height: 640 }],
  ['openai/gpt-image-2', 4000, 100, null],
  ['fal-ai/flux/dev', 1201, 77, { width: 1201, height: 77 }],
] as const)('the request size of %s for %i×%i', (model, width, height, expected) => {
  expect(findRequestSize(model, { width, height })).toEqual(expected);
});
