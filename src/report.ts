import type { Diagnostic } from './errors.ts';
import { stripControls } from './spec/frame.ts';

export { codeFrame } from './spec/frame.ts';

/** How a diagnostic is printed. */
export interface FormatOptions {
  /**
   * Whether to use ANSI colours.
   * @default false
   */
  color?: boolean;
}

const ANSI = { red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

/**
 * Writes a diagnostic for people: place, code, sentence, the marked lines and what to do.
 * Control characters of the file never reach the terminal.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const paint = (style: keyof typeof ANSI, text: string): string =>
    options.color ? `\u001b[${ANSI[style]}m${text}\u001b[0m` : text;
  const { severity, code, file, line, column, frame } = diagnostic;
  const head = [
    paint('bold', `${stripLine(file)}:${line}:${column}`),
    paint(severity === 'error' ? 'red' : 'yellow', severity),
    paint('dim', code),
  ].join(' ');
  const parts = [head, `  ${stripLine(diagnostic.message)}`];
  if (frame !== undefined) parts.push(indent(stripControls(frame)));
  parts.push(`  ${paint('cyan', 'hint:')} ${stripLine(diagnostic.hint)}`);
  return parts.join('\n');
}

/** Makes text safe to print on one line. */
export function stripLine(text: string): string {
  return stripControls(text.replace(/\s*\n\s*/g, ' '));
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Names a picture for people: its spec, and what tells it from the others of that spec. */
export function labelOf({
  file,
  name,
}: {
  file: string;
  name?: string | null | undefined;
}): string {
  return name === undefined || name === null ? file : `${file} ${name}`;
}

/** A number with its noun: `1 picture`, `2 pictures`. */
export function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** US dollars for people: cents, and `price unknown` where there is no figure. */
export function formatUsd(usd: number | null): string {
  return usd === null ? 'price unknown' : `$${usd.toFixed(2)}`;
}

/** Bytes for people, in steps of 1,000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Lines of a table with columns padded to their widest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Takes control characters out of text that comes from specs or services. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
