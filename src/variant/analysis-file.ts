import { digestOf } from '../recipe/key.ts';
import type { Analysis } from './types.ts';

/** Writes an analysis with a checksum of its own, for a name that says nothing of the content. */
export function writeAnalysis(analysis: Analysis): string {
  const text = JSON.stringify(analysis);
  return `${digestOf(text)} ${text}\n`;
}

/** Reads what {@link writeAnalysis} wrote, or `null` when a single character is not as written. */
export function parseAnalysis(text: string): Analysis | null {
  const match = /^([0-9a-f]{64}) (.*)\n$/s.exec(text);
  if (match === null || digestOf(match[2]!) !== match[1]) return null;
  const value: unknown = JSON.parse(match[2]!);
  return isAnalysis(value) ? value : null;
}

function isAnalysis(value: unknown): value is Analysis {
  if (typeof value !== 'object' || value === null) return false;
  const { alpha, color, dataUri, thumbhash } = value as Partial<Record<keyof Analysis, unknown>>;
  return (
    typeof alpha === 'boolean' &&
    typeof color === 'string' &&
    (dataUri === null || typeof dataUri === 'string') &&
    (thumbhash === null || typeof thumbhash === 'string')
  );
}
