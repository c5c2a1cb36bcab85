// The component as Solid's server renderer writes it.
import { createComponent } from 'solid-js';
import { renderToString } from 'solid-js/web';
import { expect, test } from 'vitest';
import { Picture, type PictureProps } from '../../src/components/solid.ts';
import { pictureHtml } from '../../src/picture/html.ts';
import { IMAGE, tagsOf } from './helpers.ts';

const render = async (props: Partial<PictureProps> & Record<string, unknown> = {}) => {
  const html = renderToString(() => createComponent(Picture, { image: IMAGE, ...props }));
  const tags = await tagsOf(html);
  return tags.map(({ 'data-hk': _key, ...tag }) => tag);
};

test('renders what pictureHtml writes', async () => {
  const tags = await render();
  expect(tags).toHaveLength(4);
  expect(tags).toEqual(await tagsOf(pictureHtml(IMAGE)));
});

test('gives attributes to the img: the author has the last word', async () => {
  for (const style of ['color:red', { color: 'red' }]) {
    const [picture, first, second, img] = await render({
      class: 'a b',
      style,
      sizes: '50vw',
      alt: '',
      width: 100,
      fetchpriority: 'high',
      id: 'x',
    });
    expect(picture).toEqual({ tag: 'picture', style: undefined });
    expect([first!['sizes'], second!['sizes'], img!['sizes']]).toEqual(['50vw', '50vw', '50vw']);
    // Solid leaves a blank behind the last class.
    expect(img!['class']!.trim()).toBe('a b');
    expect(img).toMatchObject({ alt: '', width: '100', height: '50', id: 'x' });
    expect(img).toMatchObject({ loading: 'eager', fetchpriority: 'high' });
    expect(img!['style']).toMatch(/^background-color:#123456;.*;color:red$/);
  }
});

test('files that the author lists take the place of ours', async () => {
  const tags = await render({ srcset: 'x.png 2x' });
  expect(tags.map(({ tag }) => tag)).toEqual(['picture', 'img']);
});
