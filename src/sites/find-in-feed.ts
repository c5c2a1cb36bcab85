import {
  endsInSpec,
  findUnresolved,
  type NamedElement,
  showsSpec,
  type UnresolvedReference,
} from '../plugin/html/find-unresolved.ts';
import { hasReference } from '../plugin/html/rewrite-page.ts';
import { MAY_REFER } from '../plugin/references.ts';
import { readXml, type XmlElement } from './read-xml.ts';

/**
 * Finds a reference to a spec that readers of a feed would ask for as a file. Feeds carry pages as text
 * (https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287#section-4.1.3), as elements
 * (`type="xhtml"`), or in JSON (https://www.jsonfeed.org/version/1.1).
 * @param name tells JSON from XML
 * @returns null as well for what is no feed
 */
export async function findInFeed(name: string, text: string): Promise<UnresolvedReference | null> {
  if (!MAY_REFER.test(text)) return null;
  // Next writes what a route answers as `feed.xml.body`.
  const path = name.replace(/\.body$/i, '');
  if (/\.json$/i.test(path)) return await findInJson(text);
  if (!/\.(?:xml|rss|atom|rdf)$/i.test(path) || !/<(?:rss|feed|rdf:RDF)\b/.test(text)) return null;
  for (const element of await readXml(text)) {
    const found = findInTag(element) ?? (await findInText(element));
    if (found !== null) return found;
  }
  return null;
}

/** Attributes of feeds that are for people. */
const WORDS = /^(?:term|label|scheme|domain|text|name|rel|type)$/;

function findInTag(element: XmlElement): UnresolvedReference | null {
  for (const [name, value] of element.attributes) {
    const isFile = hasReference(name, value, element) || showsSpec(name, value, element);
    if (WORDS.test(name) || !(isFile || isEnclosure(name, value, element))) continue;
    return { value: value.trim(), where: `<${element.tag} ${name}>` };
  }
  return null;
}

/** Atom's own way to attach a file: https://www.rfc-editor.org/rfc/rfc4287#section-4.2.7.2 */
function isEnclosure(name: string, value: string, { tag, attributes }: NamedElement): boolean {
  const isAttached = tag === 'link' && attributes.get('rel') === 'enclosure' && name === 'href';
  return isAttached && endsInSpec(value);
}

async function findInText(element: XmlElement): Promise<UnresolvedReference | null> {
  const { tag, text } = element;
  if (holdsPicture(element) && endsInSpec(text)) return { value: text.trim(), where: `<${tag}>` };
  return holdsPage(element) ? await findUnresolved(text) : null;
}

/** Elements of Atom that hold text: https://www.rfc-editor.org/rfc/rfc4287#section-3.1, #section-4.1.3 */
const ATOM_TEXT = /^(?:title|subtitle|summary|rights|content)$/;
/** Elements of RSS, and of what extends it, that readers take for pages. */
const RSS_PAGE =
  /^(?:description|content|dc:description|turbo:content)$|:(?:encoded|summary|full-text)$/;

/** Text is plain unless it says otherwise; in RSS it does so by the name of its element. */
function holdsPage({ tag, attributes, root }: XmlElement): boolean {
  const type = attributes.get('type');
  const isHtml = type !== undefined && /^\s*(?:text\/)?html\s*(?:;|$)/i.test(type);
  // What only stands in a page, such as a script, has types of its own.
  if (root === 'feed') return isHtml && (ATOM_TEXT.test(tag) || tag.includes(':'));
  return type === undefined ? RSS_PAGE.test(tag) : isHtml;
}

function holdsPicture({ tag, parent, root }: XmlElement): boolean {
  if (root === 'feed') return tag === 'logo' || tag === 'icon';
  return tag === 'url' && parent === 'image';
}

async function findInJson(text: string): Promise<UnresolvedReference | null> {
  for (const [name, value] of listJsonFeed(text)) {
    if (name === 'content_html') {
      const found = await findUnresolved(value);
      if (found !== null) return found;
    } else if (endsInSpec(value)) return { value, where: `\`${name}\`` };
  }
  return null;
}

/** Fields of a JSON feed that hold pages or URLs of files. */
function* listJsonFeed(text: string): Iterable<[name: string, value: string]> {
  let feed: Fields;
  try {
    feed = readFields(JSON.parse(text));
  } catch {
    // Whatever it is, it is no feed.
    return;
  }
  if (!/jsonfeed\.org/.test(String(feed['version']))) return;
  yield* textsOf(feed, ['icon', 'favicon']);
  for (const item of listFields(feed['items'])) {
    yield* textsOf(item, ['content_html', 'image', 'banner_image']);
    for (const one of listFields(item['attachments'])) yield* textsOf(one, ['url']);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function* textsOf(fields: Fields, names: readonly string[]): Iterable<[string, string]> {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') yield [name, value];
  }
}

function listFields(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(readFields) : [];
}

function readFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
