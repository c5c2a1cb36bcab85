import type { Diagnostic, ErrorCode } from '../errors.ts';
import { CATALOGUE } from '../errors.ts';
import { frameLines } from './frame.ts';

/** The text of one file, ready to turn offsets into lines and columns. */
export interface Source {
  /** Absolute path. */
  path: string;
  /** Path relative to the root, with `/`. */
  file: string;
  /** Decoded text, without a byte order mark. */
  text: string;
  /** Offset of the first character of each line. */
  lineStarts: readonly number[];
}

/** Indexes the lines of a text once, so that a position costs a binary search. */
export function createSource(path: string, file: string, text: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1);
  }
  return { path, file, text, lineStarts };
}

/** Line and column of an offset, both from 1; columns count UTF-16 units, as editors do. */
export function positionAt(source: Source, offset: number): { line: number; column: number } {
  const at = Math.min(Math.max(offset, 0), source.text.length);
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (source.lineStarts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - source.lineStarts[low]! + 1 };
}

/**
 * More problems of one file than this help nobody, and each costs a frame: hostile files would make
 * tens of thousands.
 */
export const MAX_PROBLEMS = 100;

/** What a diagnostic says, apart from its place. */
export interface Problem {
  code: ErrorCode;
  /** One sentence: what is wrong. */
  message: string;
  /** What to do; the catalogue's hint when left out. */
  hint?: string;
  /** @default 'error' */
  severity?: Diagnostic['severity'];
}

function readLine({ text, lineStarts }: Source, number: number): string {
  const next = lineStarts[number];
  return text.slice(lineStarts[number - 1], next === undefined ? undefined : next - 1);
}

/** Places a problem at an offset of a file. */
export function createDiagnostic(source: Source, offset: number, problem: Problem): Diagnostic {
  const { line, column } = positionAt(source, offset);
  return {
    code: problem.code,
    severity: problem.severity ?? 'error',
    file: source.file,
    line,
    column,
    message: problem.message,
    hint: problem.hint ?? CATALOGUE[problem.code][1],
    frame: frameLines(
      {
        lineCount: source.lineStarts.length,
        readLine: (number) => readLine(source, number),
      },
      line,
      column,
    ),
  };
}
