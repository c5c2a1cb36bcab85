import { formatBytes, formatTable, formatUsd, labelOf, printable } from '../report.ts';
import type { GenerateEvent, GenerateReport, Plan, PlanItem } from './types.ts';

/** Colours a text, where the output has colours. */
export type Style = (format: 'bold' | 'dim' | 'red' | 'green', text: string) => string;

const plain: Style = (_format, text) => text;

/** A plan for people. */
export function formatPlan(plan: Plan, style: Style = plain): string {
  const rows = plan.specs.map((item) => [
    SYMBOL[item.state],
    item.state,
    printable(labelOf(item)),
    item.missing > 0 ? describeSize(item) : formatSize(item.picture),
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
  const lines = formatTable([...rows, ...orphans]).map((line) => colour(line, style));
  const { images, usd } = plan.total;
  const pending = plan.pending.map(
    (entry) => `request ${entry.requestId} is under way since ${entry.since}`,
  );
  const total =
    images === 0
      ? 'Nothing is missing.'
      : `${images} ${images === 1 ? 'picture is' : 'pictures are'} missing: ${describePrice(plan, usd)} in all (estimate).`;
  return [...lines, ...pending, style('bold', total)].join('\n');
}

/** One unknown price leaves the sum unknown, and the rest is known all the same. */
function describePrice({ specs }: Plan, usd: number | null): string {
  const priced = specs.filter((item) => item.missing > 0);
  const unknown = priced.filter((item) => item.usd === null);
  const known = priced.reduce((sum, item) => sum + (item.usd ?? 0), 0);
  const names = unknown.length === 1 ? 'one price' : `${unknown.length} prices`;
  if (usd !== null || unknown.length === priced.length) return formatUsd(usd);
  return `${formatUsd(known)} and ${names} that nobody knows`;
}

/** What is asked is what is paid for, and may be larger than what the page gets. */
function describeSize({ picture, request }: PlanItem): string {
  const asked = formatSize(request);
  return asked === formatSize(picture) ? asked : `${formatSize(picture)} (asked as ${asked})`;
}

function formatSize({ width, height }: PlanItem['picture']): string {
  return `${width}×${height}`;
}

const SYMBOL = { new: '+', more: '+', kept: '=', broken: '!' } as const;

function colour(line: string, style: Style): string {
  if (line.startsWith('+')) return style('green', line);
  if (line.startsWith('!')) return style('red', line);
  return style('dim', line);
}

/** What a generate or a resume did, for people. */
export function formatReport(report: GenerateReport, style: Style = plain): string {
  const { generated, resumed, failed, submitted = [], total } = report;
  const failures = failed.flatMap(({ code, message, hint, ...subject }) => [
    `${style('red', code)} ${printable(labelOf(subject))}: ${printable(message)}`,
    `  ${printable(hint)}`,
  ]);
  const parts = [`${generated.length} made`];
  if (resumed.length > 0) parts.push(`${resumed.length} resumed`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  if (submitted.length > 0) parts.push(`${submitted.length} submitted`);
  return [...failures, `${parts.join(', ')}; ${formatUsd(total.usd)} spent`].join('\n');
}

/** What happened, in a few words. */
export function describeEvent(event: GenerateEvent): string {
  switch (event.type) {
    case 'start':
      return `asking for ${event.count === 1 ? 'a picture' : `${event.count} pictures`} (${formatUsd(event.usd)})`;
    case 'submitted':
      return `accepted as ${event.requestId}`;
    case 'queued':
      return event.position === null ? 'queued' : `queued, place ${event.position + 1}`;
    case 'running':
      return 'running';
    case 'waiting':
      return `waiting: ${printable(event.message)}`;
    case 'stored':
      return `stored, ${formatBytes(event.bytes)}, ${formatUsd(event.image.usd)} (${formatUsd(event.spentUsd)} so far)`;
    case 'failed':
      return `${event.failure.code}: ${printable(event.failure.message)}`;
  }
}

/** Writes one line for each step of a run. */
export function describeEvents(print: (line: string) => void): (event: GenerateEvent) => void {
  // A queue is polled every few seconds; a log wants to hear of it once.
  const last = new Map<string, string>();
  return (event) => {
    // The report says it again, with what to do.
    if (event.type === 'failed') return;
    const label = labelOf(event);
    if (last.get(label) === event.type && event.type !== 'stored') return;
    last.set(label, event.type);
    print(`${printable(label)}: ${describeEvent(event)}`);
  };
}
