import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { JournalEntry } from '../journal/types.ts';
import type { ProviderCall, ProviderResult, ReceivedImage } from '../provider/types.ts';
import { digestOf } from '../recipe/key.ts';
import type { OriginalRecord } from '../store/types.ts';
import type { ObtainDeps, ObtainOrder, Run } from './obtain.ts';
import { type Accepted, STOPS_THE_RUN } from './submit.ts';
import type { GeneratedImage } from './types.ts';

/**
 * Brings an accepted request to its end: polls it, notes where its pictures lie, downloads and checks
 * them, and publishes each with its record. All of it is free and can be repeated in any process;
 * until the bytes are safe the note stays.
 * @throws ImagePromptError PROVIDER_*, IMAGE_*, STORE_*
 */
export async function finish(
  { entry, hold }: Accepted,
  order: ObtainOrder,
  deps: ObtainDeps,
  run: Run,
): Promise<GeneratedImage[]> {
  const { provider, journal } = deps;
  const deadline = deps.now().getTime() + provider.timeout;
  const call: ProviderCall = run.signal ? { signal: run.signal } : {};
  try {
    if (await isStored(entry, deps)) {
      // Everything was safe when the last run ended, but for the note.
      await journal.remove(entry.key);
      return [];
    }
    const result = entry.result ?? (await pollToEnd(entry, order, deps, run, deadline));
    if (entry.result === null) {
      await journal.write({ ...entry, state: 'completed', result });
      deps.failpoint('completed');
    }
    const images = await provider.collect(entry.request, result, call);
    deps.failpoint('downloaded');
    const generated = await publishAll(entry, result, images, order, deps);
    deps.failpoint('recorded');
    await journal.remove(entry.key);
    hold?.settle(result.billedUsd);
    for (const [index, image] of generated.entries()) {
      const bytes = images[index]?.bytes.length ?? 0;
      run.onEvent({
        type: 'stored',
        file: order.file,
        key: order.key,
        image,
        bytes,
        spentUsd: run.budget.spent(),
      });
    }
    return generated;
  } catch (error) {
    if (!isImagePromptError(error) || !isOver(error)) {
      hold?.settle(null);
      throw error;
    }
    if (isForeign(error, entry, deps) && !run.retryInDoubt) {
      throw foreignError(error, entry, order.file);
    }
    await journal.bury(entry, `${error.code}: ${error.message}`);
    hold?.release();
    throw error;
  }
}

/** Whether the service has ended the request. Who has no key, or no good one, cannot know. */
function isOver(error: ImagePromptError): boolean {
  return error.ended && !STOPS_THE_RUN.has(error.code);
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
      hint: 'Run the command with the key that was used then; `generate --retry-in-doubt` gives the request up and lets the next run pay again.',
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
  const { file, key } = order;
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
        ? { type: 'queued', file, key, position: progress.position }
        : { type: 'running', file, key },
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
): Promise<GeneratedImage[]> {
  const base = deps.now().getTime();
  const share = (usd: number | null, among: number): number | null =>
    usd === null ? null : Math.round((usd / among) * 1e6) / 1e6;
  const generated: GeneratedImage[] = [];
  for (const [index, image] of images.entries()) {
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
        billedUsd: share(result.billedUsd, images.length),
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
    generated.push({
      file: order.file,
      key: entry.key,
      digest: record.image.digest,
      usd: record.cost.billedUsd ?? record.cost.estimatedUsd,
      requestId: entry.requestId,
    });
  }
  return generated;
}

async function isStored(entry: JournalEntry, deps: ObtainDeps): Promise<boolean> {
  if (entry.requestId === null) return false;
  const index = await deps.store.index();
  const ours = index.byKey
    .get(entry.key)
    ?.filter((original) => original.record.requestId === entry.requestId);
  return (ours?.length ?? 0) >= entry.count;
}
