import { expect, test } from 'vitest';
import { findWritten } from '../../src/sites/find-written.ts';

const BASE = '/docs/';
const pageOf = (paths: readonly string[]): string =>
  paths.map((path) => `<img src="${path}">`).join('\n');

/** What is read of each image of a page, where its attribute begins. */
function readAll(html: string, written: string, base = BASE): (string | null)[] {
  const read = findWritten(html, written, base);
  return [...html.matchAll(/src="([^"]*)"/g)].map(
    ({ 1: path, index }) => read(path!, index)?.path ?? null,
  );
}

test.each<[what: string, after: string[], before: string[]]>([
  ['no base', ['/a.image.yaml'], ['/a.image.yaml']],
  ['once', ['/docs/a.image.yaml?w=4'], ['/a.image.yaml?w=4']],
  ['twice', ['/docs/docs/a.image.yaml'], ['/a.image.yaml']],
  ['a folder called like it', ['/docs/docs/a.image.yaml'], ['/docs/a.image.yaml']],
  [
    'both, one of them where nobody looks for URLs',
    ['/docs/docs/a.image.yaml', '/docs/a.image.yaml', '/docs/a.image.yaml'],
    ['/docs/a.image.yaml', '/a.image.yaml', '/docs/a.image.yaml'],
  ],
])('%s', (_what, after, before) => {
  expect(readAll(pageOf(after), pageOf(before))).toEqual(before);
});

test('text and style sheets that name the same path mislead nobody', () => {
  const write = (base: string): string =>
    `<p>(/docs/a.image.yaml)</p><i style="background:url(/docs/a.image.yaml)"></i><img src="${base}a.image.yaml"> /docs/a.image.yaml`;
  expect(readAll(write(BASE), write('/'))).toEqual(['/a.image.yaml']);
});

test('lists and other hosts', () => {
  const write = (base: string): string =>
    `<img src="https://example.org/docs/e.image.yaml"><img srcset="${base}a.image.yaml 1x, ${base}b.image.yaml?w=4 2x">`;
  const html = write(BASE);
  const read = findWritten(html, write('/'), BASE);
  const offset = html.indexOf('srcset');
  expect(read('/docs/a.image.yaml', offset)?.path).toBe('/a.image.yaml');
  expect(read('/docs/b.image.yaml?w=4', offset)?.path).toBe('/b.image.yaml?w=4');
});

test.each<[what: string, after: string[], before: string[], known: (string | null)[]]>([
  ['another path', ['/docs/a.image.yaml'], ['/b.image.yaml'], [null]],
  [
    'one that came later',
    ['/docs/a.image.yaml', '/b.image.yaml', '/c.image.yaml'],
    ['/a.image.yaml', '/b.image.yaml'],
    ['/a.image.yaml', '/b.image.yaml', null],
  ],
  [
    'one that was taken out',
    ['/docs/a.image.yaml'],
    ['/b.image.yaml', '/a.image.yaml'],
    ['/a.image.yaml'],
  ],
  [
    'two that may be meant',
    ['/docs/a.image.yaml'],
    ['/docs/a.image.yaml', '/a.image.yaml'],
    [null],
  ],
])('what nothing alone explains is not known: %s', (_what, after, before, known) => {
  expect(readAll(pageOf(after), pageOf(before))).toEqual(known);
});

test('quotes that are written otherwise hide nothing', () => {
  const [before, after] = ['/', BASE].map(
    (base) => `<img src="${base}a.image.yaml"><img src="${base}docs/a.image.yaml">`,
  );
  const [single, escaped] = [`'show("/b.image.yaml")'`, '"show(&quot;/b.image.yaml&quot;)"'];
  const button = (handler: string): string => `<button onclick=${handler}>b</button>`;
  expect(readAll(button(escaped) + after, button(single) + before)).toEqual([
    '/a.image.yaml',
    '/docs/a.image.yaml',
  ]);
});

test('where the base is none, all is as it was written', () => {
  const page = pageOf(['/a.image.yaml']);
  expect(readAll(page, page, '/')).toEqual(['/a.image.yaml']);
});
