import { ImagePromptError } from '../errors.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import type { StoredOriginal } from '../store/types.ts';
import { findPicked } from './candidates.ts';

/**
 * The candidate that a spec picks.
 * @param candidates oldest first, at least one
 * @throws ImagePromptError SPEC_PICK
 */
export function pickCandidate(
  candidates: readonly StoredOriginal[],
  spec: Pick<ResolvedSpec, 'file' | 'pick'>,
): StoredOriginal {
  const { file, pick } = spec;
  const picked = findPicked(candidates, pick);
  if (picked) return picked;
  if (typeof pick === 'number') {
    throw new ImagePromptError(
      'SPEC_PICK',
      `Expected a number from 1 to ${candidates.length} for pick of ${file}, received ${pick}.`,
      { file },
    );
  }
  const known = candidates.map((one) => one.record.image.digest.slice(0, 12)).join(', ');
  throw new ImagePromptError(
    'SPEC_PICK',
    `Expected the first digits of one digest for pick of ${file} (${known}), received ${pick}.`,
    { file },
  );
}
