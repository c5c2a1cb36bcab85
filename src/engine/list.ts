import { join } from 'node:path';
import type { ResolvedOptions } from '../options.ts';
import type { EngineDeps } from './engine.ts';
import { findUsers } from './find-users.ts';
import { toRelative, type Wanted } from './load-wanted.ts';
import type { ListedOriginal } from './types.ts';

/** The originals of the store with the specs that use them, oldest first. */
export async function listOriginals(
  wanted: Wanted,
  orphans: boolean,
  options: ResolvedOptions,
  { store }: Pick<EngineDeps, 'store'>,
): Promise<ListedOriginal[]> {
  const { byKey } = await store.index();
  const usersOf = findUsers(wanted);
  const listed: ListedOriginal[] = [];
  for (const [key, originals] of byKey) {
    const users = usersOf(key);
    if (users.specs.length === 0 && !orphans) continue;
    for (const { record, file } of originals) {
      const { image, cost } = record;
      listed.push({
        key,
        digest: image.digest,
        file: toRelative(options.root, join(options.dir, 'originals', file)),
        ...users,
        model: record.model,
        width: image.width,
        height: image.height,
        bytes: image.bytes,
        usd: cost.billedUsd ?? cost.estimatedUsd,
        requestId: record.requestId,
        createdAt: record.createdAt,
      });
    }
  }
  return listed.sort(
    (a, b) => a.createdAt.localeCompare(b.createdAt) || a.digest.localeCompare(b.digest),
  );
}
