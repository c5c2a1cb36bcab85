/** An element of XML, once it is closed. */
export interface XmlElement {
  /** As written, but for the prefix of XHTML. */
  tag: string;
  attributes: ReadonlyMap<string, string>;
  /** Its own text and CDATA, decoded; that of elements in it is not part of it. */
  text: string;
  /** Tag of the element around it; empty for the first. */
  parent: string;
  /** Tag of the outermost element. */
  root: string;
}

/** Comments and CDATA first: what looks like a tag in them is none. A tag ends at a `>` outside of quotes. */
const PIECES =
  /<!--.*?-->|<!\[CDATA\[(?<data>.*?)\]\]>|<[?!][^>]*>|<\/(?<end>[^\s>]+)\s*>|<(?<start>[^\s/>]+)(?<rest>(?:"[^"]*"|'[^']*'|[^"'>])*)>|(?<text>[^<]+)|</gs;

const ATTRIBUTE = /([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Reads the elements of XML in the order in which they end. For looking things up in files of others, whole or
 * not: what is no XML is passed over, and nothing is ever thrown.
 */
export function* readXml(xml: string): Iterable<XmlElement> {
  const open: { tag: string; attributes: Map<string, string>; text: string }[] = [];
  const close = (): XmlElement => {
    const { tag, attributes, text } = open.pop()!;
    return { tag, attributes, text, parent: open.at(-1)?.tag ?? '', root: open[0]?.tag ?? tag };
  };
  for (const { groups = {} } of xml.matchAll(PIECES)) {
    const { data, end, start, rest = '', text } = groups;
    const inner = open.at(-1);
    if (inner && data !== undefined) inner.text += data;
    if (inner && text !== undefined) inner.text += decode(text);
    if (start !== undefined) {
      open.push({ tag: nameOf(start), attributes: readAttributes(rest), text: '' });
      if (rest.endsWith('/')) yield close();
    }
    if (end !== undefined && open.some(({ tag }) => tag === nameOf(end))) {
      let closed: XmlElement;
      do {
        closed = close();
        yield closed;
      } while (closed.tag !== nameOf(end));
    }
  }
  while (open.length > 0) yield close();
}

function nameOf(tag: string): string {
  return tag.replace(/^x?html:/, '');
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE)) {
    attributes.set(name, decode(double ?? single ?? ''));
  }
  return attributes;
}

/** The five names that XML has by itself; Maps, since names of objects' own are names as well. */
const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
