// The component as React's server renderer writes it.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Picture, type PictureProps } from '../../src/components/react.ts';
import { pictureHtml } from '../../src/picture/html.ts';
import { IMAGE, tagsOf } from './helpers.ts';

const render = async (props: Partial<PictureProps> & Record<string, unknown> = {}) => {
  const html = renderToStaticMarkup(createElement(Picture, { image: IMAGE, ...props }));
  return (await tagsOf(html)).filter(({ tag }) => tag !== 'link');
};

test('renders what pictureHtml writes', async () => {
  const tags = await render();
  expect(tags).toHaveLength(4);
  expect(tags).toEqual(await tagsOf(pictureHtml(IMAGE)));
});

test('gives attributes to the img: the author has the last word', async () => {
  const [picture, first, second, img] = await render({
    className: 'a b',
    style: { color: 'red' },
    sizes: '50vw',
    alt: '',
    height: 100,
    fetchPriority: 'high',
    'data-x': 1,
  });
  expect(picture).toEqual({ tag: 'picture', style: undefined });
  expect([first!['sizes'], second!['sizes'], img!['sizes']]).toEqual(['50vw', '50vw', '50vw']);
  expect(img).toMatchObject({
    class: 'a b',
    alt: '',
    width: '200',
    height: '100',
    loading: 'eager',
    fetchpriority: 'high',
    'data-x': '1',
  });
  expect(img!['style']).toMatch(/^background-color:#123456;.*;color:red$/);
});

test('files that the author lists take the place of ours', async () => {
  const tags = await render({ srcSet: 'x.png 2x' });
  expect(tags.map(({ tag }) => tag)).toEqual(['picture', 'img']);
  expect(tags[1]!['srcset']).toBe('x.png 2x');
});

test('paints nothing where nothing may be painted', async () => {
  const image = { ...IMAGE, placeholder: { color: '#123456', paint: false as const } };
  expect((await render({ image })).at(-1)!['style']).toBeUndefined();
});
