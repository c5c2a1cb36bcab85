import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { locateInPage } from '../../src/sites/locate-in-page.ts';
import { rewriteSitePage } from '../../src/sites/rewrite-page.ts';
import type { Site } from '../../src/sites/site.ts';
import { createProject } from '../helpers/project.ts';

const OUTER = '<img src="/a.image.yaml">';
const INNER = '<img src="/docs/a.image.yaml">';

/**
 * What the images of a page show, of `/docs/`.
 * @param specs that exist
 */
function show(html: string, written: string | undefined, specs: readonly string[]): string[] {
  const project = createProject(Object.fromEntries(specs.map((name) => [name, ''])));
  const locate = locateInPage(
    {
      html,
      source: project.path('page.md'),
      root: project.root,
      publicBase: '/docs/',
      ...(written === undefined ? {} : { written }),
    },
    (reference, files) => {
      throw new Error([reference, ...files.map((file) => relative(project.root, file))].join(' '));
    },
  );
  return [...html.matchAll(/src="([^"]*)"/g)].map(({ 1: path, index }) =>
    relative(project.root, locate(path!, index).request.file).replaceAll('\\', '/'),
  );
}

const BOTH = ['a.image.yaml', 'docs/a.image.yaml'];
const prefixed = (html: string): string => html.replaceAll('src="/', 'src="/docs/');

test.each([
  ['by their places', prefixed(OUTER + INNER), OUTER + INNER, BOTH],
  ['as they stand, where nobody knows how they were written', OUTER + INNER, undefined, BOTH],
])('two specs that differ by the base: %s', (_how, html, written, shown) => {
  expect(show(html, written, BOTH)).toEqual(shown);
});

test.each([
  ['one was taken out', INNER, OUTER + INNER],
  ['one came later', INNER + INNER, OUTER],
  ['another one was taken out', INNER, `<img src="/b.image.yaml">${OUTER}`],
])('what may mean both is refused: %s', (_what, html, written) => {
  expect(() => show(html, written, BOTH)).toThrow(
    '/docs/a.image.yaml docs/a.image.yaml a.image.yaml',
  );
});

test.each([
  ['the outer', ['a.image.yaml']],
  ['the inner', ['docs/a.image.yaml']],
])(
  'of several that were written one that is gone is not taken from elsewhere: %s',
  (_which, specs) => {
    expect(() => show(INNER, OUTER + INNER, specs)).toThrow('docs/a.image.yaml a.image.yaml');
  },
);

test.each([
  ['the outer', ['a.image.yaml']],
  ['the inner', ['docs/a.image.yaml']],
])('what only came later means the one that exists: %s', (_which, [file = '']) => {
  const other = '<img src="/b.image.yaml">';
  expect(show(prefixed(other) + INNER, other, ['b.image.yaml', file])).toEqual([
    'b.image.yaml',
    file,
  ]);
});

test.each([
  [BOTH, 'docs/a.image.yaml or a.image.yaml, ', ', or give one of the two another name.'],
  [['a.image.yaml'], 'docs/a.image.yaml (which does not exist) or a.image.yaml, ', '.'],
  [['docs/a.image.yaml'], 'docs/a.image.yaml or a.image.yaml (which does not exist), ', '.'],
])('the refusal says which of the two exist: %s', async (specs, names, end) => {
  const { root, path } = createProject(Object.fromEntries(specs.map((name) => [name, ''])));
  const session = { root, options: async () => ({ site: null }) };
  const page = { html: INNER, written: OUTER + INNER, source: path('page.md') };
  const rewritten = rewriteSitePage(
    { session } as unknown as Site,
    { ...page, root, publicBase: '/docs/', base: '/docs/', fileName: 'page.html' },
    () => {},
  );
  await expect(rewritten).rejects.toThrow(`page.md: /docs/a.image.yaml may mean ${names}`);
  await expect(rewritten).rejects.toThrow(
    `Name the spec relative to the file, as in ./hero.image.yaml${end}`,
  );
});
