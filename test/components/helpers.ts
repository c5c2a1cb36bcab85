import type { Picture as PictureData } from '../../src/picture/types.ts';
import { readPage } from '../../src/plugin/html/read-page.ts';

/** A picture with all that one can have. */
export const IMAGE: PictureData = {
  src: '/h-800.jpg',
  width: 800,
  height: 400,
  alt: 'A "hero" & more',
  srcset: '/h-400.jpg 400w, /h-800.jpg 800w',
  sizes: 'auto, 100vw',
  sources: [
    { type: 'image/avif', srcset: '/n.avif 800w', sizes: '100vw', media: '(max-width: 600px)' },
    { type: 'image/avif', srcset: '/h.avif 800w', sizes: 'auto, 100vw' },
  ],
  placeholder: { color: '#123456', dataUri: 'data:image/webp;base64,AA+/==' },
  loading: 'lazy',
  priority: false,
};

/** Tags with their attributes, in any order. */
export async function tagsOf(html: string): Promise<Record<string, string | undefined>[]> {
  const { elements } = await readPage(html);
  return elements.map(({ tag, attributes }) => ({
    tag,
    ...Object.fromEntries(attributes),
    style: attributes
      .get('style')
      ?.replace(/;$/, '')
      .replace(/: (?=\S)/g, ':'),
  }));
}
