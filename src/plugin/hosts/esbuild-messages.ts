import type { PartialMessage } from 'esbuild';
import { type Diagnostic, isImagePromptError } from '../../errors.ts';
import { toBundlerError } from '../bundler-error.ts';

/**
 * An error as messages of esbuild, one for each problem of a spec; `detail` is the error as the other
 * bundlers get it.
 * @param file absolute path of the spec; left out when the error is about the whole output
 */
export function toMessages(error: unknown, root: string, file?: string): PartialMessage[] {
  const detail = toBundlerError(error, file, root);
  if (!isImagePromptError(error)) return [{ text: detail.message, detail }];
  const problems = error.diagnostics.filter((one) => one.severity === 'error');
  if (problems.length > 0) return problems.map((one) => ({ ...toWarningMessage(one), detail }));
  const { code, message, hint } = error;
  // esbuild shows the import.
  return [{ text: `${code}: ${message}`, notes: [{ text: hint }], detail }];
}

/** A diagnostic where esbuild prints the line and marks the place. */
export function toWarningMessage(diagnostic: Diagnostic): PartialMessage {
  const { code, message, hint, file, line, column, frame = '' } = diagnostic;
  const lineText = /^> *\d+ \| ?(.*)$/m.exec(frame)?.[1] ?? '';
  return {
    text: `${code}: ${message}`,
    // esbuild counts columns from 0.
    location: { file, line, column: column - 1, lineText },
    notes: [{ text: hint }],
  };
}
