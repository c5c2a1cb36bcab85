import type { Digest } from '../recipe/types.ts';
import type { Health } from '../store/types.ts';
import { isShort } from './candidates.ts';
import type { EngineDeps } from './engine.ts';
import { namedKeys, type Wanted } from './load-wanted.ts';
import { createPlan } from './plan.ts';
import { isWaiting, listChains } from './settle.ts';
import type { Plan } from './types.ts';

/** What a plan is about. */
export interface PlanScope {
  /** The specs that are planned; pictures of others among them have to be made first. */
  wanted: Wanted;
  /** Every spec of the project: what none of them uses is an orphan. */
  all: Wanted;
  /** Further candidates for each of these specs. */
  more: number;
  /** Whether what is broken for good of these specs counts as missing. */
  rebuy: boolean;
}

/** Reads store and journal, hashes the originals in question, and plans. */
export async function makePlan(
  { wanted, all, more, rebuy }: PlanScope,
  { store, journal, provider }: Pick<EngineDeps, 'store' | 'journal' | 'provider'>,
): Promise<Plan> {
  const index = await store.index();
  const keys = new Set(wanted.pictures.map((picture) => picture.key));
  const short = wanted.pictures.filter(({ key, spec }) =>
    isShort(index.byKey.get(key) ?? [], spec),
  );
  const lost = await store.findLost(new Set(short.map(({ key }) => key)));
  const health = new Map<Digest, Health>();
  for (const key of keys) {
    for (const original of index.byKey.get(key) ?? []) {
      health.set(original.record.image.digest, await store.check(original));
    }
  }
  return createPlan({
    wanted: wanted.pictures,
    named: new Set(wanted.loaded.map(({ file }) => file)),
    usedKeys: new Set(
      [...listChains([...all.pictures, ...wanted.pictures])].map((picture) => picture.key),
    ),
    unreadable: new Set([
      ...[...all.loaded, ...wanted.loaded].filter((one) => !one.spec).map((one) => one.file),
      // Its key is not known: what it made before may be found again.
      ...[...all.pictures, ...wanted.pictures].filter(isWaiting).map((one) => one.spec.file),
    ]),
    diagnostics: wanted.diagnostics,
    index,
    lost,
    health,
    pending: await journal.list(),
    quote: (recipe, count) => provider.quote(recipe, count).usd,
    more,
    rebuy: rebuy ? namedKeys(wanted) : new Set(),
  });
}
