import { formatPlan } from '../engine/describe.ts';
import type { GenerateReport, Plan } from '../engine/types.ts';
import type { Diagnostic } from '../errors.ts';
import { formatDiagnostic } from '../report.ts';
import type { Terminal } from './terminal.ts';

/** A result as JSON, its diagnostics without frames. */
export function toJson<T extends object>(
  result: T & { diagnostics?: readonly Diagnostic[] },
): string {
  const { diagnostics } = result;
  const shown = diagnostics && { diagnostics: withoutFrames(diagnostics) };
  return JSON.stringify({ version: 1, ...result, ...shown }, null, 2);
}

/**
 * Diagnostics for programs: frames are for people, editors have the file open. Nothing else loses a field of
 * that name: a variable, or a field of a model, may have it.
 */
export function withoutFrames(diagnostics: readonly Diagnostic[]): Omit<Diagnostic, 'frame'>[] {
  return diagnostics.map(({ frame: _, ...diagnostic }) => diagnostic);
}

/** Whether any of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === 'error');
}

/** Diagnostics for people, on stderr. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  for (const diagnostic of diagnostics) terminal.err(`${formatDiagnostic(diagnostic)}\n`);
}

/** The result of `plan` and of a dry run. */
export function printPlan(plan: Plan, json: boolean, terminal: Terminal): void {
  if (json) {
    terminal.out(toJson(plan));
  } else {
    printDiagnostics(plan.diagnostics, terminal);
    terminal.out(formatPlan(plan, terminal.style));
  }
}

/** Exit code of a plan: 1 for a problem to fix, else 2 for missing pictures, else 0. */
export function exitCodeOf(plan: Plan): number {
  if (hasErrors(plan.diagnostics) || plan.specs.some((item) => item.state === 'broken')) return 1;
  return plan.total.images > 0 ? 2 : 0;
}

/** What a generate or a resume did, as JSON of the contract's shape: hints are for people. */
export function reportToJson(report: GenerateReport): string {
  const failed = report.failed.map(({ file, code, message }) => ({ file, code, message }));
  return toJson({ ...report, failed });
}
