import { MAY_REFER } from '../references.ts';
import { type PageElement, readPage } from './read-page.ts';
import { hasReference, isMetaImage } from './rewrite-page.ts';

/** A reference to a spec that a browser would ask for as a file. */
export interface UnresolvedReference {
  value: string;
  /** The place: `<img src>`. */
  where: string;
}

/** An element as far as it matters here: that of a page, or of a feed. */
export type NamedElement = Pick<PageElement, 'tag' | 'attributes'>;

/** Finds a reference of a finished page to a spec that nobody has rewritten; text about specs is none. */
export async function findUnresolved(html: string): Promise<UnresolvedReference | null> {
  if (!MAY_REFER.test(html)) return null;
  const { elements } = await readPage(html);
  for (const element of elements) {
    for (const [name, value] of element.attributes) {
      if (!hasReference(name, value, element) && !showsSpec(name, value, element)) continue;
      return { value: value.trim(), where: `<${element.tag} ${name}>` };
    }
  }
  return null;
}

/** Attributes that name nothing but pictures, in pages and in feeds. */
const PICTURES: ReadonlyMap<string, readonly string[]> = new Map([
  ['img', ['src', 'srcset']],
  ['source', ['srcset']],
  ['video', ['poster']],
  ['enclosure', ['url']],
  ['media:content', ['url']],
  ['media:thumbnail', ['url']],
  ['itunes:image', ['href']],
]);

/**
 * Whether a spec stands where only a picture can, with whatever host before it: something made the URL absolute
 * before it was understood.
 */
export function showsSpec(name: string, value: string, element: NamedElement): boolean {
  if (!PICTURES.get(element.tag)?.includes(name) && !isMetaImage(name, element)) return false;
  return (name === 'srcset' ? value.split(/[\s,]+/) : [value]).some(endsInSpec);
}

/** Whether the path of a URL is that of a spec. A service that draws pictures may be told of one in its query. */
export function endsInSpec(url: string): boolean {
  return /\.image\.ya?ml$/i.test(url.trim().split(/[?#]/, 1)[0]!);
}
