import { ImagePromptError } from '../errors.ts';
import type { Key } from '../recipe/types.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import { compareCandidates } from '../store/index-folder.ts';
import type { Store, StoredOriginal, StoreIndex } from '../store/types.ts';

/** What a spec says about the candidates of its key. */
export type Choice = Readonly<Pick<ResolvedSpec, 'numImages' | 'pick'>>;

/** The candidates of a key: those of the store, and those that only the safe copies have. */
export interface Candidates {
  own: readonly StoredOriginal[];
  lost: readonly StoredOriginal[];
  /** Both, numbered as `pick` counts: oldest first. */
  all: readonly StoredOriginal[];
}

/** The candidate that a pick means; null when it means none of them, or several. */
export function findPicked(
  candidates: readonly StoredOriginal[],
  pick: Choice['pick'],
): StoredOriginal | null {
  if (typeof pick === 'number') return candidates[pick - 1] ?? null;
  const matching = candidates.filter((one) => one.record.image.digest.startsWith(pick));
  return (matching.length === 1 && matching[0]) || null;
}

/**
 * Whether the safe copies have to be asked: the store has fewer than the spec wants, or none that is its
 * pick. Whoever numbers candidates asks this first, or the same number would mean another picture
 * once the next generate has brought back what was lost.
 */
export function isShort(own: readonly StoredOriginal[], { numImages, pick }: Choice): boolean {
  return own.length < numImages || findPicked(own, pick) === null;
}

/** Adds what only the safe copies have. */
export function joinCandidates(
  own: readonly StoredOriginal[],
  found: readonly StoredOriginal[],
): Candidates {
  const known = new Set(own.map((one) => one.record.image.digest));
  const lost = found.filter((one) => !known.has(one.record.image.digest));
  return { own, lost, all: lost.length === 0 ? own : [...own, ...lost].sort(compareCandidates) };
}

/**
 * The candidates of a key, as everything numbers them.
 * @param choices of the specs that ask for the key; without any the store's own are enough
 * @throws ImagePromptError STORE_RECORD, STORE_NEWER: with a record that cannot be read, the numbers of the
 *   others mean nothing
 */
export async function readCandidates(
  key: Key,
  choices: readonly Choice[],
  { index, store }: { index: StoreIndex; store: Pick<Store, 'findLost'> },
): Promise<Candidates> {
  const problem = index.problems.find((one) => key.startsWith(one.key16));
  if (problem) throw new ImagePromptError(problem.code, `${problem.file} ${problem.message}.`);
  const own = index.byKey.get(key) ?? [];
  if (!choices.some((one) => isShort(own, one))) return joinCandidates(own, []);
  return joinCandidates(own, await store.findLost(new Set([key])));
}
