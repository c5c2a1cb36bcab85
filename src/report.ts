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

function stripLine(text: string): string {
  return stripControls(text.replace(/\s*\n\s*/g, ' '));
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** A number with its noun: `1 picture`, `2 pictures`. */
export function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
