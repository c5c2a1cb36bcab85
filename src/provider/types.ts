import type { Digest, Recipe } from '../recipe/types.ts';
import type { OriginalFormat, Size } from '../spec/types.ts';

/** The price of a request before it is sent. */
export interface Quote {
  /** US dollars for the whole request, or `null` when the price is not known. */
  usd: number | null;
}

/** A request the service has accepted: all that is needed to finish it later, in any process. */
export interface Submission {
  requestId: string;
  statusUrl: string | null;
  responseUrl: string | null;
  cancelUrl: string | null;
}

/** One picture of a finished request, as the service named it. Plain JSON: it goes into the journal. */
export interface ProviderMedia {
  url: string;
  contentType: string | null;
}

/** A finished request. Plain JSON: it goes into the journal before anything is downloaded. */
export interface ProviderResult {
  media: ProviderMedia[];
  /** What the service says it billed, in US dollars, or `null` when it did not say. */
  billedUsd: number | null;
}

/** Where a request stands. */
export type Progress =
  | { state: 'queued'; position: number | null }
  | { state: 'running' }
  | { state: 'completed'; result: ProviderResult };

/** One picture, received and checked. */
export interface ReceivedImage {
  bytes: Buffer;
  type: OriginalFormat;
  /** Read from the bytes. */
  size: Size;
}

/** A file that an edit works on: bytes whose digest the caller has just checked. */
export interface EditInput {
  /** Of the author's file, as `recipe.files` names it; what is sent may be turned or scaled. */
  digest: Digest;
  bytes: Buffer;
}

/** What `recipe.files` names. */
export interface EditInputs {
  /** In the order of the recipe. */
  images: readonly EditInput[];
  mask: EditInput | null;
}

/** What every call of a provider gets. */
export interface ProviderCall {
  /** Ends the call early. Never cancels a request that was accepted. */
  signal?: AbortSignal;
  /** Candidates that the key has already: a provider without chance draws the next ones. */
  have?: number;
  /** The files of an edit; calls that read from the service do without. */
  inputs?: EditInputs;
}

/**
 * A service that makes pictures. Only {@link submit} may cost money; it sends at most one request.
 * Errors are ImagePromptErrors with `PROVIDER_*` or `IMAGE_*` codes.
 */
export interface Provider {
  /** Part of every key. */
  readonly name: string;
  /** Whether submitting costs money. */
  readonly paid: boolean;
  /** Why it cannot be used now (no key), or `null` when it can. */
  unavailable(): string | null;
  /** The price of `count` pictures of a recipe. */
  quote(recipe: Recipe, count: number): Quote;
  /**
   * Makes ready what {@link submit} needs, such as uploads; free, may be repeated. Called before the
   * intent is noted: where it fails, nothing is in doubt. Submitting without it works as well.
   */
  prepare?(recipe: Recipe, call: ProviderCall): Promise<void>;
  /** Sends the request, once. An answer that is lost is PROVIDER_IN_DOUBT. */
  submit(recipe: Recipe, count: number, call: ProviderCall): Promise<Submission>;
  /** Asks where the request stands, once; free. Throws when the request has failed for good. */
  poll(recipe: Recipe, submission: Submission, call: ProviderCall): Promise<Progress>;
  /** Milliseconds to wait before poll number `attempt` (from 0). */
  pollDelay(attempt: number): number;
  /** Fetches and fully decodes every picture of a finished request; free, may be repeated. */
  collect(recipe: Recipe, result: ProviderResult, call: ProviderCall): Promise<ReceivedImage[]>;
  /**
   * Looks for a request of ours whose answer was lost, among those the account sent since a time
   * (ISO 8601, UTC); null when there is none or the service may not tell.
   */
  find?(recipe: Recipe, since: string, call: ProviderCall): Promise<Submission | null>;
  /** Takes a queued request back; whether the service agreed. */
  cancel?(recipe: Recipe, submission: Submission, call: ProviderCall): Promise<boolean>;
  /**
   * Whether a finished request can be collected by a later run.
   * @default true
   */
  readonly keepsResults?: boolean;
  /** Longest time from submit to bytes, in milliseconds; starts anew when a request is resumed. */
  readonly timeout: number;
  /** Eight hex digits that tell accounts apart without naming them, or `null`. */
  account(): string | null;
}
