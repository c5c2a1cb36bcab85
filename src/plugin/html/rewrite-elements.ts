import { escapeHtml, writeTag } from '../../picture/attributes.ts';
import type { Picture } from '../../picture/types.ts';
import type { Edit } from '../text-edits.ts';
import { ABSOLUTE_MARK } from './absolute.ts';
import type { Page, PageElement } from './read-page.ts';
import {
  priorityOf,
  writePicture,
  writePreload,
  writePreloadLink,
  writeSources,
} from './write-elements.ts';

/** A picture as a page shows it. */
export interface PagePicture {
  picture: Picture;
  /** Pixels of the file behind `src`. */
  srcSize: { width: number; height: number };
}

/** What the rewriting of a page needs to know. */
export interface PageContext {
  /** Builds what a reference names. `priority` overrides the spec's, null leaves it. */
  pictureOf(reference: string, offset: number, priority: boolean | null): Promise<PagePicture>;
  /** The error about a reference at a place where no picture can stand. */
  refuse(reference: string, offset: number, where: string): Error;
  /** Whether the URLs of `<meta>` shall be marked for {@link ABSOLUTE_MARK}. */
  markAbsolute: boolean;
  /**
   * Whether `alt=""` says nothing, as in what Markdown makes of `![](./hero.image.yaml)`: then the picture has
   * the spec's.
   * @default false: the author says that the picture is decorative
   */
  emptyAltSaysNothing?: boolean;
  /** Whether it is a part of a page, or of a feed, where preloads have no place. @default false */
  withoutHead?: boolean | undefined;
}

/** What the rewriting of one element needs to know. */
export interface ElementContext extends PageContext {
  page: Page;
  /** The reference in an attribute, which the caller then rewrites; null when there is none. */
  take(attribute: string): string | null;
}

/** What comes of an element. */
export interface RewrittenElement {
  edits?: readonly Edit[];
  /** For the head. */
  preload?: string;
  /** Name of a `<meta>` whose URL should be absolute. */
  meta?: string;
}

type Rewriter = (element: PageElement, context: ElementContext) => Promise<RewrittenElement>;

const ICONS =
  /(?:^|\s)(?:icon|apple-touch-icon(?:-precomposed)?|apple-touch-startup-image)(?:\s|$)/i;
const PRELOAD = /(?:^|\s)preload(?:\s|$)/i;
/** Properties and names of `<meta>` that Vite knows to hold a URL of an image. */
const META_PROPERTIES = ['og:image', 'og:image:url', 'og:image:secure_url'];
const META_NAMES = ['twitter:image'];

/** Who rewrites the elements of a tag. Every place is one that Vite knows to name an asset. */
export const REWRITERS: ReadonlyMap<string, readonly Rewriter[]> = new Map([
  ['img', [rewriteImage]],
  ['source', [rewriteSource]],
  ['link', [rewriteLink]],
  ['meta', [rewriteMeta]],
  ['video', [rewriteUrl('poster')]],
  ['input', [rewriteUrl('src')]],
  ['image', [rewriteUrl('href'), rewriteUrl('xlink:href')]],
]);

async function rewriteImage(
  element: PageElement,
  context: ElementContext,
): Promise<RewrittenElement> {
  const src = context.take('src');
  if (src === null) return {};
  const { start } = element.rangeOf('src');
  const { picture } = await context.pictureOf(src, start, priorityOf(element));
  const edits = [
    replace(element, writePicture(picture, element, context.emptyAltSaysNothing === true)),
  ];
  return isPreloaded(context.page, src)
    ? { edits }
    : { edits, preload: writePreload(picture, element) };
}

async function rewriteSource(
  element: PageElement,
  context: ElementContext,
): Promise<RewrittenElement> {
  const srcset = element.attributes.get('srcset')?.trim() ?? '';
  // With a descriptor, or among others, a reference would stand for one file.
  if (element.parent !== 'picture' || /[\s,]/.test(srcset)) return {};
  const built = await build('srcset', element, context);
  return built ? { edits: [replace(element, writeSources(built.picture, element))] } : {};
}

async function rewriteLink(
  element: PageElement,
  context: ElementContext,
): Promise<RewrittenElement> {
  if (ICONS.test(element.attributes.get('rel') ?? ''))
    return await rewriteUrl('href')(element, context);
  const built = isPreload(element) ? await build('href', element, context) : null;
  return built ? { edits: [replace(element, writePreloadLink(built.picture, element))] } : {};
}

async function rewriteMeta(
  element: PageElement,
  context: ElementContext,
): Promise<RewrittenElement> {
  const property = element.attributes.get('property')?.trim().toLowerCase() ?? '';
  const name = element.attributes.get('name')?.trim().toLowerCase() ?? '';
  if (!META_PROPERTIES.includes(property) && !META_NAMES.includes(name)) return {};
  const built = await build('content', element, context);
  if (!built) return {};
  const mark = context.markAbsolute ? ` ${ABSOLUTE_MARK}=""` : '';
  const edits = [replaceValue('content', element, built.picture.src, mark)];
  if (property === 'og:image') {
    edits.push({ start: element.end, end: element.end, text: describeImage(context.page, built) });
  }
  return { edits, meta: META_PROPERTIES.includes(property) ? property : name };
}

function rewriteUrl(attribute: string): Rewriter {
  return async (element, context) => {
    const built = await build(attribute, element, context);
    return built ? { edits: [replaceValue(attribute, element, built.picture.src)] } : {};
  };
}

async function build(
  attribute: string,
  element: PageElement,
  context: ElementContext,
): Promise<PagePicture | null> {
  const reference = context.take(attribute);
  if (reference === null) return null;
  return await context.pictureOf(reference, element.rangeOf(attribute).start, null);
}

function replace({ start, end }: PageElement, text: string): Edit {
  return { start, end, text };
}

function replaceValue(name: string, element: PageElement, url: string, more = ''): Edit {
  return { ...element.rangeOf(name), text: `${name}="${escapeHtml(url)}"${more}` };
}

function isPreload({ attributes }: PageElement): boolean {
  const as = attributes.get('as')?.trim().toLowerCase();
  return PRELOAD.test(attributes.get('rel') ?? '') && as === 'image';
}

/** Whether the author preloads the same picture. */
function isPreloaded({ elements }: Page, reference: string): boolean {
  return elements.some(
    (one) =>
      one.tag === 'link' &&
      isPreload(one) &&
      one.attributes.get('href')?.trim() === reference.trim(),
  );
}

/**
 * Size and text alternative of the page's only `og:image`, unless the author gives them.
 * Source: https://ogp.me/#structured
 */
function describeImage({ elements }: Page, { picture, srcSize }: PagePicture): string {
  const given = elements
    .filter(({ tag }) => tag === 'meta')
    .map(({ attributes }) => attributes.get('property')?.trim().toLowerCase());
  if (given.filter((name) => name === 'og:image').length > 1) return '';
  const fields: [name: string, value: string][] = [
    ['og:image:width', String(srcSize.width)],
    ['og:image:height', String(srcSize.height)],
    ['og:image:alt', picture.alt],
  ];
  return fields
    .filter(([name, value]) => value !== '' && !given.includes(name))
    .map(([property, content]) => writeTag('meta', { property, content }))
    .join('');
}
