import type { GenerateReport, Plan } from '../engine/types.ts';
import type { Diagnostic } from '../errors.ts';
import { formatDiagnostic } from '../report.ts';
import { formatBytes, formatTable, formatUsd, printable, type Terminal } from './terminal.ts';

/** A result as JSON. Frames are for people: editors have the file open. */
export function toJson(result: object): string {
  const replacer = (name: string, value: unknown): unknown =>
    name === 'frame' ? undefined : value;
  return JSON.stringify({ version: 1, ...result }, replacer, 2);
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === 'error');
}

/** Diagnostics for people, on stderr. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  for (const diagnostic of diagnostics) terminal.err(`${formatDiagnostic(diagnostic)}\n`);
}

/** A plan for people. */
export function formatPlan(plan: Plan, terminal: Terminal): string {
  const rows = plan.specs.map((item) => [
    SYMBOL[item.state],
    item.state,
    printable(item.file),
    `${item.picture.width}×${item.picture.height}`,
    item.missing > 0 ? formatUsd(item.usd) : '',
    item.reason === 'in the store' ? '' : printable(item.reason),
  ]);
  const orphans = plan.orphans.map((orphan) => [
    '-',
    'orphan',
    orphan.digest.slice(0, 12),
    formatBytes(orphan.bytes),
    '',
    'no spec uses it',
  ]);
  const lines = formatTable([...rows, ...orphans]).map((line) => colour(line, terminal));
  const { images, usd } = plan.total;
  const pending = plan.pending.map(
    (entry) => `request ${entry.requestId} is under way since ${entry.since}`,
  );
  const total =
    images === 0
      ? 'Nothing is missing.'
      : `${images} ${images === 1 ? 'picture is' : 'pictures are'} missing: ${formatUsd(usd)} in all (estimate).`;
  return [...lines, ...pending, terminal.style('bold', total)].join('\n');
}

/** The result of `plan` and of a dry run. */
export function printPlan(plan: Plan, json: boolean, terminal: Terminal): void {
  if (json) {
    terminal.out(toJson(plan));
  } else {
    printDiagnostics(plan.diagnostics, terminal);
    terminal.out(formatPlan(plan, terminal));
  }
}

const SYMBOL = { new: '+', more: '+', kept: '=', broken: '!' } as const;

function colour(line: string, terminal: Terminal): string {
  if (line.startsWith('+')) return terminal.style('green', line);
  if (line.startsWith('!')) return terminal.style('red', line);
  return terminal.style('dim', line);
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

/** What a generate or a resume did, for people. */
export function formatReport(report: GenerateReport, terminal: Terminal): string {
  const { generated, resumed, failed, submitted = [], total } = report;
  const failures = failed.flatMap(({ code, file, message, hint }) => [
    `${terminal.style('red', code)} ${printable(file)}: ${printable(message)}`,
    `  ${printable(hint)}`,
  ]);
  const parts = [`${generated.length} made`];
  if (resumed.length > 0) parts.push(`${resumed.length} resumed`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  if (submitted.length > 0) parts.push(`${submitted.length} submitted`);
  return [...failures, `${parts.join(', ')}; ${formatUsd(total.usd)} spent`].join('\n');
}
