import { amount, formatBytes, formatUsd, printable } from '../report.ts';
import type { ContactSheet, SheetCandidate } from './types.ts';

/** Digits that `list` shows as well; `pick` is content with six. */
const DIGEST_DIGITS = 12;

/** What a candidate is: `3fa9c12b77aa · 1536×1024 · 1.2 MB`. */
export function describeImage({ digest, width, height, bytes }: SheetCandidate): string {
  return [digest.slice(0, DIGEST_DIGITS), `${width}×${height}`, formatBytes(bytes)].join(' · ');
}

/** When it was made: `2026-11-21 14:05 UTC`. */
export function describeDate({ createdAt }: SheetCandidate): string {
  return `${createdAt.slice(0, 16).replace('T', ' ')} UTC`;
}

/** What it cost: `$0.05`, `$0.05 (estimate)` or `price unknown`. */
export function describePrice({ usd, billed }: SheetCandidate): string {
  return billed || !usd ? formatUsd(usd) : formatEstimate(usd);
}

/** A price before anything is billed. */
export function formatEstimate(usd: number | null): string {
  return usd === null ? formatUsd(usd) : `${formatUsd(usd)} (estimate)`;
}

/** What a sheet shows: `7 candidates of 4 specs, 1 spec without any, 1 broken original`. */
export function summarise(sheet: ContactSheet): string {
  const candidates = sheet.flatMap((section) => section.candidates);
  const empty = sheet.filter((section) => section.candidates.length === 0).length;
  const broken = candidates.filter((one) => one.problem !== null).length;
  // Of a spec with several pictures each is a section.
  const noun = sheet.some(({ name }) => name !== null) ? 'picture' : 'spec';
  const parts = [`${amount(candidates.length, 'candidate')} of ${amount(sheet.length, noun)}`];
  if (empty > 0) parts.push(`${amount(empty, noun)} without any`);
  if (broken > 0) parts.push(`${amount(broken, 'broken original')}`);
  return parts.join(', ');
}

/** A command line about a spec, to be run in the root. */
export function writeCommand(command: string, file: string, ...rest: readonly string[]): string {
  return ['npx image-prompt', command, quoteWord(file), ...rest].join(' ');
}

/** A path as one word, in quotes where a shell would take it apart. */
function quoteWord(path: string): string {
  const clean = printable(path).replace(/[\t\n]/g, '');
  // Else it would be taken for an option.
  const word = clean.startsWith('-') ? `./${clean}` : clean;
  // PowerShell makes a list of what has commas, and something else again of a word that begins with `@`.
  if (/^[\p{L}\p{N}_+:./-]+$/u.test(word)) return word;
  // Every shell knows double quotes, but for what it replaces within them.
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
}
