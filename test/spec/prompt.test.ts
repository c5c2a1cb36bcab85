import { describe, expect, test } from 'vitest';
import { findPlaceholders } from '../../src/spec/placeholders.ts';
import { writePrompt } from '../../src/spec/prompt.ts';
import { suggest } from '../../src/spec/suggest.ts';
import { countCodePoints, isWellFormed, normaliseText } from '../../src/spec/text.ts';
import { resolveSpecOf } from './helpers.ts';

describe('writePrompt', () => {
  test.each([
    ['as it is\n', 'as it is\n'],
    [{}, ''],
    [{ use_case: 'b', scene: 'a' }, 'Scene: a\nUse case: b'],
    [{ details: ['a', 'b', 'c'] }, 'Important details: a; b; c'],
    [{ details: ['A.', 'B!', 'c'] }, 'Important details: A. B! c'],
    [{ subject: 'two\n  lines\n' }, 'Subject: two lines'],
    [{ subject: ['', ' '], constraints: [] }, ''],
  ])('%j', (prompt, expected) => {
    expect(writePrompt(prompt)).toBe(expected);
  });
});

describe('variables', () => {
  test.each([
    ['{{a}} and {{ b }}', 'A and {{a}}'],
    ['{{{{a}}', '{{a}}'],
    ['{{{{{{a}}', '{{A'],
    ['a } b }} c { d', 'a } b }} c { d'],
    ['{{a}}}}', 'A}}'],
    ['{{with blank}}', 'blank'],
    ['{{$&}}', 'dollar'],
  ])('%s', async (prompt, expected) => {
    // Values go in as they are: braces and replacement patterns in them mean nothing.
    const vars = 'vars: { a: A, b: "{{a}}", with blank: blank, "$&": dollar }';
    const spec = await resolveSpecOf(`${vars}\nalt: x\nprompt: ${JSON.stringify(prompt)}\n`);
    expect(spec.prompt).toBe(expected);
  });

  test('go into every text of a structured prompt, and nowhere else', async () => {
    const spec = await resolveSpecOf(
      'vars: { a: A }\nalt: "{{a}}"\nrevision: "{{a}}"\nprompt: { scene: "{{a}}", details: [x, "{{a}}"] }\n',
    );
    expect(spec).toMatchObject({
      alt: '{{a}}',
      revision: '{{a}}',
      prompt: 'Scene: A\nImportant details: x; A',
    });
  });

  test('findPlaceholders gives exact offsets', () => {
    expect(findPlaceholders('a {{{{ {{b}} {{')).toEqual([
      { name: 'b', start: 7, end: 12 },
      { name: null, start: 13, end: 15 },
    ]);
  });
});

describe('normaliseText', () => {
  test.each([
    ['e\u0301', '\u00e9'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a \t\n b\t', 'a\n b'],
    ['\n \n\ta\n\n', 'a'],
    [' \t\n', ''],
    ['\u00a0a\u00a0', '\u00a0a\u00a0'],
    ['a\u2028 b', 'a\u2028 b'],
    ['a \r\n', 'a'],
  ])('%j', (text, expected) => {
    expect(normaliseText(text)).toBe(expected);
    expect(normaliseText(expected)).toBe(expected);
  });

  test('takes no time on long runs of blanks', () => {
    expect(normaliseText(`a${' '.repeat(1_000_000)}b`)).toHaveLength(1_000_002);
  });
});

test.each([
  ['a😀b', 3, true],
  ['\ud83d', 1, false],
  ['\ude00\ud83d', 2, false],
  ['', 0, true],
])('code points and surrogates of %j', (text, count, wellFormed) => {
  expect(countCodePoints(text)).toBe(count);
  expect(isWellFormed(text)).toBe(wellFormed);
});

test.each([
  ['promt', 'prompt'],
  ['imageSize', 'image_size'],
  ['image-size', 'image_size'],
  ['qualtiy', 'quality'],
  ['atl', 'alt'],
  ['x', null],
  ['something', null],
])('suggest(%s)', (word, expected) => {
  expect(suggest(word, ['prompt', 'alt', 'image_size', 'quality'])).toBe(expected);
});
