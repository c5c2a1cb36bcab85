import { writePlaceholder } from '../picture/html.ts';
import type { Picture, PictureSource } from '../picture/types.ts';

/** Attributes that decide what a component makes of a picture; all others go to the `<img>` as they are. */
export interface GivenProps {
  alt?: string | undefined;
  sizes?: string | undefined;
  srcset?: string | undefined;
  width?: string | number | undefined;
  height?: string | number | undefined;
  loading?: string | undefined;
  fetchpriority?: string | undefined;
  decoding?: string | undefined;
}

/** What every component renders, in the names of HTML. */
export interface ImageProps {
  sources: readonly PictureSource[];
  img: {
    src: string;
    srcset: string;
    sizes: string;
    width: string | number;
    height: string | number;
    alt: string;
    loading: string;
    decoding: string;
    fetchpriority: string | undefined;
  };
  /** The placeholder as declarations of CSS; undefined when there is none to be painted. */
  style: string | undefined;
}

/** Puts what the author gives over what the picture says. Pure. */
export function createImageProps(image: Picture, given: GivenProps): ImageProps {
  const { width, height } = scaleSize(image, given);
  const first = given.fetchpriority === 'high' || image.priority;
  return {
    // Files that the author lists win over ours.
    sources:
      given.srcset === undefined
        ? image.sources.map((source) => ({ ...source, sizes: given.sizes ?? source.sizes }))
        : [],
    img: {
      // Firefox begins to load with `src`, whatever `loading` says afterwards.
      loading: given.loading ?? (first ? 'eager' : image.loading),
      decoding: given.decoding ?? 'async',
      fetchpriority: given.fetchpriority ?? (image.priority ? 'high' : undefined),
      sizes: given.sizes ?? image.sizes,
      srcset: given.srcset ?? image.srcset,
      src: image.src,
      width,
      height,
      alt: given.alt ?? image.alt,
    },
    style: writePlaceholder(image.placeholder),
  };
}

/** With one side given the other follows, or the browser would distort the picture. */
function scaleSize(
  image: Picture,
  { width, height }: GivenProps,
): { width: string | number; height: string | number } {
  const given = { width: Number(width ?? Number.NaN), height: Number(height ?? Number.NaN) };
  return {
    width:
      width ??
      (given.height > 0 ? Math.round((given.height * image.width) / image.height) : image.width),
    height:
      height ??
      (given.width > 0 ? Math.round((given.width * image.height) / image.width) : image.height),
  };
}
