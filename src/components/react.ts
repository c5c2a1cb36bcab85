import { createElement, type ImgHTMLAttributes, type ReactElement, type Ref } from 'react';
import type { Picture as PictureData } from '../picture/types.ts';
import { createImageProps } from './image-props.ts';
import { toStyleObject } from './style-object.ts';

/** Props of the component: the picture, and whatever an `<img>` takes. */
export interface PictureProps extends Omit<ImgHTMLAttributes<HTMLImageElement>, 'src'> {
  /** What an import of a spec gives. */
  image: PictureData;
  /** Of the `<img>`; from React 19 on. */
  ref?: Ref<HTMLImageElement>;
}

/**
 * A `<picture>` of what an import gives; attributes go to the `<img>`. It renders, and does nothing else: a component
 * of servers as well.
 * @example <Picture image={hero} className="hero" sizes="50vw" />
 */
export function Picture({ image, ...given }: PictureProps): ReactElement {
  const { srcSet: srcset, fetchPriority: fetchpriority, ...rest } = given;
  const { sources, img, style } = createImageProps(image, { ...rest, srcset, fetchpriority });
  const { srcset: srcSet, fetchpriority: fetchPriority, ...known } = img;
  return createElement(
    'picture',
    null,
    ...sources.map(({ srcset: srcSet, ...source }) =>
      createElement('source', { ...source, srcSet }),
    ),
    createElement('img', {
      ...known,
      ...rest,
      ...known,
      srcSet,
      ...(fetchPriority === undefined ? {} : { fetchPriority }),
      style: { ...toStyleObject(style), ...given.style },
    } as ImgHTMLAttributes<HTMLImageElement>),
  );
}
