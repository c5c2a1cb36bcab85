import { expect, test } from 'vitest';
import { setBounded } from '../../src/plugin/bounded-map.ts';

test('the oldest entries go, and setting one again makes it the newest', () => {
  const map = new Map<string, number>();
  expect(setBounded(map, 'a', 1, 2)).toEqual([]);
  expect(setBounded(map, 'b', 2, 2)).toEqual([]);
  expect(setBounded(map, 'a', 3, 2)).toEqual([]);
  expect(setBounded(map, 'c', 4, 2)).toEqual([2]);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});

test('without a limit all stay', () => {
  const map = new Map([['a', 1]]);
  expect(setBounded(map, 'b', 2, Number.POSITIVE_INFINITY)).toEqual([]);
  expect(map.size).toBe(2);
});
