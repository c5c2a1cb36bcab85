import { join } from 'node:path';
import type { ResolvedOptions } from '../options.ts';
import type { Health } from '../store/types.ts';
import type { EngineDeps } from './engine.ts';
import { findUsers } from './find-users.ts';
import { toRelative, type Wanted } from './load-wanted.ts';
import { repairOriginal, restoreRecords } from './repair.ts';
import type { VerifyProblem, VerifyReport } from './types.ts';

type VerifyDeps = Pick<EngineDeps, 'store' | 'provider' | 'journal'>;

/** How a damaged original is described. */
const SAID: Readonly<Record<Exclude<Health, 'ok'>, string>> = {
  'safe-copy': 'is missing or damaged; the safe copy is good',
  lfs: 'is a git-LFS pointer',
  missing: 'is missing',
  corrupt: 'does not match its digest',
};

/**
 * Re-reads every original and record of the store.
 * @param repair put right what the safe copy or a finished request of the service still has
 */
export async function verifyStore(
  wanted: Wanted,
  repair: boolean,
  options: ResolvedOptions,
  deps: VerifyDeps,
): Promise<VerifyReport> {
  const { store } = deps;
  if (repair) await restoreRecords(new Set(wanted.pictures.map((one) => one.key)), deps);
  const index = await store.index({ thorough: true });
  const problems: VerifyProblem[] = [];
  let checked = 0;
  const name = (file: string): string =>
    toRelative(options.root, join(options.dir, 'originals', file));
  const usersOf = findUsers(wanted);

  for (const originals of index.byKey.values()) {
    for (const original of originals) {
      checked++;
      const health = await store.check(original, { thorough: true });
      if (health === 'ok') continue;
      if (repair && (await repairOriginal(original, health, deps))) continue;
      const { key, image } = original.record;
      problems.push({
        code: health === 'lfs' ? 'STORE_LFS' : 'STORE_BROKEN',
        digest: image.digest,
        key,
        file: name(original.file),
        ...usersOf(key),
        message: `${original.file} ${SAID[health]}`,
      });
    }
  }
  for (const { code, file, message, key16 } of index.problems) {
    const key = wanted.pictures.find((one) => one.key.startsWith(key16))?.key ?? null;
    problems.push({
      code,
      digest: null,
      key,
      file: name(file),
      ...usersOf(key),
      message: `${file} ${message}`,
    });
  }
  // Bytes without a record are what a run that was killed leaves until the next one goes on; only
  // what no request under way explains is a problem.
  const underWay = new Set((await deps.journal.list()).map((entry) => entry.key.slice(0, 16)));
  for (const stray of index.strays) {
    if (underWay.has(stray.key16)) continue;
    problems.push({
      code: 'STORE_RECORD',
      digest: null,
      key: null,
      file: name(stray.file),
      specs: [],
      message: `${stray.file} has no record`,
    });
  }
  return { checked, problems };
}
