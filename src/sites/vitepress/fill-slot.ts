import type { Picture } from '../../picture/types.ts';
import type { PagePicture } from '../../plugin/html/rewrite-elements.ts';
import type { Slot, SlotKind } from '../find-slots.ts';
import type { HeadEntry } from './types.ts';

/** Where the pictures of a site are found. */
export interface SlotPlace {
  /** The site's base, as URLs begin with it; relative ones are of no use in a `srcset`. */
  base: string;
  /** Where it is published, such as `https://example.org`; null when that is not known. */
  origin: string | null;
}

/** Widths of the boxes that the default theme has for its images. */
const SIZES: Readonly<Record<string, string>> = {
  hero: '(min-width: 960px) 320px, (min-width: 640px) 256px, 192px',
  icon: '48px',
};
const ICON = 48;
/** Height of the logo, by the default of `--vp-nav-logo-height`. */
const LOGO = 24;

/** Puts a picture where its reference stands. */
export function fillSlot(slot: Slot, { picture }: PagePicture, place: SlotPlace): void {
  const { holder, key, kind, original } = slot;
  const src = withoutBase(picture.src, place);
  if (kind === 'meta') holder[key] = absoluteUrl(picture.src, place);
  else if (kind === 'link') holder[key] = picture.src;
  else if (key === 'src') Object.assign(holder, imageOf(picture, kind, place), original, { src });
  else holder[key] = kind === 'url' ? src : imageOf(picture, kind, place);
}

/** The metas that a page needs to be shown elsewhere with its picture, beyond those that it has. */
export function describeShared(
  { picture, srcSize }: PagePicture,
  head: readonly HeadEntry[],
  place: SlotPlace,
): HeadEntry[] {
  const given = new Set(head.map(([, attributes]) => attributes['property']));
  const fields: [property: string, content: string][] = [
    ['og:image', absoluteUrl(picture.src, place)],
    ['og:image:width', String(srcSize.width)],
    ['og:image:height', String(srcSize.height)],
    ['og:image:alt', picture.alt],
  ];
  return fields
    .filter(([property, content]) => content !== '' && !given.has(property))
    .map(([property, content]): HeadEntry => ['meta', { property, content }]);
}

/** An image of the default theme: the attributes of one `<img>`, so its best format is one that all browsers know. */
function imageOf(picture: Picture, kind: SlotKind, place: SlotPlace): Record<string, unknown> {
  const { alt, width, height } = picture;
  const webp = picture.sources.find(({ type, media }) => type === 'image/webp' && !media);
  const sizes = SIZES[kind] ?? (kind === 'logo' ? `${scale(LOGO, picture)}px` : '100vw');
  return {
    // The theme puts the base before `src`, and before nothing else.
    src: withoutBase(picture.src, place),
    ...(isRelative(place.base) ? {} : { srcset: webp?.srcset ?? picture.srcset, sizes }),
    alt,
    ...(kind === 'icon' ? { width: scale(ICON, picture), height: ICON } : {}),
    // Its height is the theme's business.
    ...(kind === 'logo' ? { style: `aspect-ratio:${width}/${height};width:auto` } : {}),
    ...(kind === 'hero' || kind === 'image' ? { width, height } : {}),
    ...(picture.priority ? { fetchpriority: 'high' } : {}),
  };
}

function scale(toHeight: number, { width, height }: Picture): number {
  return Math.round((toHeight * width) / height);
}

function withoutBase(url: string, { base }: SlotPlace): string {
  return isRelative(base) || !url.startsWith(base) ? url : `/${url.slice(base.length)}`;
}

function absoluteUrl(url: string, { origin }: SlotPlace): string {
  return origin === null ? url : new URL(url, origin).href;
}

/** `./` and the like mean another place on each page. */
export function isRelative(base: string): boolean {
  return !base.startsWith('/') && !/^[a-z]+:/i.test(base);
}
