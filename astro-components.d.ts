import type { HTMLAttributes } from 'astro/types';
import type { Picture as PictureData } from 'unplugin-image-prompt/html';

/** Props of the component: the picture, and whatever an `<img>` takes. */
export interface PictureProps extends Omit<HTMLAttributes<'img'>, 'src'> {
  /** What an import of a spec with `?picture` gives. */
  image: PictureData;
}

/**
 * A `<picture>` in all sizes and formats of the spec; attributes go to the `<img>`. It sends no script to the browser.
 * @example <Picture image={hero} class="hero" sizes="50vw" />
 */
export declare function Picture(props: PictureProps): unknown;
