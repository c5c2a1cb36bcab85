import { randomUUID } from 'node:crypto';
import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { JournalEntry } from '../journal/types.ts';
import type { Lease } from '../lock/types.ts';
import type { EditInputs, ProviderCall, Submission } from '../provider/types.ts';
import type { Hold } from './budget.ts';
import { type ObtainDeps, type ObtainOrder, type Run, subjectOf } from './orders.ts';

/** A request the service has accepted, and the money set aside for it (none when it was resumed). */
export interface Accepted {
  entry: JournalEntry;
  hold: Hold | null;
}

/** The order for one request. */
export interface SubmitOrder {
  order: ObtainOrder;
  /** Candidates that are there already. */
  have: number;
  /** Candidates to ask for. */
  count: number;
  lease: Lease;
}

/**
 * Sends one request: budget and room are checked, the intent is noted, the lock is looked at once
 * more, and only then is the service called, once.
 * @throws ImagePromptError BUDGET_*, PROVIDER_*, STORE_*
 */
export async function submit(
  { order, have, count, lease }: SubmitOrder,
  deps: ObtainDeps,
  run: Run,
): Promise<Accepted> {
  const { provider, store } = deps;
  const { file, recipe } = order;
  const { usd } = provider.quote(recipe, count);
  run.signal?.throwIfAborted();
  if (run.stopped) throw stoppedError(run.stopped, file);
  const { width, height } = recipe.input.image_size;
  // A picture that was paid for needs room: raw pixels are more than any encoder makes of them.
  await store.prepare(width * height * 4 * count);
  const hold = run.budget.hold(file, usd);
  try {
    const inputs = await order.inputs?.();
    await prepare(order, inputs, deps, run);
    // A holder that was taken for dead must neither touch its successor's note nor spend next to it.
    await assertHeld(lease, file);
    const intent = createIntent(order, count, usd, deps);
    await deps.journal.write(intent);
    deps.failpoint('intent');
    try {
      await assertHeld(lease, file);
      run.signal?.throwIfAborted();
      if (run.stopped) throw stoppedError(run.stopped, file);
    } catch (error) {
      // Nothing was sent, so nothing may stay in doubt.
      await deps.journal.remove(intent);
      throw error;
    }
    run.onEvent({ type: 'start', ...subjectOf(order), count, usd });
    const submission = await send(intent, { have, ...(inputs ? { inputs } : {}) }, deps, run);
    deps.failpoint('submit');
    const entry = await noteSubmitted(intent, submission, deps);
    deps.failpoint('submitted');
    run.onEvent({ type: 'submitted', ...subjectOf(order), requestId: submission.requestId });
    return { entry, hold };
  } catch (error) {
    // In doubt the money may be gone, so it counts.
    if (isImagePromptError(error) && error.code === 'PROVIDER_IN_DOUBT') hold.settle(null);
    else hold.release();
    throw error;
  }
}

async function assertHeld(lease: Lease, file: string): Promise<void> {
  if (await lease.stillHeld()) return;
  throw new ImagePromptError('STORE_WRITE', `The lock of ${file} was taken over.`, {
    file,
    hint: 'Run the command again.',
  });
}

/**
 * Notes, durably, that the service accepted the request. It is paid for by now: where the disk has just
 * become full the run goes on from memory, and only a crash on top of that would leave it in doubt.
 */
export async function noteSubmitted(
  entry: JournalEntry,
  submission: Submission,
  deps: ObtainDeps,
): Promise<JournalEntry> {
  const { requestId, statusUrl, responseUrl, cancelUrl } = submission;
  const noted: JournalEntry = {
    ...entry,
    state: 'submitted',
    requestId,
    statusUrl,
    responseUrl,
    cancelUrl,
  };
  await deps.journal.update(noted).catch(() => {});
  return noted;
}

/** What a provider does before it is asked, such as uploads: free, and over before anything is noted. */
async function prepare(
  { recipe }: ObtainOrder,
  inputs: EditInputs | undefined,
  { provider }: ObtainDeps,
  run: Run,
): Promise<void> {
  try {
    await provider.prepare?.(recipe, {
      ...(inputs ? { inputs } : {}),
      ...(run.signal ? { signal: run.signal } : {}),
    });
  } catch (error) {
    if (isImagePromptError(error) && STOPS_THE_RUN.has(error.code)) run.stopped = error;
    throw error;
  }
}

async function send(
  intent: JournalEntry,
  call: ProviderCall,
  deps: ObtainDeps,
  run: Run,
): Promise<Submission> {
  try {
    // No signal: once the first byte is out, only the answer tells whether the picture was paid.
    return await deps.provider.submit(intent.request, intent.count, call);
  } catch (error) {
    if (!isImagePromptError(error)) {
      // Nobody knows how far a provider came that fails in its own words.
      throw new ImagePromptError('PROVIDER_IN_DOUBT', `The provider failed: ${String(error)}`, {
        cause: error,
      });
    }
    if (error.code !== 'PROVIDER_IN_DOUBT') await deps.journal.remove(intent);
    if (STOPS_THE_RUN.has(error.code)) run.stopped = error;
    throw error;
  }
}

/** What no further picture of the run can get past either. */
export const STOPS_THE_RUN: ReadonlySet<string> = new Set([
  'PROVIDER_AUTH',
  'PROVIDER_NO_KEY',
  'PROVIDER_BALANCE',
]);

function createIntent(
  order: ObtainOrder,
  count: number,
  estimateUsd: number | null,
  deps: ObtainDeps,
): JournalEntry {
  return {
    version: 1,
    key: order.key,
    attempt: randomUUID(),
    state: 'intent',
    at: deps.now().toISOString(),
    model: order.recipe.model,
    request: order.recipe,
    count,
    estimateUsd,
    account: deps.provider.account(),
    requestId: null,
    statusUrl: null,
    responseUrl: null,
    cancelUrl: null,
    result: null,
  };
}

function stoppedError(cause: ImagePromptError, file: string): ImagePromptError {
  return new ImagePromptError(cause.code, `${file} was not sent: ${cause.message}`, {
    file,
    hint: cause.hint,
    cause,
  });
}
