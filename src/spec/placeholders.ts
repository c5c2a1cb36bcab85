/** One `{{name}}` of a text. */
export interface Placeholder {
  /** `null`: the `{{` is never closed. */
  name: string | null;
  /** Offset of its `{{`. */
  start: number;
  /** Offset behind its `}}`. */
  end: number;
}

/** A piece of a text: literal, or a place to fill. */
export type Piece = string | Placeholder;

/**
 * Splits a text at its placeholders (contract, section 1, "vars"). `{{{{` is a literal `{{`; blanks
 * inside the braces do not count; `}}` alone means nothing.
 */
export function splitPlaceholders(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('{{', at);
    if (start === -1) break;
    if (start > at) pieces.push(text.slice(at, start));
    if (text.startsWith('{{{{', start)) {
      pieces.push('{{');
      at = start + 4;
      continue;
    }
    const close = text.indexOf('}}', start + 2);
    if (close === -1) {
      pieces.push({ name: null, start, end: text.length });
      return pieces;
    }
    pieces.push({ name: text.slice(start + 2, close).trim(), start, end: close + 2 });
    at = close + 2;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** The placeholders of a text, in order. */
export function findPlaceholders(text: string): Placeholder[] {
  return splitPlaceholders(text).filter((piece) => typeof piece !== 'string');
}
