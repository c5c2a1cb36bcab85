import type { DefaultTreeAdapterTypes, Token } from 'parse5';

/** The start tag of an element as the author wrote it. */
export interface PageElement {
  tag: string;
  /** Decoded values by lower-case name; of doubled attributes the first, as browsers do. */
  attributes: ReadonlyMap<string, string>;
  /** Where the start tag stands. */
  start: number;
  end: number;
  /** Where an attribute stands, name and value. */
  rangeOf(attribute: string): { start: number; end: number };
  parent: string;
  /** Tags of the parent's children, this one included. */
  siblings: readonly string[];
}

/** What of a page can refer to files. */
export interface Page {
  elements: readonly PageElement[];
  /** Where something can be added to the head. */
  headEnd: number;
}

type Node = DefaultTreeAdapterTypes.ParentNode;
type Element = DefaultTreeAdapterTypes.Element;

/** Parses a page as Vite does: with the content of `<noscript>` and `<template>`. */
export async function readPage(html: string): Promise<Page> {
  const { parse } = await import('parse5');
  const document = parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false });
  const elements: PageElement[] = [];
  collect(document, elements);
  return { elements, headEnd: findHeadEnd(document) };
}

function collect(node: Node, elements: PageElement[]): void {
  const children = node.childNodes.filter(isElement);
  const siblings = children.map((child) => child.tagName);
  for (const child of children) {
    const element = readElement(child, node.nodeName, siblings);
    if (element) elements.push(element);
    // Scripts and styles hold text only; that of styles is read as CSS.
    collect(
      'content' in child ? (child as DefaultTreeAdapterTypes.Template).content : child,
      elements,
    );
  }
}

function readElement(
  { tagName, attrs, sourceCodeLocation }: Element,
  parent: string,
  siblings: readonly string[],
): PageElement | null {
  // An element that the parser adds by itself has no attributes of the author.
  if (!sourceCodeLocation) return null;
  const { startOffset: start, endOffset: end } = sourceCodeLocation.startTag ?? sourceCodeLocation;
  const places: Record<string, Token.Location> = sourceCodeLocation.attrs ?? {};
  return {
    tag: tagName,
    attributes: new Map(attrs.map((one) => [nameOf(one), one.value])),
    start,
    end,
    rangeOf(attribute) {
      const place = places[attribute];
      return { start: place?.startOffset ?? start, end: place?.endOffset ?? start };
    },
    parent,
    siblings,
  };
}

function nameOf({ prefix, name }: Token.Attribute): string {
  return prefix ? `${prefix}:${name}` : name;
}

/** Before `</head>`, or where it would stand if the author had not left it out. */
function findHeadEnd(document: DefaultTreeAdapterTypes.Document): number {
  const html = document.childNodes.find((node) => node.nodeName === 'html') as Element | undefined;
  const head = html?.childNodes.find((node) => node.nodeName === 'head') as Element | undefined;
  const place = head?.sourceCodeLocation;
  if (place?.endTag) return place.endTag.startOffset;
  const last = head?.childNodes.findLast((node) => node.sourceCodeLocation)?.sourceCodeLocation;
  const doctype = document.childNodes.find((node) => node.nodeName === '#documentType');
  const before = last ?? place?.startTag ?? html?.sourceCodeLocation?.startTag;
  return (before ?? doctype?.sourceCodeLocation)?.endOffset ?? 0;
}

function isElement(node: DefaultTreeAdapterTypes.ChildNode): node is Element {
  return 'tagName' in node;
}
