import type { Diagnostic } from '../errors.ts';
import type { EngineDeps } from './engine.ts';
import type { Wanted } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import { isWaiting } from './settle.ts';

/**
 * The diagnostics of specs with those of their picks. A first candidate is always to be had, so most
 * projects need no look at the store.
 */
export async function checkPicks(
  wanted: Wanted,
  deps: Pick<EngineDeps, 'store' | 'journal' | 'provider'>,
): Promise<readonly Diagnostic[]> {
  const picks = wanted.pictures.filter(({ spec }) => spec.pick !== 1);
  if (picks.every(isWaiting)) return wanted.diagnostics;
  return (await makePlan({ wanted, all: wanted, more: 0, rebuy: false }, deps)).diagnostics;
}
