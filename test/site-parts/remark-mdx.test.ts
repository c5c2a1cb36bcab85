// The tree that MDX gets. The real compiler runs in test/sites/mdx.test.ts.
import { describe, expect, test } from 'vitest';
import { remarkMdx } from '../../src/sites/mdx/remark.ts';
import type { MdxNode } from '../../src/sites/mdx/types.ts';

const image = (url: string, more: object = {}): MdxNode => ({
  type: 'image',
  url,
  alt: '',
  ...more,
});
const page = (...children: MdxNode[]): MdxNode => ({
  type: 'root',
  children: [{ type: 'paragraph', children }],
});

function rewrite(tree: MdxNode, component?: string): { tree: MdxNode; imports: string[] } {
  remarkMdx(component === undefined ? {} : { component })(tree);
  const first = tree.children![0]!;
  if (first.type !== 'mdxjsEsm') return { tree, imports: [] };
  const { body } = (first['data'] as { estree: { body: { source: { value: string } }[] } }).estree;
  return { tree, imports: body.map(({ source }) => source.value) };
}

describe('an MDX page', () => {
  test('imports each spec once, whatever it is written as, and the component', () => {
    const { tree, imports } = rewrite(
      page(
        image('./a.image.yaml'),
        image('a.image.yaml', { alt: 'Mine', title: 'T' }),
        image('/b%20c.image.yml'),
      ),
    );
    expect(imports).toEqual([
      'unplugin-image-prompt/react',
      './a.image.yaml?single-picture',
      '/b c.image.yml?single-picture',
    ]);
    const [first, second] = tree.children![1]!.children!;
    expect(first).toMatchObject({ type: 'mdxJsxTextElement', name: '_imagePromptPicture' });
    // An empty alt of Markdown says nothing.
    expect((first!['attributes'] as { name: string }[]).map(({ name }) => name)).toEqual(['image']);
    expect(second!['attributes']).toMatchObject([
      { name: 'image', value: { value: '_imagePrompt0' } },
      { name: 'alt', value: 'Mine' },
      { name: 'title', value: 'T' },
    ]);
  });

  test('keeps what the author gives an <img>, and follows references', () => {
    const jsx: MdxNode = {
      type: 'mdxJsxFlowElement',
      name: 'img',
      attributes: [
        { type: 'mdxJsxAttribute', name: 'alt', value: '' },
        { type: 'mdxJsxAttribute', name: 'src', value: './a.image.yaml' },
        { type: 'mdxJsxExpressionAttribute', value: '...rest' },
      ],
      children: [],
    };
    const reference: MdxNode = { type: 'imageReference', identifier: 'b', alt: 'B' };
    const definition: MdxNode = { type: 'definition', identifier: 'B', url: './b.image.yaml' };
    const { tree, imports } = rewrite(page(jsx, reference, definition), './Mine.jsx');
    expect(imports).toEqual([
      './Mine.jsx',
      './a.image.yaml?single-picture',
      './b.image.yaml?single-picture',
    ]);
    const [first, second] = tree.children![1]!.children!;
    expect(first!['attributes']).toMatchObject([
      { name: 'image' },
      { name: 'alt', value: '' },
      { value: '...rest' },
    ]);
    expect(second!['attributes']).toMatchObject([{ name: 'image' }, { name: 'alt', value: 'B' }]);
  });

  test('stays as it is without a spec', () => {
    const nodes = [
      image('./a.png', { alt: 'x' }),
      image('https://example.org/a.image.yaml'),
      { type: 'inlineCode', value: './a.image.yaml' },
      { type: 'link', url: './a.image.yaml', children: [] },
    ];
    const before = structuredClone(page(...nodes));
    expect(rewrite(page(...nodes))).toEqual({ tree: before, imports: [] });
  });
});

test.each([
  ['img', 'src', 'picture'],
  ['source', 'srcSet', 'picture'],
  ['video', 'poster', 'div'],
])('a spec in <%s %s> below <%s> is refused with its line', (name, attribute, parent) => {
  const position = { start: { line: 7 } };
  const attributes = [{ type: 'mdxJsxAttribute', name: attribute, value: './a.image.yaml' }];
  const element = { type: 'mdxJsxFlowElement', name, attributes, position, children: [] };
  const tree = page({
    type: 'mdxJsxFlowElement',
    name: parent,
    attributes: [],
    children: [element],
  });
  expect(() => remarkMdx()(tree, { path: 'docs/page.mdx' })).toThrow(
    `docs/page.mdx:7: no picture can stand in <${name} ${attribute}>`,
  );
});
