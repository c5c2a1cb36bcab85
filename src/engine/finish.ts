import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { JournalEntry } from '../journal/types.ts';
import type { ProviderCall, ProviderResult, ReceivedImage } from '../provider/types.ts';
import { digestOf } from '../recipe/key.ts';
import type { OriginalRecord } from '../store/types.ts';
import {
  type ObtainDeps,
  type ObtainOrder,
  type PlacedOrder,
  type Run,
  subjectOf,
} from './orders.ts';
import { type Accepted, STOPS_THE_RUN } from './submit.ts';
import type { GeneratedImage } from './types.ts';

/** What became of a request: its pictures, and why some of them could not be received. */
export interface Finished {
  images: GeneratedImage[];
  failure: ImagePromptError | null;
}

/**
 * Brings an accepted request to its end: polls it, notes where its pictures lie, downloads and checks
 * them, and publishes each with its record. All of it is free and can be repeated in any process;
 * until all bytes are safe, or the request was given up, the note stays.
 * The place is left when receiving begins: the service may have the next request meanwhile.
 * @throws ImagePromptError PROVIDER_*, IMAGE_*, STORE_*
 */
export async function finish(
  { entry, hold }: Accepted,
  { order, place }: PlacedOrder,
  deps: ObtainDeps,
  run: Run,
): Promise<Finished> {
  const { journal } = deps;
  const deadline = deps.now().getTime() + deps.provider.timeout;
  try {
    if (await isStored(entry, deps)) {
      // Everything was safe when the last run ended, but for the note.
      await journal.remove(entry);
      return { images: [], failure: null };
    }
    const result = entry.result ?? (await pollToEnd(entry, order, deps, run, deadline));
    if (entry.result === null) {
      // Where this cannot be noted, the bytes themselves may still fit.
      await journal.update({ ...entry, state: 'completed', result }).catch(() => {});
      deps.failpoint('completed');
    }
    // Before the next request may be sent, which the place lets through.
    hold?.settle(result.billedUsd);
    const { published, failure } = await run.collect(async () => {
      place.leave();
      const { received, failure } = await collectEach(entry, result, { order, deps, run });
      deps.failpoint('downloaded');
      return { published: await publishAll(entry, result, received, order, deps), failure };
    });
    deps.failpoint('recorded');
    if (failure === null) await journal.remove(entry);
    for (const { image, bytes } of published) {
      const spentUsd = run.budget.spent();
      run.onEvent({ type: 'stored', ...subjectOf(order), image, bytes, spentUsd });
    }
    const images = published.map((one) => one.image);
    if (images.length === 0 && failure !== null) throw failure;
    return { images, failure };
  } catch (error) {
    if (isImagePromptError(error) && isOver(error)) {
      await journal.bury(entry, `${error.code}: ${error.message}`);
      hold?.release();
      throw error;
    }
    hold?.settle(null);
    throw isImagePromptError(error) && isForeign(error, entry, deps)
      ? foreignError(error, entry, order.file)
      : error;
  }
}

/** One bad picture of a request must not cost its good ones: each is received on its own. */
async function collectEach(
  entry: JournalEntry,
  result: ProviderResult,
  { order, deps: { provider }, run }: { order: ObtainOrder; deps: ObtainDeps; run: Run },
): Promise<{ received: ReceivedImage[]; failure: ImagePromptError | null }> {
  // A service has the files by now; who draws here needs them once more.
  const inputs = provider.paid ? undefined : await order.inputs?.();
  const call: ProviderCall = {
    ...(run.signal ? { signal: run.signal } : {}),
    ...(inputs ? { inputs } : {}),
  };
  const settled = await Promise.allSettled(
    result.media.map((one) => provider.collect(entry.request, { ...result, media: [one] }, call)),
  );
  const failed = settled.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  const known = failed.filter(isImagePromptError);
  // What may still succeed speaks for all, or the request would be given up too early.
  const failure = known.find((one) => !isStuck(one)) ?? known[0] ?? null;
  if (failure === null && failed.length > 0) throw failed[0];
  const received = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  return { received, failure };
}

/** Whether the service has ended the request. Who has no key, or no good one, cannot know. */
function isOver(error: ImagePromptError): boolean {
  return error.ended && !STOPS_THE_RUN.has(error.code);
}

/**
 * Whether a request that was accepted cannot be finished as things stand: the service does not know it
 * any more, or its pictures are not what was asked for, or not there. Only a person may give it up.
 */
export function isStuck(error: unknown): error is ImagePromptError {
  if (!isImagePromptError(error)) return false;
  const { code } = error;
  // A picture that cannot be fetched just now is not lost; one that is not there any more is.
  if (code === 'IMAGE_DOWNLOAD') return /HTTP (?:404|410)\b/.test(error.message);
  return code === 'PROVIDER_GONE' || code === 'PROVIDER_RESPONSE' || code.startsWith('IMAGE_');
}

/**
 * Whether the service may know nothing of the request only because another account sent it. Only a
 * request that is not found makes a difference: a new key of the same account finds it.
 */
function isForeign(error: ImagePromptError, entry: JournalEntry, deps: ObtainDeps): boolean {
  return error.code === 'PROVIDER_GONE' && entry.account !== deps.provider.account();
}

function foreignError(
  cause: ImagePromptError,
  entry: JournalEntry,
  file: string,
): ImagePromptError {
  return new ImagePromptError(
    'PROVIDER_AUTH',
    `Request ${entry.requestId} for ${file} was sent with the key of another account.`,
    {
      file,
      ...(entry.requestId === null ? {} : { requestId: entry.requestId }),
      hint: 'Run the command with the key that was used then; `generate --retry-in-doubt` gives the request up and pays again.',
      cause,
    },
  );
}

async function pollToEnd(
  entry: JournalEntry,
  order: ObtainOrder,
  deps: ObtainDeps,
  run: Run,
  deadline: number,
): Promise<ProviderResult> {
  const { provider } = deps;
  const { file } = order;
  const { requestId, statusUrl, responseUrl, cancelUrl } = entry;
  if (requestId === null) {
    throw new ImagePromptError('STORE_RECORD', `The journal note of ${file} has no request id.`);
  }
  const submission = { requestId, statusUrl, responseUrl, cancelUrl };
  for (let attempt = 0; ; attempt++) {
    run.signal?.throwIfAborted();
    const call = run.signal ? { signal: run.signal } : {};
    const progress = await provider.poll(entry.request, submission, call);
    if (progress.state === 'completed') return progress.result;
    run.onEvent(
      progress.state === 'queued'
        ? { type: 'queued', ...subjectOf(order), position: progress.position }
        : { type: 'running', ...subjectOf(order) },
    );
    const delay = provider.pollDelay(attempt);
    if (deps.now().getTime() + delay > deadline) {
      throw new ImagePromptError(
        'PROVIDER_TIMEOUT',
        `${file} was not finished in ${provider.timeout / 1000} s.`,
        {
          file,
          requestId,
        },
      );
    }
    await deps.sleep(delay, run.signal);
  }
}

async function publishAll(
  entry: JournalEntry,
  result: ProviderResult,
  images: readonly ReceivedImage[],
  order: ObtainOrder,
  deps: ObtainDeps,
): Promise<{ image: GeneratedImage; bytes: number }[]> {
  const share = (usd: number | null, among: number): number | null =>
    usd === null ? null : Math.round((usd / among) * 1e6) / 1e6;
  const generated: { image: GeneratedImage; bytes: number }[] = [];
  const stored = (await deps.store.index()).byKey.get(entry.key) ?? [];
  const known = new Set(stored.map((one) => one.record.image.digest));
  // A clock that is behind must not put a new candidate before those that are picked by number.
  const newest = Math.max(0, ...stored.map((one) => Date.parse(one.record.createdAt) + 1));
  const base = Math.max(deps.now().getTime(), newest);
  for (const [index, image] of images.entries()) {
    // Stored and reported by a run that did not receive them all.
    if (known.has(digestOf(image.bytes))) continue;
    const record: OriginalRecord = {
      version: 1,
      key: entry.key,
      image: {
        digest: digestOf(image.bytes),
        bytes: image.bytes.length,
        type: image.type,
        width: image.size.width,
        height: image.size.height,
      },
      model: entry.model,
      request: entry.request,
      cost: {
        estimatedUsd: share(entry.estimateUsd, entry.count),
        billedUsd: share(result.billedUsd, result.media.length),
      },
      provider: deps.provider.name,
      requestId: entry.requestId,
      // Candidates are numbered by time, so those of one request keep the order of the service.
      createdAt: new Date(base + index).toISOString(),
      source: order.file,
      tool: deps.tool,
    };
    await deps.store.put(record, image.bytes);
    deps.failpoint('published');
    const done: GeneratedImage = {
      ...subjectOf(order),
      key: entry.key,
      digest: record.image.digest,
      usd: record.cost.billedUsd ?? record.cost.estimatedUsd,
      requestId: entry.requestId,
    };
    generated.push({ image: done, bytes: image.bytes.length });
  }
  return generated;
}

async function isStored(entry: JournalEntry, deps: ObtainDeps): Promise<boolean> {
  if (entry.requestId === null) return false;
  const index = await deps.store.index();
  const ours = index.byKey
    .get(entry.key)
    ?.filter((original) => original.record.requestId === entry.requestId);
  // A service may answer with fewer pictures than were asked for, or with one picture twice.
  return (ours?.length ?? 0) >= (entry.result?.media.length ?? entry.count);
}
