import { isReference, MAY_REFER } from '../references.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { type PageElement, readPage } from './read-page.ts';
import {
  type ElementContext,
  type PageContext,
  REWRITERS,
  type RewrittenElement,
} from './rewrite-elements.ts';

/** A page with its references rewritten. */
export interface RewrittenPage {
  html: string;
  /** Where URLs stand that others would need absolute. */
  metas: readonly { name: string; offset: number }[];
}

/** Attributes for people, who may well read about specs. */
const PROSE = /^(?:alt|title|content|value|placeholder|label|class|id|aria-.*)$/;

/**
 * Which `data-*` attributes some script takes a file from; the others hold text, such as the code that a button copies.
 */
const DATA_FILE =
  /src|href|url|bg|background|image|img|picture|photo|poster|cover|large|full|zoom|original|thumb|lazy/;

/**
 * Rewrites every reference of a page to a spec; nothing else of it changes. Pure but for what the
 * context does.
 * @returns null when there is nothing to do
 */
export async function rewritePage(
  html: string,
  context: PageContext,
): Promise<RewrittenPage | null> {
  if (!MAY_REFER.test(html)) return null;
  const page = await readPage(html);
  const edits: Edit[] = [];
  const preloads = new Set<string>();
  const metas: RewrittenPage['metas'][number][] = [];
  for (const element of page.elements) {
    const rest = new Set(element.attributes.keys());
    const tools: ElementContext = {
      ...context,
      page,
      take(name) {
        const value = element.attributes.get(name);
        if (value === undefined || !isReference(value)) return null;
        // Vite would leave our paths as they are.
        if (element.attributes.has('vite-ignore')) throw refuse(element, name, value);
        rest.delete(name);
        return value;
      },
    };
    for (const rewrite of REWRITERS.get(element.tag) ?? []) {
      const done: RewrittenElement = await rewrite(element, tools);
      edits.push(...(done.edits ?? []));
      if (done.preload) preloads.add(done.preload);
      if (done.meta) metas.push({ name: done.meta, offset: element.start });
    }
    for (const name of rest) {
      const value = element.attributes.get(name) ?? '';
      if (hasReference(name, value, element)) throw refuse(element, name, value);
    }
  }
  const { headEnd } = page;
  if (!context.withoutHead)
    edits.push({ start: headEnd, end: headEnd, text: [...preloads].join('') });
  return { html: applyEdits(html, edits), metas };

  function refuse(element: PageElement, name: string, value: string): Error {
    const where = `<${element.tag} ${name}>`;
    return context.refuse(value.trim(), element.rangeOf(name).start, where);
  }
}

/** Whether an attribute that nobody rewrote is a reference, or has one among its files. */
export function hasReference(
  name: string,
  value: string,
  element: Pick<PageElement, 'tag' | 'attributes'>,
): boolean {
  if (/srcset$/.test(name)) return value.split(/[\s,]+/).some((part) => isReference(part));
  // A style attribute is CSS, and read as such.
  if (name === 'style' || (PROSE.test(name) && !isMetaImage(name, element))) return false;
  if (name.startsWith('data-') && !DATA_FILE.test(name)) return false;
  // Some put several lines into an attribute with another character between them.
  return !/[\s\p{Cc}]/u.test(value.trim()) && isReference(value);
}

/** `og:image`, `twitter:image:src`; not `og:image:alt`, which is for people. */
const META_IMAGE = /(?:^|:)image(?::(?:url|secure_url|src))?$/i;

/** Whether an attribute is the content of a `<meta>` whose `property` or `name` says that it is an image. */
export function isMetaImage(
  name: string,
  { tag, attributes }: Pick<PageElement, 'tag' | 'attributes'>,
): boolean {
  const key = attributes.get('property') ?? attributes.get('name') ?? '';
  return tag === 'meta' && name === 'content' && META_IMAGE.test(key);
}
