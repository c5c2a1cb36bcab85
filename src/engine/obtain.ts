import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { Journal, JournalEntry } from '../journal/types.ts';
import type { Lease, Lock } from '../lock/types.ts';
import type { Provider } from '../provider/types.ts';
import type { Key, Recipe } from '../recipe/types.ts';
import type { Store, StoredOriginal } from '../store/types.ts';
import type { Budget } from './budget.ts';
import { type Finished, finish, isStuck } from './finish.ts';
import { withoutKnown } from './plan.ts';
import { giveUpBroken } from './repair.ts';
import { noteSubmitted, submit } from './submit.ts';
import type { GeneratedImage, GenerateEvent, SubmittedRequest } from './types.ts';

/** What obtaining needs of the world. */
export interface ObtainDeps {
  store: Store;
  journal: Journal;
  lock: Lock;
  provider: Provider;
  /** Name and version of this package, for records. */
  tool: string;
  now: () => Date;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds before the request that follows failure number `attempt` (from 0). */
  retryDelay: (attempt: number) => number;
  /** Tests end the process at named points of the write order; elsewhere it does nothing. */
  failpoint: (name: string) => void;
}

/** What one run shares between all its pictures. */
export interface Run {
  budget: Budget;
  /** Whether a request whose answer was lost may be paid for again. */
  retryInDoubt: boolean;
  /** Whether requests are finished, or only submitted. */
  wait: boolean;
  signal?: AbortSignal;
  /** Set when nothing more may be submitted: the account cannot pay, or the user has had enough. */
  stopped: ImagePromptError | null;
  onEvent: (event: GenerateEvent) => void;
}

/** The order for one key. */
export interface ObtainOrder {
  /** The spec, relative to the root. */
  file: string;
  key: Key;
  recipe: Recipe;
  /** Candidates there shall be in all. */
  wanted: number;
  /**
   * Candidates that the spec asks for itself: while there are fewer, the safe copies are asked first.
   * @default wanted
   */
  least?: number;
  /** Whether an original that is broken for good makes room for another. */
  rebuy?: boolean;
}

/** Pictures of one request: no model makes more at once. */
const MOST_AT_ONCE = 4;

/** What came of an order. Both are empty when another process had done the work. */
export interface Obtained {
  generated: GeneratedImage[];
  resumed: GeneratedImage[];
  /** The request that was sent, or was under way, in a run that does not wait. */
  submitted: SubmittedRequest | null;
  /** Why it is not all that was ordered, when some of it was paid for and is safe. */
  failure: ImagePromptError | null;
}

/**
 * Brings a key to its wanted number of candidates: lock, look again, finish what is under way, and
 * only then ask for what is missing. The order of writes is the store's law: a note of the intent
 * before the request, the request's id before the first poll, the bytes before their record.
 * @throws ImagePromptError BUDGET_*, PROVIDER_*, IMAGE_*, STORE_*
 */
export async function obtain(order: ObtainOrder, deps: ObtainDeps, run: Run): Promise<Obtained> {
  const lease = await deps.lock.acquire(order.key, {
    ...(run.signal ? { signal: run.signal } : {}),
    onWait: (holder) =>
      run.onEvent({
        type: 'waiting',
        file: order.file,
        key: order.key,
        message: holder.description,
      }),
  });
  try {
    return await obtainLocked(order, deps, run, lease);
  } finally {
    await lease.release();
  }
}

async function obtainLocked(
  order: ObtainOrder,
  deps: ObtainDeps,
  run: Run,
  lease: Lease,
): Promise<Obtained> {
  const obtained: Obtained = { generated: [], resumed: [], submitted: null, failure: null };
  const pending = await deps.journal.read(order.key);
  const entry = pending && (await adopt(pending, deps, run, order));
  if (entry && !run.wait) return { ...obtained, submitted: describeSubmitted(entry, order) };
  if (entry) {
    const { images, failure } = await finishOrGiveUp(entry, order, deps, run);
    obtained.resumed = images;
    // While the note stands, nothing may be asked for under this key.
    if (failure) return { ...obtained, failure };
  }
  try {
    if (order.rebuy) await giveUpBroken(order.key, deps);
    await askForMissing({ order, lease, obtained }, deps, run);
  } catch (error) {
    // What was obtained so far is paid for: the report must not lose it.
    const partly = obtained.generated.length + obtained.resumed.length > 0;
    if (!partly || !isImagePromptError(error)) throw error;
    obtained.failure = error;
  }
  return obtained;
}

interface Asking {
  order: ObtainOrder;
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
  { order, lease, obtained }: Asking,
  { have, count }: { have: number; count: number },
  deps: ObtainDeps,
  run: Run,
): Promise<Finished | null> {
  for (let attempt = 0; ; attempt++) {
    const accepted = await submit({ order, have, count, lease }, deps, run);
    if (!run.wait) {
      accepted.hold?.settle(null);
      // Nobody goes on from memory here, so the note is all that will know of the request.
      if ((await deps.journal.read(order.key))?.state !== 'submitted') {
        throw new ImagePromptError(
          'STORE_WRITE',
          `Request ${accepted.entry.requestId} for ${order.file} was accepted and could not be noted.`,
          {
            file: order.file,
            hint: 'Keep the id: look the request up in the history of the account.',
          },
        );
      }
      obtained.submitted = describeSubmitted(accepted.entry, order);
      return null;
    }
    try {
      return await finish(accepted, order, deps, run);
    } catch (error) {
      const worthwhile = isImagePromptError(error) && error.ended && error.sendAgain;
      if (!worthwhile || attempt + 1 >= MOST_ATTEMPTS) throw error;
      await deps.sleep(deps.retryDelay(attempt), run.signal);
    }
  }
}

/** Only for a spec that was meant: an order that asks for nothing must not drop what was paid. */
function mayGiveUp({ wanted }: ObtainOrder, { retryInDoubt, signal }: Run): boolean {
  return retryInDoubt && wanted > 0 && signal?.aborted !== true;
}

/** Finishes a request of an earlier run, or gives it up when that was asked for and nothing helps. */
async function finishOrGiveUp(
  entry: JournalEntry,
  order: ObtainOrder,
  deps: ObtainDeps,
  run: Run,
): Promise<Finished> {
  const giveUp = async (error: ImagePromptError): Promise<void> => {
    await deps.journal.bury(entry, `given up on request: ${error.code}: ${error.message}`);
  };
  try {
    const finished = await finish({ entry, hold: null }, order, deps, run);
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

function describeSubmitted(entry: JournalEntry, { file, key }: ObtainOrder): SubmittedRequest {
  return { file, key, requestId: entry.requestId ?? '', usd: entry.estimateUsd };
}

/** Candidates of a key, those that only the safe copies know brought back first. */
async function candidatesOf(
  { key, wanted, least = wanted }: ObtainOrder,
  store: Store,
): Promise<readonly StoredOriginal[]> {
  const index = await store.index();
  const problem = index.problems.find(
    (one) => one.code === 'STORE_NEWER' || key.startsWith(one.key16),
  );
  if (problem) throw new ImagePromptError(problem.code, `${problem.file} ${problem.message}.`);
  const own = index.byKey.get(key) ?? [];
  if (own.length >= least) return own;
  const lost = withoutKnown(await store.findLost(new Set([key])), own);
  return [...own, ...(await Promise.all(lost.map((original) => store.restore(original))))];
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
