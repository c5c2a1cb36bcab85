import { type Diagnostic, ImagePromptError } from '../errors.ts';
import { labelOf } from '../report.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import type { StoredOriginal } from '../store/types.ts';
import { findPicked } from './candidates.ts';

/** The part of a spec that a pick is about. */
export type Picking = Pick<ResolvedSpec, 'file' | 'pick'> & Partial<Pick<ResolvedSpec, 'name'>>;

/**
 * The candidate that a spec picks.
 * @param candidates oldest first, at least one
 * @throws ImagePromptError SPEC_PICK
 */
export function pickCandidate(
  candidates: readonly StoredOriginal[],
  spec: Picking,
): StoredOriginal {
  const picked = findPicked(candidates, spec.pick);
  if (picked) return picked;
  throw pickError(spec, candidates, candidates.length);
}

/**
 * Why no candidate of a spec will answer to its pick, also when all that it wants were made; null when
 * one does, or may. Nothing is bought for such a spec: it could not be shown.
 * @param candidates that are there, oldest first
 * @param most candidates that there will be in all
 */
export function findPickProblem(
  spec: Picking,
  candidates: readonly StoredOriginal[],
  most: number,
): ImagePromptError | null {
  if (findPicked(candidates, spec.pick) !== null) return null;
  const isToCome = typeof spec.pick === 'number' && spec.pick <= most;
  return isToCome ? null : pickError(spec, candidates, Math.max(most, candidates.length));
}

/** The same problem at the place of the pick. */
export function diagnosePick(
  { code, message, hint }: ImagePromptError,
  { file, pickPlace }: Pick<ResolvedSpec, 'file' | 'pickPlace'>,
): Diagnostic {
  const place = pickPlace ?? { file, line: 1, column: 1 };
  return { code, severity: 'error', ...place, message, hint };
}

function pickError(
  spec: Picking,
  candidates: readonly StoredOriginal[],
  most: number,
): ImagePromptError {
  const { file, pick } = spec;
  const known = candidates.map((one) => one.record.image.digest.slice(0, 12)).join(', ');
  const expected =
    typeof pick === 'number'
      ? `a number from 1 to ${most}`
      : `the first digits of one digest (${known === '' ? 'there is none yet' : known})`;
  const message = `Expected ${expected} for pick of ${labelOf(spec)}, received ${pick}.`;
  const hint =
    'Remove `pick`, or pick one that `npx image-prompt list` shows; `num_images` and `generate --more` ask for others.';
  return new ImagePromptError('SPEC_PICK', message, { file, hint });
}
