/**
 * Normal form of a text that decides pixels (contract, section 2): NFC, LF, no blanks (spaces, tabs)
 * at line ends, no blanks or line breaks at both ends. Idempotent; loops instead of regular
 * expressions, whose backtracking is quadratic on long runs of blanks.
 */
export function normaliseText(text: string): string {
  const lines = text.normalize('NFC').replace(/\r\n?/g, '\n').split('\n').map(trimEndBlanks);
  let first = 0;
  let last = lines.length;
  while (first < last && lines[first] === '') first++;
  while (last > first && lines[last - 1] === '') last--;
  return trimStartBlanks(lines.slice(first, last).join('\n'));
}

/** Number of Unicode code points. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Whether every surrogate has its partner, as JSON in UTF-8 needs it. */
export function isWellFormed(text: string): boolean {
  // With the u flag only a surrogate without its partner is a code point of category Cs.
  return !/\p{Cs}/u.test(text);
}

/** Whether a number survives JSON and every reader of it: finite and not beyond the safe integers. */
export function isExactNumber(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function trimEndBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(0, end);
}

function trimStartBlanks(text: string): string {
  let start = 0;
  while (start < text.length && isBlank(text.charCodeAt(start))) start++;
  return text.slice(start);
}
