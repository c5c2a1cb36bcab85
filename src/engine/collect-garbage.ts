import { join } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { StoredOriginal } from '../store/types.ts';
import type { EngineDeps } from './engine.ts';
import { toRelative, type Wanted } from './load-wanted.ts';
import { isWaiting, listChains } from './settle.ts';
import type { GarbageReport } from './types.ts';

/**
 * Lists the originals that no spec uses, and on request moves them to the trash.
 *
 * Used is whatever a spec of the project asks for, all candidates of it, and whatever a request
 * under way is about. A spec that cannot be read could use anything, so then nothing is deleted.
 * @throws ImagePromptError STORE_RECORD: there are specs or records that cannot be read
 */
export async function collectGarbage(
  all: Wanted,
  remove: boolean,
  options: ResolvedOptions,
  { store, journal }: Pick<EngineDeps, 'store' | 'journal'>,
): Promise<GarbageReport> {
  const unreadable = all.loaded.filter((one) => !one.spec).map((one) => one.file);
  if (remove && unreadable.length > 0) {
    throw new ImagePromptError(
      'STORE_RECORD',
      `Nothing is deleted while specs cannot be read: ${unreadable.join(', ')}.`,
      { hint: 'Run `npx image-prompt check` and fix them first.' },
    );
  }
  const index = await store.index();
  const used = new Set([...listChains(all.pictures)].map((picture) => picture.key));
  for (const key of await journal.keys()) used.add(key);
  const orphans: StoredOriginal[] = [];
  // Whose key is not known yet may find again what it made before.
  const waiting = new Set(all.pictures.filter(isWaiting).map(({ spec }) => spec.file));
  for (const [key, originals] of index.byKey) {
    if (used.has(key)) continue;
    orphans.push(...originals.filter(({ record }) => !waiting.has(record.source)));
  }
  let deleted = 0;
  for (const original of remove ? orphans : []) {
    await store.discard(original, original.record.image.digest);
    deleted++;
  }
  return {
    orphans: orphans.map(({ record, file }) => ({
      digest: record.image.digest,
      key: record.key,
      file: toRelative(options.root, join(options.dir, 'originals', file)),
      bytes: record.image.bytes,
    })),
    deleted,
  };
}
