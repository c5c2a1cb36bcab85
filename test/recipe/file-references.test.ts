import { expect, test } from 'vitest';
import {
  fileReference,
  fillFileReferences,
  listFileReferences,
} from '../../src/recipe/file-references.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const data = {
  list: [fileReference(b), { deep: fileReference(a) }, fileReference(b)],
  [fileReference(a)]: 1,
  words: `see ${fileReference(a)}`,
  upper: `sha256:${'A'.repeat(64)}`,
  line: `${fileReference(a)}\n`,
  nothing: null,
  yes: true,
};

test('references are replaced wherever they are a whole text, and nothing else is', () => {
  expect(fillFileReferences(data, (digest) => `https://x/${digest[0]}`)).toEqual({
    ...data,
    list: ['https://x/b', { deep: 'https://x/a' }, 'https://x/b'],
  });
  expect(data.list[0]).toBe(fileReference(b));
});

test('references are listed once each, in order', () => {
  expect(listFileReferences(data)).toEqual([b, a]);
  expect(listFileReferences('sha256:')).toEqual([]);
});

test('a field of any name stays a field', () => {
  const odd: unknown = JSON.parse(`{"__proto__": "${fileReference(a)}"}`);
  expect(JSON.stringify(fillFileReferences(odd, () => 'x'))).toBe('{"__proto__":"x"}');
});
