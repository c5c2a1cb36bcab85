import { resolve } from 'node:path';
import { type Diagnostic, type ImagePromptError, isImagePromptError } from '../errors.ts';
import { formatDiagnostic } from '../report.ts';

/** The error shape that bundlers and their overlays show. */
export interface BundlerError extends Error {
  plugin: string;
  id?: string;
  loc?: { file: string; line: number; column: number };
  frame?: string;
  code?: string;
  hint?: string;
}

/** Name of the plugin in every bundler. */
export const PLUGIN_NAME = 'unplugin-image-prompt';

/**
 * Dresses an error for a bundler: the place and the code frame where overlays look for them, every
 * diagnostic and the hint in the message for those that print nothing else.
 * @param id absolute path of the spec; left out when the error is about the whole output
 * @param root what the files of diagnostics are relative to
 */
export function toBundlerError(error: unknown, id?: string, root = ''): Error {
  if (!isImagePromptError(error)) return error instanceof Error ? error : new Error(String(error));
  const first = error.diagnostics.find((one) => one.severity === 'error');
  // Bundlers print the cause as well: that of the error, since the error itself is all in here.
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  const dressed: BundlerError = Object.assign(new Error(messageOf(error), cause), {
    name: 'ImagePromptError',
    plugin: PLUGIN_NAME,
    ...(id === undefined ? {} : { id }),
    code: error.code,
    hint: error.hint,
  });
  if (first && id !== undefined) {
    // Rollup counts columns from 0.
    // The problem may lie in a base of the spec.
    dressed.loc = { file: resolve(root, first.file), line: first.line, column: first.column - 1 };
    if (first.frame) dressed.frame = first.frame;
  }
  // Our own stack says nothing to the author of a spec.
  dressed.stack = '';
  return dressed;
}

function messageOf(error: ImagePromptError): string {
  if (error.diagnostics.length === 0) return `${error.code}: ${error.message}\n${error.hint}`;
  return error.diagnostics.map((one: Diagnostic) => formatDiagnostic(one)).join('\n\n');
}

/** A warning about a spec in the shape that Rollup and Vite print. */
export function toWarning(
  { code, message, hint, frame }: Diagnostic,
  id: string,
): { message: string; id: string; frame?: string } {
  return { message: `${code}: ${message} ${hint}`, id, ...(frame ? { frame } : {}) };
}
