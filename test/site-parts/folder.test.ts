import { expect, test } from 'vitest';
import { normaliseBase } from '../../src/sites/folder.ts';

test.each([
  ['/', '/'],
  ['', '/'],
  ['/docs', '/docs/'],
  ['docs', '/docs/'],
  ['docs/guide/', '/docs/guide/'],
  ['./', './'],
  ['//cdn.example.org', '//cdn.example.org/'],
  ['https://cdn.example.org/x', 'https://cdn.example.org/x/'],
])('a base of %j is %j in URLs', (given, base) => {
  expect(normaliseBase(given)).toBe(base);
});
