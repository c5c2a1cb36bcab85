import { ImagePromptError } from '../errors.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import type { StoredOriginal } from '../store/types.ts';

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
  if (typeof pick === 'number') {
    const picked = candidates[pick - 1];
    if (picked) return picked;
    throw new ImagePromptError(
      'SPEC_PICK',
      `Expected a number from 1 to ${candidates.length} for pick of ${file}, received ${pick}.`,
      { file },
    );
  }
  const matching = candidates.filter((one) => one.record.image.digest.startsWith(pick));
  if (matching.length === 1) return matching[0]!;
  const known = candidates.map((one) => one.record.image.digest.slice(0, 12)).join(', ');
  throw new ImagePromptError(
    'SPEC_PICK',
    `Expected the first digits of one digest for pick of ${file} (${known}), received ${pick}.`,
    { file },
  );
}
