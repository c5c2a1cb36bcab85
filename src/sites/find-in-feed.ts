import { findUnresolved, type UnresolvedReference } from '../plugin/html/find-unresolved.ts';
import { readText } from '../plugin/html/read-page.ts';
import { MAY_REFER } from '../plugin/references.ts';

/**
 * Finds a reference to a spec that readers of a feed would ask for as a file. Feeds carry pages as text
 * (RSS 2.0, Atom's `type="html"`), as CDATA, as elements (`type="xhtml"`), or in JSON (jsonfeed.org/version/1.1).
 * @param name tells JSON from XML
 * @returns null as well for what is no feed
 */
export async function findInFeed(name: string, text: string): Promise<UnresolvedReference | null> {
  if (!MAY_REFER.test(text)) return null;
  if (/\.json$/i.test(name)) return await findFirst(readJsonFeed(text));
  if (!/\.(?:xml|rss|atom|rdf)$/i.test(name) || !/<(?:rss|feed|rdf:RDF)\b/.test(text)) return null;
  return await findFirst(await readXmlFeed(text));
}

async function findFirst(pages: readonly string[]): Promise<UnresolvedReference | null> {
  for (const page of pages) {
    const found = await findUnresolved(page);
    if (found !== null) return found;
  }
  return null;
}

/** The elements of a feed with what stands in CDATA, and each text of it as the page that it is. */
async function readXmlFeed(text: string): Promise<string[]> {
  const elements = text.replace(/<!\[CDATA\[(.*?)\]\]>/gs, '$1');
  // What is escaped in XHTML is text that readers see, such as code.
  if (/\btype\s*=\s*["']xhtml["']/.test(text)) return [elements];
  const texts = text.replace(/<!\[CDATA\[.*?\]\]>/gs, '').split(/<[^>]*>/);
  const unescaped = texts.filter((part) => MAY_REFER.test(part)).map(readText);
  return [elements, ...(await Promise.all(unescaped))];
}

function readJsonFeed(text: string): string[] {
  try {
    const { version, items } = JSON.parse(text);
    if (!/jsonfeed\.org/.test(String(version)) || !Array.isArray(items)) return [];
    return items.flatMap((item) => {
      const html = item?.content_html;
      return typeof html === 'string' ? [html] : [];
    });
  } catch {
    // Whatever it is, it is no feed.
    return [];
  }
}
