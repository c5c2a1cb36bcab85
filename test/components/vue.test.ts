// The component as Vue's server renderer writes it.
import { expect, test } from 'vitest';
import { createSSRApp, h } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { Picture, type PictureProps } from '../../src/components/vue.ts';
import { pictureHtml } from '../../src/picture/html.ts';
import { IMAGE, tagsOf } from './helpers.ts';

const render = (props: Partial<PictureProps> & Record<string, unknown> = {}): Promise<string> =>
  renderToString(createSSRApp({ render: () => h(Picture, { image: IMAGE, ...props }) }));

test('renders what pictureHtml writes', async () => {
  const tags = await tagsOf(await render());
  expect(tags).toHaveLength(4);
  expect(tags).toEqual(await tagsOf(pictureHtml(IMAGE)));
});

test('gives attributes to the img: the author has the last word', async () => {
  const html = await render({
    class: ['a', { b: true }],
    style: { color: 'red' },
    sizes: '50vw',
    alt: '',
    width: 100,
    fetchpriority: 'high',
    id: 'x',
    decoding: 'sync',
  });
  expect(html).toMatch(/<img[^>]*class="a b"/);
  expect(html).toMatch(/style="background-color:#123456;[^"]*color:red;?"/);
  expect(html.match(/sizes="50vw"/g)).toHaveLength(3);
  expect(html).toMatch(/<img[^>]* alt(?:="")? /);
  expect(html).toContain('width="100" height="50"');
  expect(html).toContain('loading="eager"');
  expect(html).toContain('decoding="sync"');
  expect(html).toMatch(/<picture><source[^>]*><source[^>]*><img[^>]*id="x"/);
});

test('files that the author lists take the place of ours', async () => {
  const html = await render({ srcset: 'x.png 2x' } as never);
  expect(html).not.toContain('<source');
  expect(html).toContain('srcset="x.png 2x"');
});
