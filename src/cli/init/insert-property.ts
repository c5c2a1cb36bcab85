import type { Node } from 'jsonc-parser';

/** Where in a text with comments a map can take another property, and what such a property looks like. */
export interface MapLayout {
  /** End of the last value; null in a map without any. */
  lastEnd: number | null;
  /** Whether a comma follows the last value. */
  hasComma: boolean;
  /** End of all that stands in the map, comments included. */
  contentEnd: number;
  /** Whether the map ends on a line of its own. */
  isOpen: boolean;
  /** White space before each property, and before the end of the map. */
  indent: string;
  outerIndent: string;
  /** One level of it. */
  unit: string;
  newline: string;
}

/**
 * Looks at a map within a text.
 * @param map as jsonc-parser found it
 * @param stripComments puts blanks in the place of comments
 */
export function readLayout(
  text: string,
  map: Node,
  stripComments: (text: string) => string,
): MapLayout {
  const last = map.children?.at(-1);
  const close = map.offset + map.length - 1;
  const lastEnd = last === undefined ? null : last.offset + last.length;
  const contentEnd = text.slice(0, close).trimEnd().length;
  const unit = /^([ \t]{1,8})\S/m.exec(stripComments(text))?.[1] ?? '  ';
  const outerIndent = indentAt(text, map.offset);
  const beginsLine = last !== undefined && /(?:^|\n)[ \t]*$/.test(text.slice(0, last.offset));
  return {
    lastEnd,
    hasComma: lastEnd !== null && stripComments(text.slice(lastEnd, close)).includes(','),
    contentEnd,
    isOpen: text.slice(contentEnd, close).includes('\n'),
    indent: beginsLine ? indentAt(text, last.offset) : `${outerIndent}${unit}`,
    outerIndent,
    unit,
    newline: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/**
 * Adds properties below all that a map holds: a comment stays behind the value it belongs to, which the ready
 * edits of jsonc-parser do not see to (3.3.1).
 */
export function insertProperty(text: string, layout: MapLayout, properties: object): string {
  const { lastEnd, hasComma, contentEnd, isOpen, indent, outerIndent, unit, newline } = layout;
  const lines = JSON.stringify(properties, null, unit).split('\n').slice(1, -1);
  const body = lines.map((line) => `${newline}${indent}${line.slice(unit.length)}`).join('');
  const comma = lastEnd === null || hasComma ? '' : ',';
  const head = text.slice(0, lastEnd ?? contentEnd);
  const end = isOpen
    ? text.slice(contentEnd)
    : `${newline}${outerIndent}${text.slice(contentEnd).trimStart()}`;
  return `${head}${comma}${text.slice(head.length, contentEnd)}${body}${end}`;
}

/** White space that the line of a place begins with. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))![0];
}
