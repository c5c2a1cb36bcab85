import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/recipe/key.ts';
import type { Recipe } from '../../src/recipe/types.ts';
import { parseRecord } from '../../src/store/parse-record.ts';
import { formatRecord } from '../../src/store/record.ts';
import { createOriginal, createRecipe } from './helpers.ts';

const { record } = await createOriginal();

function problemOf(text: string): { code: string; message: string } | null {
  const parsed = parseRecord(text);
  return 'problem' in parsed ? parsed.problem : null;
}

function changed(over: Record<string, unknown>): string {
  return JSON.stringify({ ...record, ...over });
}

describe('formatRecord', () => {
  it('writes two-space JSON in the order of the format with a final newline', () => {
    const text = formatRecord({
      ...record,
      image: { ...record.image, digest: 'd'.repeat(64), bytes: 123, width: 816, height: 816 },
    });
    expect(text).toBe(`{
  "version": 1,
  "key": "${record.key}",
  "image": {
    "digest": "${'d'.repeat(64)}",
    "bytes": 123,
    "type": "png",
    "width": 816,
    "height": 816
  },
  "model": "openai/gpt-image-2",
  "request": {
    "v": 1,
    "provider": "fal",
    "model": "openai/gpt-image-2",
    "input": {
      "prompt": "A lighthouse at dusk",
      "image_size": {
        "width": 816,
        "height": 816
      },
      "quality": "low",
      "output_format": "png"
    },
    "files": {
      "images": [],
      "mask": null
    },
    "revision": null
  },
  "cost": {
    "estimatedUsd": 0.05,
    "billedUsd": 0.04
  },
  "provider": "fal",
  "requestId": "0b9d4c52-5d9e-4f0e-8a53-6d0d4ff4d2a1",
  "createdAt": "2026-11-21T10:00:00.000Z",
  "source": "src/hero.image.yaml",
  "tool": "unplugin-image-prompt@0.0.0"
}
`);
  });
});

describe('parseRecord', () => {
  it('reads what was written', () => {
    expect(parseRecord(formatRecord(record))).toEqual({ record });
  });

  it('keeps fields that it does not know, at every level', () => {
    const more = { ...record, note: 'x', image: { ...record.image, depth: 8 } };
    expect(parseRecord(JSON.stringify(more))).toEqual({ record: more });
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no version', changed({ version: undefined })],
    ['version 0', changed({ version: 0 })],
    ['a short key', changed({ key: 'abc' })],
    ['another key', changed({ key: 'a'.repeat(64) })],
    ['a path as digest', changed({ image: { ...record.image, digest: '../../x' } })],
    ['no bytes', changed({ image: { ...record.image, bytes: 0 } })],
    ['an unknown type', changed({ image: { ...record.image, type: 'gif' } })],
    ['a negative price', changed({ cost: { estimatedUsd: -1, billedUsd: null } })],
    ['a local time', changed({ createdAt: '2026-11-21 10:00' })],
    ['a prompt with a blank more', changed({ request: createRecipe('A lighthouse  at dusk') })],
    ['no files', changed({ request: { ...record.request, files: undefined } })],
    ['half a surrogate pair', changed({ request: createRecipe('\ud800') })],
    ['a number too large', changed({ request: { ...createRecipe(), revision: 2 ** 60 } })],
    [
      'endless nesting',
      changed({ request: { ...createRecipe(), revision: 0 } }).replace(
        '"revision":0',
        `"revision":${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      ),
    ],
  ])('says STORE_RECORD to %s', (_what, text) => {
    expect(problemOf(text)?.code).toBe('STORE_RECORD');
  });

  it('says who wrote a newer record', () => {
    const problem = problemOf(changed({ version: 2, tool: 'unplugin-image-prompt@9.1.0' }));
    expect(problem?.code).toBe('STORE_NEWER');
    expect(problem?.message).toContain('unplugin-image-prompt@9.1.0');
  });

  it('reads a request of any key order', () => {
    const request = Object.fromEntries(Object.entries(record.request).reverse()) as never as Recipe;
    expect(keyOf(request)).toBe(record.key);
    expect(problemOf(changed({ request }))).toBeNull();
  });
});
