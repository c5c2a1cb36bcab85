import { type Attributes, writeTag } from '../../picture/attributes.ts';
import { pictureHtml, preloadHtml } from '../../picture/html.ts';
import type { Picture } from '../../picture/types.ts';
import type { PageElement } from './read-page.ts';

/** Attributes that a picture replaces. */
const OURS = ['src'];
const PRELOAD_OURS = ['rel', 'as', 'href', 'type', 'imagesrcset', 'imagesizes'];
/** Attributes that decide how a file is fetched: a preload with others would fetch it twice. */
const FETCH = ['sizes', 'crossorigin', 'referrerpolicy'];

/** Whether an `<img>` shall be fetched first; null when its author does not say. */
export function priorityOf({ attributes }: PageElement): boolean | null {
  if (attributes.get('loading')?.trim().toLowerCase() === 'lazy') return false;
  const asked = attributes.get('fetchpriority')?.trim().toLowerCase();
  return asked === undefined ? null : asked === 'high';
}

/** What takes the place of an `<img>`: never a `<picture>` in a `<picture>`. */
export function writePicture(
  picture: Picture,
  element: PageElement,
  emptyAltSaysNothing: boolean,
): string {
  const dropsAlt = emptyAltSaysNothing && element.attributes.get('alt')?.trim() === '';
  const ours = dropsAlt ? [...OURS, 'alt'] : OURS;
  const attributes = scaleSize(picture, attributesOf(element, ours));
  // Sources would win over files that the author lists.
  const shown = 'srcset' in attributes ? { ...picture, sources: [] } : picture;
  const html = pictureHtml(shown, attributes);
  return element.parent === 'picture' ? html.slice('<picture>'.length, -'</picture>'.length) : html;
}

/** The preload of an `<img>`, or nothing: which source an author's `<picture>` takes is not known. */
export function writePreload(picture: Picture, element: PageElement): string {
  const { parent, siblings, attributes } = element;
  if (!picture.priority || attributes.has('srcset')) return '';
  if (parent === 'picture' && siblings.includes('source')) return '';
  return preloadHtml(picture, pick(attributesOf(element, []), FETCH));
}

/** What takes the place of `<link rel="preload" as="image">`. */
export function writePreloadLink(picture: Picture, element: PageElement): string {
  const sizes = element.attributes.get('imagesizes');
  return preloadHtml(picture, { ...attributesOf(element, PRELOAD_OURS), sizes });
}

/** What takes the place of a `<source>`, such as one of art direction: every format, best first. */
export function writeSources(picture: Picture, element: PageElement): string {
  const rest = attributesOf(element, ['srcset', 'type']);
  const { width, height } = picture;
  const fallback = { type: undefined, srcset: picture.srcset, sizes: picture.sizes };
  return [...picture.sources, fallback]
    .map(({ type, srcset, sizes }) =>
      writeTag('source', { type, srcset, sizes, width, height, ...scaleSize(picture, rest) }),
    )
    .join('');
}

/** With one side given the other follows, or the browser would distort the picture. */
function scaleSize(picture: Picture, attributes: Attributes): Attributes {
  const width = Number(attributes['width'] || Number.NaN);
  const height = Number(attributes['height'] || Number.NaN);
  if (width > 0 && attributes['height'] === undefined) {
    return { ...attributes, height: Math.round((width * picture.height) / picture.width) };
  }
  if (height > 0 && attributes['width'] === undefined) {
    return { ...attributes, width: Math.round((height * picture.width) / picture.height) };
  }
  return attributes;
}

function attributesOf({ attributes }: PageElement, without: readonly string[]): Attributes {
  // A stray quote becomes part of a name that nothing can write again.
  const kept = [...attributes].filter(
    ([name]) => !without.includes(name) && /^[^\s"'<>/=\p{Cc}\p{Cs}]+$/u.test(name),
  );
  return Object.fromEntries(kept);
}

function pick(attributes: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
