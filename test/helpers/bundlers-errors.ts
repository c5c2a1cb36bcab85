import { expect } from 'vitest';
import type { Bundler, ReportedError } from './bundlers.ts';

/** What is expected of an error. */
export interface ExpectedError {
  code: string;
  plugin?: string;
  /** Absolute path of the module. */
  id?: string;
  loc?: ReportedError['loc'];
}

/** Their native sides carry nothing but the text of an error. */
const TEXT_ONLY: readonly Bundler[] = ['rspack', 'rsbuild', 'farm'];

/** Checks the fields of an error, or, where the bundler drops them, that its text says the same. */
export function assertError(
  bundler: Bundler,
  error: ReportedError | undefined,
  expected: ExpectedError,
): void {
  if (!TEXT_ONLY.includes(bundler)) {
    expect(error).toMatchObject(expected);
    return;
  }
  const { code, id, loc } = expected;
  expect(error?.message).toContain(code);
  // Farm names no module.
  if (id && bundler !== 'farm') expect(error?.moduleId?.replace(/\?.*$/, '')).toBe(id);
  if (loc) expect(error?.message).toContain(`:${loc.line}:${loc.column + 1} `);
}
