import { MAY_REFER } from '../references.ts';
import { readPage } from './read-page.ts';
import { hasReference } from './rewrite-page.ts';

/** A reference to a spec that a browser would ask for as a file. */
export interface UnresolvedReference {
  value: string;
  /** The place: `<img src>`. */
  where: string;
}

/** Finds a reference of a finished page to a spec that nobody has rewritten; text about specs is none. */
export async function findUnresolved(html: string): Promise<UnresolvedReference | null> {
  if (!MAY_REFER.test(html)) return null;
  const { elements } = await readPage(html);
  for (const element of elements) {
    for (const [name, value] of element.attributes) {
      if (!hasReference(name, value, element)) continue;
      return { value: value.trim(), where: `<${element.tag} ${name}>` };
    }
  }
  return null;
}
