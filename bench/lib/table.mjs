import { median } from './statistics.mjs';

/** What came of one row, with all that is needed to doubt it. @param {import('./bench.mjs').Result & { load: string }} result */
export function formatResult({
  row,
  unit,
  floor,
  ours,
  ratio,
  target,
  noise,
  verdict,
  note,
  load,
}) {
  const list = (values) => values.map((value) => format(value)).join(' ');
  const lines = [
    `${verdict.padEnd(10)} ${format(ratio).padStart(6)}  target ${format(target)}  ${row}`,
    `             floor ${list(floor) || '-'}; ours ${list(ours)} ${unit}; load ${load}`,
  ];
  if (noise !== null) lines[1] += `; the floor's own spread ±${(noise * 100).toFixed(0)} %`;
  if (note) lines.push(`             ${note}`);
  return lines.join('\n');
}

/** A table for docs/performance.md. @param {(import('./bench.mjs').Result & { load: string })[]} results */
export function formatTable(results) {
  const rows = results.map(({ row, unit, floor, ours, ratio, target, noise, verdict, load }) => [
    row,
    floor.length === 0 ? '' : `${format(median(floor))} ${unit}`,
    `${format(median(ours))} ${unit}`,
    format(ratio),
    `≤ ${format(target)}`,
    noise === null ? '' : `±${(noise * 100).toFixed(0)} %`,
    load,
    verdict,
  ]);
  const head = ['row', 'floor', 'ours', 'ratio', 'target', 'noise', 'load', ''];
  return [head, head.map((_, at) => (at === 0 || at === 7 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function format(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value < 0.1 ? 3 : 2);
}
