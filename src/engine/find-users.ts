import type { Key } from '../recipe/types.ts';
import { labelOf } from '../report.ts';
import type { Wanted } from './load-wanted.ts';

/** Who uses an original. */
export interface Users {
  /** Specs, relative to the root. */
  specs: string[];
  /** Which pictures of these specs; only where one of them has several. */
  names?: string[];
}

/** Finds the specs, and their pictures, that ask for a key. */
export function findUsers({ pictures }: Pick<Wanted, 'pictures'>): (key: Key | null) => Users {
  const byKey = new Map<Key, Users>();
  for (const { key, spec } of pictures) {
    const { specs, names = specs } = byKey.get(key) ?? { specs: [] };
    const all = [...new Set([...names, labelOf(spec)])];
    const files = [...new Set([...specs, spec.file])];
    const isNamed = all.some((label) => !files.includes(label));
    byKey.set(key, { specs: files, ...(isNamed ? { names: all } : {}) });
  }
  return (key) => (key === null ? undefined : byKey.get(key)) ?? { specs: [] };
}
