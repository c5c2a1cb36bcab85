import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { JournalEntry } from '../journal/types.ts';
import type { Lease } from '../lock/types.ts';
import type { Store, StoredOriginal } from '../store/types.ts';
import { readCandidates } from './candidates.ts';
import { type Finished, finish, isStuck } from './finish.ts';
import {
  type ObtainDeps,
  type Obtained,
  type ObtainOrder,
  type PlacedOrder,
  type Run,
  subjectOf,
} from './orders.ts';
import { giveUpBroken } from './repair.ts';
import { type Accepted, noteSubmitted, submit } from './submit.ts';
import type { SubmittedRequest } from './types.ts';

/** Pictures of one request: no model makes more at once. */
const MOST_AT_ONCE = 4;

/**
 * Brings a key to its wanted number of candidates: lock, look again, finish what is under way, and
 * only then ask for what is missing. The order of writes is the store's law: a note of the intent
 * before the request, the request's id before the first poll, the bytes before their record.
 * @throws ImagePromptError BUDGET_*, PROVIDER_*, IMAGE_*, STORE_*
 */
export async function obtain(order: ObtainOrder, deps: ObtainDeps, run: Run): Promise<Obtained> {
  const place = run.place();
  // Before the lock: requests are sent in the order of the specs.
  await place.enter();
  try {
    return await obtainPlaced({ order, place }, deps, run);
  } finally {
    place.leave();
  }
}

async function obtainPlaced(
  { order, place }: PlacedOrder,
  deps: ObtainDeps,
  run: Run,
): Promise<Obtained> {
  const lease = await deps.lock.acquire(order.key, {
    ...(run.signal ? { signal: run.signal } : {}),
    onWait: (holder) => {
      // Others may send meanwhile; the holder itself may be one that waits for a place.
      place.leave();
      run.onEvent({ type: 'waiting', ...subjectOf(order), message: holder.description });
    },
  });
  try {
    return await obtainLocked({ order, place }, deps, run, lease);
  } finally {
    await lease.release();
  }
}

async function obtainLocked(
  { order, place }: PlacedOrder,
  deps: ObtainDeps,
  run: Run,
  lease: Lease,
): Promise<Obtained> {
  const obtained: Obtained = { generated: [], resumed: [], submitted: null, failure: null };
  const pending = await deps.journal.read(order.key);
  const entry = pending && (await adopt(pending, deps, run, order));
  if (entry && !run.wait) return { ...obtained, submitted: describeSubmitted(entry, order) };
  if (entry) {
    const { images, failure } = await finishOrGiveUp(entry, { order, place }, deps, run);
    obtained.resumed = images;
    // While the note stands, nothing may be asked for under this key.
    if (failure) return { ...obtained, failure };
  }
  try {
    if (order.rebuy) await giveUpBroken(order.key, deps);
    await askForMissing({ order, place, lease, obtained }, deps, run);
  } catch (error) {
    // What was obtained so far is paid for: the report must not lose it.
    const partly = obtained.generated.length + obtained.resumed.length > 0;
    if (!partly || !isImagePromptError(error)) throw error;
    obtained.failure = error;
  }
  return obtained;
}

interface Asking extends PlacedOrder {
  lease: Lease;
  /** Where the pictures go, as they come. */
  obtained: Obtained;
}

/** Sends requests until nothing is missing, or one that is not waited for. */
async function askForMissing(asking: Asking, deps: ObtainDeps, run: Run): Promise<void> {
  const { order, obtained } = asking;
  const have = (await candidatesOf(order, deps.store)).length;
  while (have + obtained.generated.length < order.wanted) {
    const there = have + obtained.generated.length;
    const count = Math.min(order.wanted - there, MOST_AT_ONCE);
    const finished = await ask(asking, { have: there, count }, deps, run);
    if (finished === null) return;
    const { images, failure } = finished;
    obtained.generated.push(...images);
    if (failure) throw failure;
    if (images.length < count) {
      throw new ImagePromptError(
        'PROVIDER_RESPONSE',
        `Expected ${count} pictures for ${order.file}, received ${images.length}.`,
        { file: order.file, hint: 'Run the command again to ask for the rest.' },
      );
    }
  }
}

/** Requests for one thing, when the service keeps failing at it. */
const MOST_ATTEMPTS = 3;

/**
 * One request and its pictures; null when it is not waited for. A request that the service itself
 * ended as its own failure, which it does not bill, is sent again a few times.
 */
async function ask(
  { order, place, lease, obtained }: Asking,
  { have, count }: { have: number; count: number },
  deps: ObtainDeps,
  run: Run,
): Promise<Finished | null> {
  for (let attempt = 0; ; attempt++) {
    // Left when the pictures of an earlier request were received.
    await place.enter();
    const accepted = await submit({ order, have, count, lease }, deps, run);
    if (!run.wait) {
      obtained.submitted = await leaveNoted(accepted, order, deps);
      return null;
    }
    try {
      return await finish(accepted, { order, place }, deps, run);
    } catch (error) {
      const worthwhile = isImagePromptError(error) && error.ended && error.sendAgain;
      if (!worthwhile || attempt + 1 >= MOST_ATTEMPTS) throw error;
      await deps.sleep(deps.retryDelay(attempt), run.signal);
    }
  }
}

/**
 * Leaves a request to a later run. Nobody goes on from memory here, so the note is all that will know of it.
 * @throws ImagePromptError STORE_WRITE
 */
async function leaveNoted(
  { entry, hold }: Accepted,
  order: ObtainOrder,
  { journal }: ObtainDeps,
): Promise<SubmittedRequest> {
  hold?.settle(null);
  if ((await journal.read(order.key))?.state === 'submitted')
    return describeSubmitted(entry, order);
  throw new ImagePromptError(
    'STORE_WRITE',
    `Request ${entry.requestId} for ${order.file} was accepted and could not be noted.`,
    {
      file: order.file,
      hint: 'Keep the id: look the request up in the history of the account.',
    },
  );
}

/** Only for a spec that was meant: an order that asks for nothing must not drop what was paid. */
function mayGiveUp({ wanted }: ObtainOrder, { retryInDoubt, signal }: Run): boolean {
  return retryInDoubt && wanted > 0 && signal?.aborted !== true;
}

/** Finishes a request of an earlier run, or gives it up when that was asked for and nothing helps. */
async function finishOrGiveUp(
  entry: JournalEntry,
  { order, place }: PlacedOrder,
  deps: ObtainDeps,
  run: Run,
): Promise<Finished> {
  const giveUp = async (error: ImagePromptError): Promise<void> => {
    await deps.journal.bury(entry, `given up on request: ${error.code}: ${error.message}`);
  };
  try {
    const finished = await finish({ entry, hold: null }, { order, place }, deps, run);
    const { failure } = finished;
    if (failure === null || !isStuck(failure) || !mayGiveUp(order, run)) return finished;
    await giveUp(failure);
    return { ...finished, failure: null };
  } catch (error) {
    const stuck = isStuck(error) || (isImagePromptError(error) && isStuck(error.cause));
    if (!stuck || !mayGiveUp(order, run)) throw error;
    await giveUp(error as ImagePromptError);
    return { images: [], failure: null };
  }
}

function describeSubmitted(entry: JournalEntry, order: ObtainOrder): SubmittedRequest {
  return { ...subjectOf(order), requestId: entry.requestId ?? '', usd: entry.estimateUsd };
}

/** Candidates of a key, those that only the safe copies know brought back first. */
async function candidatesOf(
  { key, choices = [] }: ObtainOrder,
  store: Store,
): Promise<readonly StoredOriginal[]> {
  const index = await store.index();
  const newer = index.problems.find(({ code }) => code === 'STORE_NEWER');
  if (newer) throw new ImagePromptError(newer.code, `${newer.file} ${newer.message}.`);
  const { all, lost } = await readCandidates(key, choices, { index, store });
  await Promise.all(lost.map((original) => store.restore(original)));
  return all;
}

/** Decides what a note of an earlier attempt means; null when a new request may be sent. */
async function adopt(
  entry: JournalEntry,
  deps: ObtainDeps,
  run: Run,
  order: ObtainOrder,
): Promise<JournalEntry | null> {
  if (entry.state !== 'intent') return entry;
  const call = run.signal ? { signal: run.signal } : {};
  const found = (await deps.provider.find?.(entry.request, entry.at, call)) ?? null;
  if (found) return await noteSubmitted(entry, found, deps);
  if (!mayGiveUp(order, run)) {
    throw new ImagePromptError(
      'PROVIDER_IN_DOUBT',
      `A request for ${order.file} was sent at ${entry.at} and its answer was lost: it may have been paid.`,
      { file: order.file },
    );
  }
  await deps.journal.bury(entry, 'in doubt, paid again on request');
  return null;
}
