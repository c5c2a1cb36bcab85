import type { Diagnostic, ErrorCode, ImagePromptError } from '../errors.ts';
import type { Digest, Key, Recipe } from '../recipe/types.ts';
import type { ExplainedValue, ExplainedVariable } from '../spec/explain.ts';
import type { Size } from '../spec/types.ts';

/** What a generate would do about one spec. */
export type PlanState = 'new' | 'more' | 'kept' | 'broken';

/** One spec of a plan. Shape of `plan --json`, `specs`. */
export interface PlanItem {
  file: string;
  /** Which picture of the spec; only where it has several: `en.light`, a media query. */
  name?: string;
  state: PlanState;
  key: Key;
  model: string;
  /** Size that is asked of the model. */
  request: Size;
  /** Size that the page gets. */
  picture: Size;
  wanted: number;
  have: number;
  missing: number;
  /** Estimate for all that is missing, US dollars; null when the price is not known. */
  usd: number | null;
  reason: string;
}

export interface PlanOrphan {
  digest: Digest;
  key: Key;
  bytes: number;
}

export interface PlanPending {
  requestId: string;
  key: Key;
  /** ISO 8601, UTC. */
  since: string;
}

/** What a generate would do, with prices. Shape of `plan --json` but for `version`. */
export interface Plan {
  specs: PlanItem[];
  orphans: PlanOrphan[];
  pending: PlanPending[];
  diagnostics: Diagnostic[];
  total: { images: number; usd: number | null };
}

export interface GeneratedImage {
  file: string;
  /** Which picture of the spec; only where it has several. */
  name?: string;
  key: Key;
  digest: Digest;
  /** What was billed when the service says so, else the estimate; null when neither is known. */
  usd: number | null;
  requestId: string | null;
}

export interface FailedImage {
  file: string;
  /** Which picture of the spec; only where it has several. */
  name?: string;
  code: ErrorCode;
  message: string;
  /** What to do; for people, not part of the JSON. */
  hint: string;
}

/** A request that was sent and not waited for. */
export interface SubmittedRequest {
  file: string;
  /** Which picture of the spec; only where it has several. */
  name?: string;
  key: Key;
  requestId: string;
  /** Estimate, US dollars; null when the price is not known. */
  usd: number | null;
}

/** Shape of `generate --json` but for `version`. */
export interface GenerateReport {
  generated: GeneratedImage[];
  resumed: GeneratedImage[];
  failed: FailedImage[];
  /** Only of a run that does not wait. */
  submitted?: SubmittedRequest[];
  total: { images: number; usd: number | null };
}

/** What happens during a generate, for live progress. */
export type GenerateEvent = EventSubject &
  (
    | { type: 'start'; count: number; usd: number | null }
    | { type: 'submitted'; requestId: string }
    | { type: 'queued'; position: number | null }
    | { type: 'running' }
    | { type: 'waiting'; message: string }
    | { type: 'stored'; image: GeneratedImage; bytes: number; spentUsd: number }
    | { type: 'failed'; failure: FailedImage }
  );

/** The picture that an event is about. */
export interface EventSubject {
  file: string;
  /** Which picture of the spec; only where it has several. */
  name?: string;
  key: Key;
}

export interface GenerateOptions extends ResumeOptions {
  /** US dollars this run may spend. */
  budget: number;
  /** Paid requests in flight at once. */
  concurrency: number;
  /** Whether prices that are not known are accepted. */
  acceptUnknownPrice: boolean;
  /** Whether requests whose answer was lost may be paid for again. */
  retryInDoubt?: boolean;
  /**
   * Keys somebody agreed to pay for, each with how many pictures: what a spec says a moment later is
   * left alone.
   */
  only?: ReadonlyMap<Key, number>;
  /** Further candidates for each named spec; what it is made from wants its own. */
  more?: number;
  /** Whether a broken original of a named spec that nothing brings back is given up and bought again. */
  rebuy?: boolean;
  /**
   * Whether requests are finished; if not they are submitted and left to a later run.
   * @default true
   */
  wait?: boolean;
}

export interface ResumeOptions {
  /** Ends the run in order: nothing more is sent, what is under way stays in the journal. */
  signal?: AbortSignal;
  onEvent?: (event: GenerateEvent) => void;
}

/** One original as `list --json` shows it. */
export interface ListedOriginal {
  key: Key;
  digest: Digest;
  /** File of the bytes, relative to the root. */
  file: string;
  /** Specs that use it, relative to the root. */
  specs: string[];
  /** Which pictures of these specs; only where one of them has several. */
  names?: string[];
  model: string;
  width: number;
  height: number;
  bytes: number;
  usd: number | null;
  requestId: string | null;
  createdAt: string;
}

/** One thing that is wrong with the store. */
export interface VerifyProblem {
  code: ErrorCode;
  digest: Digest | null;
  key: Key | null;
  /** Relative to the root. */
  file: string;
  /** Specs that use it, relative to the root. */
  specs: string[];
  /** Which pictures of these specs; only where one of them has several. */
  names?: string[];
  message: string;
}

/** Shape of `verify --json` but for `version`. */
export interface VerifyReport {
  /** Originals that were re-read. */
  checked: number;
  problems: VerifyProblem[];
}

/** Shape of `gc --json` but for `version`. */
export interface GarbageReport {
  orphans: { digest: Digest; key: Key; file: string; bytes: number }[];
  /** How many of them were moved to the trash. */
  deleted: number;
}

/** Shape of `types --json` but for `version`. */
export interface TypesReport {
  /** The declaration file, relative to the root. */
  file: string;
  /** The specs it is about, relative to the root. */
  specs: string[];
  /** Whether it was written, or with `--check` would have been. */
  changed: boolean;
  diagnostics: readonly Diagnostic[];
}

/** What is asked of a model for a spec, but for the prompt. */
export interface ExplainedRequest {
  provider: string;
  /** Endpoint id as sent. */
  model: string;
  /** Size that is asked of the model. */
  image_size: Size;
  /** Size that the page gets. */
  picture: Size;
  /** null: not sent. */
  quality: unknown;
  /** null: not sent. */
  output_format: unknown;
  /** Further fields for the model; a secret among them is `…`. */
  input: Record<string, unknown>;
  /** Is not sent, but part of the key. */
  revision: string | null;
}

/** One spec of `explain --json`. What a spec with errors does not have is null. */
export interface ExplainedSpec {
  file: string;
  /** The picture that is explained, where one of several was asked for. */
  name?: string;
  /** Files that it builds on, relative to the root. */
  bases: string[];
  key: Key | null;
  state: PlanState | null;
  wanted: number | null;
  have: number | null;
  missing: number | null;
  /** Estimate for all that is missing, US dollars; null when the price is not known. */
  usd: number | null;
  reason: string | null;
  /** The prompt exactly as sent. */
  prompt: string | null;
  request: ExplainedRequest | null;
  values: ExplainedValue[];
  variables: ExplainedVariable[];
  /** Digests of further files that are part of the key; null while one of them is a picture that is not there. */
  files: Recipe['files'] | null;
  /** Pictures that have to be made first; until then the key is a provisional one, which no original will have. */
  waitsFor: string[];
  /** Every picture of the spec, this one first; empty where there is but one. */
  pictures: ExplainedPicture[];
  diagnostics: readonly Diagnostic[];
}

/** One of the pictures of a spec. */
export interface ExplainedPicture {
  name: string | null;
  key: Key;
  state: PlanState | null;
  /** Estimate for all that is missing, US dollars; null when the price is not known. */
  usd: number | null;
}

/** One original as `sheet --json` shows it. */
export interface SheetCandidateReport {
  /** As `pick` counts: from 1, oldest first. */
  number: number;
  digest: Digest;
  picked: boolean;
  width: number;
  height: number;
  bytes: number;
  usd: number | null;
  createdAt: string;
  requestId: string | null;
}

/** What a contact sheet shows. `file` and `specs` have the shape of `sheet --json`. */
export interface SheetReport {
  /** The sheet, relative to the root. */
  file: string;
  specs: {
    file: string;
    name?: string;
    pick: number | string;
    candidates: SheetCandidateReport[];
  }[];
  /** What it shows, in a few words. */
  summary: string;
  /** Of the same specs. */
  plan: Plan;
  /** Originals that cannot be shown, and picks of none that {@link plan} does not tell of. */
  problems: ImagePromptError[];
}
