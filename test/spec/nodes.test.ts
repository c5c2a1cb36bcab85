import { expect, test } from 'vitest';
import { readLayers } from '../../src/spec/layers.ts';
import {
  fromValue,
  type MapNode,
  mergeNodes,
  mergeRemembering,
  type SpecNode,
  toValue,
} from '../../src/spec/nodes.ts';
import { FILE, ROOT } from './explain-helpers.ts';
import { readFromMemory } from './helpers.ts';

test('ordinary loading keeps nothing of what was replaced', async () => {
  const read = readFromMemory({
    'hero.image.yaml': 'extends: a.yaml\nprompt: { scene: A }\nquality: low\n',
    'a.yaml': 'prompt: { scene: B }\nquality: high\n',
  });
  const linksOf = (node: SpecNode): number =>
    (node.below ? 1 : 0) +
    (node.kind === 'map'
      ? [...node.fields.values()].reduce((sum, one) => sum + linksOf(one), 0)
      : 0);
  const plain = await readLayers({ file: FILE, root: ROOT, read });
  expect(linksOf(plain.root!)).toBe(0);
  const remembering = await readLayers({ file: FILE, root: ROOT, read, merge: mergeRemembering });
  expect(linksOf(remembering.root!)).toBe(2);
  expect(toValue(remembering.root!)).toEqual(toValue(plain.root!));
});

test('merging gives the same values whether it remembers or not', () => {
  const values = [
    {},
    { a: 1, b: { c: [1], d: { e: 'x' } } },
    { a: { f: null }, b: 'text' },
    { b: { c: 2, d: { e: 'y', g: [] } }, h: true },
    { b: { d: [3] }, a: 2 },
  ].map((value) => fromValue(value) as MapNode);
  for (const first of values) {
    for (const second of values) {
      for (const third of values) {
        const plain = mergeNodes(mergeNodes(first, second), third);
        const remembering = mergeRemembering(mergeRemembering(first, second), third);
        expect(toValue(remembering)).toEqual(toValue(plain));
        expect([...remembering.fields.keys()]).toEqual([...plain.fields.keys()]);
      }
    }
  }
});
