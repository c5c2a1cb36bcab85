import { expect, test } from 'vitest';
import { findWritten } from '../../src/sites/find-written.ts';

const pageOf = (paths: readonly string[]): string =>
  paths.map((path) => `<img src="${path}">`).join('\n');

test.each<[what: string, after: string[], before: (string | null)[]]>([
  ['no base', ['/a.image.yaml'], ['/a.image.yaml']],
  ['once', ['/docs/a.image.yaml?w=4'], ['/a.image.yaml?w=4']],
  ['twice', ['/docs/docs/a.image.yaml'], ['/a.image.yaml']],
  ['a folder called like it', ['/docs/docs/a.image.yaml'], ['/docs/a.image.yaml']],
  [
    'both',
    ['/docs/docs/a.image.yaml', '/docs/a.image.yaml'],
    ['/docs/a.image.yaml', '/a.image.yaml'],
  ],
  [
    'places where nobody looks for URLs',
    ['/docs/docs/a.image.yaml', '/b.image.yaml'],
    ['/a.image.yaml', '/b.image.yaml'],
  ],
  ['relative ones', ['./a.image.yaml', '/docs/b.image.yaml'], ['./a.image.yaml', '/b.image.yaml']],
])('%s', (_what, after, before) => {
  const read = findWritten(pageOf(after), pageOf(before as string[]), '/docs/');
  const rooted = after.filter((path) => path.startsWith('/'));
  expect(rooted.map(read)).toEqual(before.filter((path) => path?.startsWith('/')));
});

test('lists, style sheets and attributes without quotes are read, other hosts are not', () => {
  const write = (base: string): string =>
    `<img srcset="${base}a.image.yaml 1x, ${base}b.image.yaml?w=4 2x"><p style="background:url(${base}c.image.yaml)">
<img src=${base}d.image.yaml><img src="https://example.org/docs/e.image.yaml">`;
  const read = findWritten(write('/docs/'), write('/'), '/docs/');
  for (const name of ['a', 'b', 'c', 'd']) {
    expect(read(`/docs/${name}.image.yaml`)).toBe(`/${name}.image.yaml`);
  }
});

test('what a base does not explain is not known', () => {
  const read = findWritten(pageOf(['/docs/a.image.yaml']), pageOf(['/b.image.yaml']), '/docs/');
  expect(read('/docs/a.image.yaml')).toBeNull();
});

test('where the base is none, all is as it was written', () => {
  expect(findWritten('', '', '/')('/a.image.yaml')).toBe('/a.image.yaml');
});
