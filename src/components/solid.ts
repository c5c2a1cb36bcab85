import { createComponent, type JSX, mergeProps, splitProps } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Picture as PictureData } from '../picture/types.ts';
import { createImageProps, type GivenProps } from './image-props.ts';
import { toStyleObject } from './style-object.ts';

/** Props of the component: the picture, and whatever an `<img>` takes. */
export interface PictureProps extends Omit<JSX.ImgHTMLAttributes<HTMLImageElement>, 'src'> {
  /** What an import of a spec gives. */
  image: PictureData;
}

/**
 * A `<picture>` of what an import gives; attributes go to the `<img>`. It renders, and does nothing else.
 * @example <Picture image={hero} class="hero" sizes="50vw" />
 */
export function Picture(props: PictureProps): JSX.Element {
  const [own, rest] = splitProps(props, ['image', 'style']);
  const all = (): ReturnType<typeof createImageProps> =>
    createImageProps(own.image, rest as GivenProps);
  // Written out, since the package is no JSX: a string as a component is an element, in browsers and on servers.
  const source = (index: number): JSX.Element =>
    createComponent(
      Dynamic,
      mergeProps({ component: 'source' }, () => all().sources[index]),
    );
  const img = (): JSX.Element =>
    createComponent(
      Dynamic,
      mergeProps({ component: 'img' }, rest, () => all().img, {
        get style() {
          return mergeStyles(all().style, own.style);
        },
      }) as never,
    );
  return createComponent(Dynamic, {
    component: 'picture',
    get children() {
      return [...all().sources.map((_, index) => source(index)), img()];
    },
  });
}

/** Solid's styles are text, or objects with names as in CSS. */
function mergeStyles(
  ours: string | undefined,
  theirs: JSX.CSSProperties | string | undefined,
): string | JSX.CSSProperties | undefined {
  if (theirs === undefined || ours === undefined) return theirs ?? ours;
  if (typeof theirs === 'string') return `${ours};${theirs}`;
  const named = Object.entries(toStyleObject(ours) ?? {}).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  ]);
  return { ...Object.fromEntries(named), ...theirs };
}
