import { type FunctionalComponent, h, type ImgHTMLAttributes } from 'vue';
import type { Picture as PictureData } from '../picture/types.ts';
import { createImageProps, type GivenProps } from './image-props.ts';

/** Props of the component: the picture, and whatever an `<img>` takes. */
export interface PictureProps extends Omit<ImgHTMLAttributes, 'src' | 'srcset'> {
  /** What an import of a spec gives. */
  image: PictureData;
}

/**
 * A `<picture>` of what an import gives; attributes go to the `<img>`. It renders, and does nothing else.
 * @example <Picture :image="hero" class="hero" sizes="50vw" />
 */
export const Picture: FunctionalComponent<PictureProps> = /* @__PURE__ */ Object.assign(
  ({ image }: PictureProps, { attrs }: { attrs: Record<string, unknown> }) => {
    const { sources, img, style } = createImageProps(image, attrs as GivenProps);
    return h('picture', [
      ...sources.map((source) => h('source', { ...source, key: `${source.media} ${source.type}` })),
      h('img', { ...img, ...attrs, ...img, style: [style, attrs['style']] }),
    ]);
  },
  { props: ['image'], inheritAttrs: false, displayName: 'Picture' },
) as FunctionalComponent<PictureProps>;
