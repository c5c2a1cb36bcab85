import { isMap, isScalar, parseDocument } from 'yaml';

/**
 * The text of a spec with another `pick`. Comments, order and layout stay: only the value itself is
 * replaced, or one line is added at the end.
 */
export function setPick(text: string, pick: number | string): string {
  const document = parseDocument(text, { keepSourceTokens: true });
  const value = typeof pick === 'number' ? String(pick) : JSON.stringify(pick);
  const node = isMap(document.contents) ? document.get('pick', true) : undefined;
  const range = isScalar(node) ? node.range : null;
  if (range) {
    // `pick:` without a value ends at its colon.
    const blank = range[0] === range[1] && text[range[0] - 1] === ':' ? ' ' : '';
    return `${text.slice(0, range[0])}${blank}${value}${text.slice(range[1])}`;
  }
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const flow = isMap(document.contents) && document.contents.flow;
  if (flow) {
    const end = document.contents!.range![1] - 1;
    const before = text.slice(0, end).trimEnd();
    return `${before}${before.endsWith(',') ? '' : ','} pick: ${value} ${text.slice(end)}`;
  }
  const body = text === '' || text.endsWith('\n') ? text : `${text}${newline}`;
  return `${body}pick: ${value}${newline}`;
}
