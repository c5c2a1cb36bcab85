import type { Analysis } from './types.ts';

/** Whether a value from a disk is an analysis. */
export function isAnalysis(value: unknown): value is Analysis {
  if (typeof value !== 'object' || value === null) return false;
  const { alpha, color, dataUri, thumbhash } = value as Partial<Record<keyof Analysis, unknown>>;
  return (
    typeof alpha === 'boolean' &&
    typeof color === 'string' &&
    (dataUri === null || typeof dataUri === 'string') &&
    (thumbhash === null || typeof thumbhash === 'string')
  );
}
