import { isImagePromptError } from '../errors.ts';
import type { Provider } from '../provider/types.ts';
import { digestOf } from '../recipe/key.ts';
import type { Key } from '../recipe/types.ts';
import type { Health, Store, StoredOriginal } from '../store/types.ts';

/** What a repair may ask. */
export interface RepairDeps {
  store: Store;
  provider: Provider;
}

/** Whether the original is right again. */
export async function repairOriginal(
  original: StoredOriginal,
  health: Health,
  deps: RepairDeps,
): Promise<boolean> {
  try {
    return await repairOrThrow(original, health, deps);
  } catch (error) {
    if (isImagePromptError(error)) return false;
    throw error;
  }
}

/** The same, but only the service's word that it has nothing counts as no. */
async function repairOrThrow(
  original: StoredOriginal,
  health: Health,
  deps: RepairDeps,
): Promise<boolean> {
  const { store } = deps;
  try {
    if (health === 'safe-copy') await store.restore(original);
    else if (health !== 'lfs') await fetchAgain(original, deps);
  } catch (error) {
    if (!isImagePromptError(error) || error.code !== 'PROVIDER_GONE') throw error;
  }
  return (await store.check(original, { thorough: true })) === 'ok';
}

/** The service keeps the result of a request for a while, and the files behind it for longer. */
async function fetchAgain({ record }: StoredOriginal, deps: RepairDeps): Promise<void> {
  const { provider, store } = deps;
  if (record.requestId === null || record.provider !== provider.name) return;
  if (provider.unavailable() !== null) return;
  const submission = {
    requestId: record.requestId,
    statusUrl: null,
    responseUrl: null,
    cancelUrl: null,
  };
  const progress = await provider.poll(record.request, submission, {});
  if (progress.state !== 'completed') return;
  for (const image of await provider.collect(record.request, progress.result, {})) {
    if (digestOf(image.bytes) === record.image.digest) await store.put(record, image.bytes);
  }
}

/**
 * Brings back damaged records of these keys from the safe copies; those of a newer release stay.
 */
export async function restoreRecords(keys: ReadonlySet<Key>, { store }: RepairDeps): Promise<void> {
  const { problems } = await store.index();
  const damaged = problems.filter((one) => one.code === 'STORE_RECORD');
  const theirs = new Set(
    [...keys].filter((key) => damaged.some((one) => key.startsWith(one.key16))),
  );
  for (const original of await store.findLost(theirs)) {
    if (damaged.some((one) => one.file === original.recordFile)) await store.restore(original);
  }
}

/**
 * Makes room for another picture: what nothing brings back goes to the trash, with its record. A
 * git-LFS pointer stays, since git-LFS has the bytes.
 */
export async function giveUpBroken(key: Key, deps: RepairDeps): Promise<void> {
  await restoreRecords(new Set([key]), deps);
  const { byKey, problems } = await deps.store.index();
  for (const original of byKey.get(key) ?? []) {
    const health = await deps.store.check(original, { thorough: true });
    if (health === 'ok' || health === 'lfs') continue;
    // An outage is never read as missing: whatever is no definite answer ends the order here.
    if (await repairOrThrow(original, health, deps)) continue;
    await deps.store.discard(original, original.record.image.digest);
  }
  for (const { code, file, key16 } of problems) {
    if (code !== 'STORE_RECORD' || !key.startsWith(key16)) continue;
    await deps.store.discard({ recordFile: file, file }, null);
  }
}
