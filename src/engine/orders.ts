import type { ImagePromptError } from '../errors.ts';
import type { Journal } from '../journal/types.ts';
import type { Lock } from '../lock/types.ts';
import type { EditInputs, Provider } from '../provider/types.ts';
import type { Key, Recipe } from '../recipe/types.ts';
import type { Store } from '../store/types.ts';
import type { Budget } from './budget.ts';
import type { Choice } from './candidates.ts';
import { createLimit, createPlaces, type Limit, type Place } from './limit.ts';
import type { EventSubject, GeneratedImage, GenerateEvent, SubmittedRequest } from './types.ts';

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
  /** Pictures that are received at once. */
  collectConcurrency: number;
  /** Tests end the process at named points of the write order; elsewhere it does nothing. */
  failpoint: (name: string) => void;
}

/** What one run shares between all its pictures. */
export interface Run {
  budget: Budget;
  /** Makes the places of orders: the service has as many paid requests at once as there are places. */
  place: () => Place;
  /** Bounds the pictures that are received at once, each of them in memory. */
  collect: Limit;
  /** Whether a request whose answer was lost may be paid for again. */
  retryInDoubt: boolean;
  /** Whether requests are finished, or only submitted. */
  wait: boolean;
  signal?: AbortSignal;
  /** Set when nothing more may be submitted: the account cannot pay, or the user has had enough. */
  stopped: ImagePromptError | null;
  onEvent: (event: GenerateEvent) => void;
}

/** The bounds of a run. */
export function createBounds(
  concurrency: number,
  { collectConcurrency }: Pick<ObtainDeps, 'collectConcurrency'>,
): Pick<Run, 'place' | 'collect'> {
  return { place: createPlaces(concurrency), collect: createLimit(collectConcurrency) };
}

/** The order for one key. */
export interface ObtainOrder {
  /** The spec, relative to the root. */
  file: string;
  /** Which picture of the spec; only where it has several. */
  name?: string;
  key: Key;
  recipe: Recipe;
  /** Candidates there shall be in all. */
  wanted: number;
  /** What the specs that ask for it say of its candidates: what they lack may be among the safe copies. */
  choices?: readonly Choice[];
  /** Whether an original that is broken for good makes room for another. */
  rebuy?: boolean;
  /** Opens what an edit works on; called right before it is sent. */
  inputs?: (() => Promise<EditInputs>) | undefined;
}

/** What an event or a report of an order is about. */
export function subjectOf({ file, name, key }: ObtainOrder): EventSubject {
  return { file, ...(name === undefined ? {} : { name }), key };
}

/** An order that has a place among the requests. */
export interface PlacedOrder {
  order: ObtainOrder;
  place: Place;
}

/** What came of an order. Both are empty when another process had done the work. */
export interface Obtained {
  generated: GeneratedImage[];
  resumed: GeneratedImage[];
  /** The request that was sent, or was under way, in a run that does not wait. */
  submitted: SubmittedRequest | null;
  /** Why it is not all that was ordered, when some of it was paid for and is safe. */
  failure: ImagePromptError | null;
}
