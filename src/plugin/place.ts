import { relative } from 'node:path';
import { type ErrorCode, ImagePromptError } from '../errors.ts';
import { codeFrame } from '../report.ts';

/** A place in a file of the author. */
export interface Place {
  /** Absolute path. */
  file: string;
  /** What the file holds. */
  text: string;
  /** Index in {@link text}. */
  offset: number;
}

/** Line and column of an index, both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return { line: before.split(/\r\n|\n|\r/).length, column: offset - start + 1 };
}

/** An error about a place, in the shape that bundlers show with file, line and frame. */
export function errorAt(
  place: Place,
  root: string,
  { code, message, hint }: { code: ErrorCode; message: string; hint: string },
): ImagePromptError {
  const { line, column } = lineAndColumn(place.text, place.offset);
  const file = relative(root, place.file).replaceAll('\\', '/');
  const frame = codeFrame(place.text, line, column);
  return new ImagePromptError(code, message, {
    hint,
    file,
    diagnostics: [{ code, severity: 'error', file, line, column, message, hint, frame }],
  });
}
