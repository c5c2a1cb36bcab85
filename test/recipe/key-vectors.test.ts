import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson, KEY_VERSION, keyOf } from '../../src/recipe/key.ts';
import { createRecipe } from '../../src/recipe/recipe.ts';
import { resolveSpecOf } from '../spec/helpers.ts';

// These keys are addresses of pictures that people have paid for. A change that breaks one of them
// buys every picture again: it needs another KEY_VERSION and a decision record, never a new list.

interface Vector {
  name: string;
  provider: string;
  /** Text of `hero.image.yaml`. */
  spec: string;
  /** Further files, such as bases. */
  files?: Record<string, string>;
  /** Another vector that must have the same key. */
  sameAs?: string;
  key: string;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'key-vectors.json'), 'utf8'),
);
const keys = new Map(vectors.map(({ name, key }) => [name, key]));

async function recipeOf({ spec, files, provider }: Vector) {
  return createRecipe(await resolveSpecOf({ ...files, 'hero.image.yaml': spec }), provider);
}

test('the list is large, for version 1, and says which keys differ', () => {
  expect(KEY_VERSION).toBe(1);
  expect(vectors.length).toBeGreaterThanOrEqual(30);
  expect(keys.size).toBe(vectors.length);
  const own = vectors.filter(({ sameAs }) => sameAs === undefined);
  expect(new Set(own.map(({ key }) => key)).size).toBe(own.length);
});

test.each(vectors)('$name', async (vector) => {
  expect(keyOf(await recipeOf(vector))).toBe(vector.key);
  if (vector.sameAs !== undefined) expect(vector.key).toBe(keys.get(vector.sameAs));
});

// Written by hand from the contract (section 2) and RFC 8785, so that the list does not only repeat
// what the code does.
const request = (image: string, rest: string, revision = 'null', provider = 'fal'): string =>
  `{"files":{"images":[],"mask":null},"input":{"image_size":${image},"output_format":"png",${rest},"quality":"high"},"model":"openai/gpt-image-2","provider":"${provider}","revision":${revision},"v":1}`;
const unknown = (input: string): string =>
  `{"files":{"images":[],"mask":null},"input":{${input}},"model":"fal-ai/flux/dev","provider":"fal","revision":null,"v":1}`;
const FOUR_THREE = '{"height":768,"width":1024}';
const CAFE = '"prompt":"A quiet caf\u00e9 at dusk"';

describe('keys worked out by hand', () => {
  test.each([
    ['plain', request(FOUR_THREE, CAFE)],
    ['plain, sketch', request(FOUR_THREE, CAFE, 'null', 'sketch')],
    ['NFD', request(FOUR_THREE, CAFE)],
    ['revision text', request(FOUR_THREE, CAFE, '"2"')],
    ['size that is covered: 1200x630', request('{"height":640,"width":1200}', CAFE)],
    ['square preset', request('{"height":816,"width":816}', CAFE)],
    ['landscape_16_9', request('{"height":608,"width":1088}', CAFE)],
    ['lines kept', request(FOUR_THREE, '"prompt":"First line\\n\\n  indented\\nlast"')],
    [
      'structured',
      request(
        FOUR_THREE,
        '"prompt":"Scene: A street in Kyoto\\nSubject: A cat\\nImportant details: 35mm film. soft light; grain\\nUse case: Hero image\\nConstraints: No text; no logos"',
      ),
    ],
    ['unknown model', unknown(`"image_size":{"height":601,"width":1000},${CAFE}`)],
    [
      'unknown model, nested input',
      unknown(
        `"a":null,"image_size":{"height":601,"width":1000},"loras":[{"path":"x","scale":0.75}],${CAFE},"seed":9007199254740991,"z":{"a":"\u00e9","b":[1,2.5,0,1e-7]}`,
      ),
    ],
    [
      'unknown model, key order beyond the BMP',
      unknown(
        `"1":5,"E":4,"image_size":{"height":601,"width":1000},${CAFE},"\u00e9":3,"\ud83d\ude00":1,"\ufb33":2`,
      ),
    ],
  ])('%s', async (name, json) => {
    const vector = vectors.find((one) => one.name === name)!;
    expect(createHash('sha256').update(json, 'utf8').digest('hex')).toBe(vector.key);
    expect(canonicalJson(await recipeOf(vector))).toBe(json);
  });
});
