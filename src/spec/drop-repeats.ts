import type { Diagnostic } from '../errors.ts';

/** Tells what is wrong with a place once, however many pictures or specs are made from it. */
export function dropRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const told = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const id = [one.file, one.line, one.column, one.code, one.message].join('\n');
    if (!told.has(id)) told.set(id, one);
  }
  return [...told.values()];
}
