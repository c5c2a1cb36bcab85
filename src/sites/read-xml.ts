/** An element of XML, once it is closed. */
export interface XmlElement {
  /** In lower case, without the prefix of XHTML. */
  tag: string;
  attributes: ReadonlyMap<string, string>;
  /** Its own text and CDATA, decoded; that of elements in it is not part of it. */
  text: string;
  /** Tag of the element around it; empty for the first. */
  parent: string;
  /** Tag of the outermost element. */
  root: string;
}

/**
 * Reads the elements of XML in the order in which they end. For looking things up in files of others, whole or
 * not: what is no XML is text, and nothing is thrown. The tokenizer is that of pages, which knows CDATA as well; it
 * builds no tree, so that no element means anything to it.
 */
export async function readXml(xml: string): Promise<XmlElement[]> {
  const { Tokenizer } = await import('parse5');
  const elements: XmlElement[] = [];
  const open: { tag: string; attributes: Map<string, string>; text: string }[] = [];
  const counts = new Map<string, number>();
  const count = (tag: string, more: number): void =>
    void counts.set(tag, (counts.get(tag) ?? 0) + more);

  const close = (): string => {
    const closed = open.pop()!;
    count(closed.tag, -1);
    const parent = open.at(-1)?.tag ?? '';
    elements.push({ ...closed, parent, root: open[0]?.tag ?? closed.tag });
    return closed.tag;
  };
  const add = ({ chars }: { chars: string }): void => {
    const inner = open.at(-1);
    if (inner) inner.text += chars;
  };
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag({ tagName, attrs, selfClosing }) {
        const tag = nameOf(tagName);
        open.push({
          tag,
          attributes: new Map(attrs.map(({ name, value }) => [name, value])),
          text: '',
        });
        count(tag, 1);
        if (selfClosing) close();
      },
      onEndTag({ tagName }) {
        const tag = nameOf(tagName);
        if (!counts.get(tag)) return;
        while (close() !== tag);
      },
      onCharacter: add,
      onWhitespaceCharacter: add,
      onNullCharacter: add,
      onComment() {},
      onDoctype() {},
      onEof() {},
    },
  );
  // Where CDATA is no comment.
  tokenizer.inForeignNode = true;
  tokenizer.write(xml, true);
  while (open.length > 0) close();
  return elements;
}

function nameOf(tag: string): string {
  return tag.replace(/^x?html:/, '');
}
