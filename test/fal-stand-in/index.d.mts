/** Types of the stand-in. Written by hand: the code is plain `.mjs`, so that Node 20 can run it as a child process. */

/** Where in the life of a request a fault strikes. `job` is the work itself: submit says yes, the result says no. */
export type FaultStage =
  | 'submit'
  | 'status'
  | 'result'
  | 'cancel'
  | 'media'
  | 'upload'
  /** The bytes themselves, or a part of them. */
  | 'upload-put'
  | 'history'
  | 'pricing'
  | 'job';

/** Faults of any HTTP answer. */
export type WireFault =
  /** The connection is cut, before or after the work (see `accepted`). */
  | 'reset'
  /** Nothing is ever answered. */
  | 'hang'
  /** 200 with a page of a captive portal. */
  | 'html'
  /** 200 with half a JSON text. */
  | 'malformed'
  /** 502 of the ingress: nginx HTML, no `x-fal-request-id`. */
  | 'nginx-502'
  /** The right answer after `ms` milliseconds. */
  | 'delay'
  /** `status`, `body`, `headers` as the rule says. */
  | 'http';

/** Names of the service's error catalogue (fal-protocol.md, section 5). */
export type ServiceError =
  | 'invalid_key'
  | 'bearer'
  | 'payment_required'
  | 'exhausted_balance'
  | 'forbidden'
  | 'app_not_found'
  | 'path_not_found'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout_408'
  | 'conflict'
  | 'too_large'
  | 'invalid_size'
  | 'content_policy_violation'
  | 'downstream_service_error'
  | 'downstream_service_error_final'
  | 'still_in_progress'
  | 'concurrent_requests_limit'
  | 'client_cancelled'
  | 'internal_error'
  | 'internal_server_error'
  | 'runner_incomplete_response'
  | 'runner_disconnected'
  | 'request_timeout'
  | 'user_timeout'
  | 'generation_timeout';

/** Faults of an answer's content. */
export type ContentFault =
  /** submit: accepted, but the answer has no `request_id`. */
  | 'no-id'
  /** submit: accepted, but the id is not a UUID. */
  | 'bad-id'
  /** status: a state nobody knows. */
  | 'unknown-status'
  /** result: `{images: []}`. */
  | 'no-images'
  /** result: one picture fewer. */
  | 'fewer'
  /** result: 200 with `{detail: […]}`. */
  | 'detail-200'
  /** result: the media URLs point at `to`. */
  | 'media-url'
  /** upload-put: taken, but gone when the model looks for it. */
  | 'expired';

/** Faults of the bytes of a picture. */
export type MediaFault =
  /** Cut off before the announced length. */
  | 'short'
  /** Half the bytes, ended cleanly, no length announced. */
  | 'truncated'
  /** All bytes, many of them wrong. */
  | 'corrupt'
  /** A GIF. */
  | 'wrong-type'
  /** A picture of `width` × `height`. */
  | 'wrong-size'
  /** Announces `bytes` bytes and sends zeros. */
  | 'oversize'
  /** Sends zeros without announcing how many, up to `bytes`. */
  | 'oversize-chunked'
  /** A redirect to `to`. */
  | 'redirect'
  /** A redirect to itself. */
  | 'redirect-loop'
  /** The right bytes in ten pieces, `ms` apart. */
  | 'slow';

export interface Fault {
  stage: FaultStage;
  kind: WireFault | ServiceError | ContentFault | MediaFault;
  /** How often it strikes. @default 1 */
  times?: number;
  /** Which requests it strikes; all when left out. Texts match as substrings. */
  match?: { model?: string; prompt?: string; path?: string };
  /** submit: whether the job was taken (and will be billed) before the fault shows. @default false */
  accepted?: boolean;
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  ms?: number;
  bytes?: number;
  width?: number;
  height?: number;
  to?: string;
}

export interface StandInOptions {
  /** 0 picks a free port. @default 0 */
  port?: number;
  /** Keys that are accepted. @default ['stand-in-id:stand-in-secret'] */
  keys?: string[];
  /** Endpoints besides `openai/gpt-image-2` and its `/edit`; their input is not checked. @default [] */
  models?: string[];
  /** Jobs that run at once. @default 2 */
  concurrency?: number;
  /** Least time in the queue, in milliseconds. @default 0 */
  queueMs?: number;
  /** Time a job runs, in milliseconds. @default 10 */
  runMs?: number;
  /** While true no running job ends: tests look around without racing. @default false */
  hold?: boolean;
  /** Delay of every answer, in milliseconds. @default 0 */
  latencyMs?: number;
  /** How long the result of a finished job is kept, in milliseconds. @default 3_600_000 */
  retentionMs?: number;
  /** The same for a result of 10 KB or more. @default 360_000 */
  largeRetentionMs?: number;
  /** How long media are kept, in milliseconds. @default Infinity */
  mediaRetentionMs?: number;
  /** Milliseconds that uploads live; null for as long as each was asked to. @default null */
  uploadLifeMs?: number | null;
  /** Whether sizes are checked as the model does. @default true */
  checkSizes?: boolean;
  /** Dollars that each picture costs beyond the table, as a long prompt does. @default 0 */
  promptUsd?: number;
  /** Dollars on the account; a submit without money is refused. @default Infinity */
  balance?: number;
  /** Whether URLs in answers name fal's hosts or this server. @default 'fal' */
  urls?: 'fal' | 'base';
  /** Whether the account's requests may be listed; otherwise 403. @default true */
  historyAllowed?: boolean;
  /** Dollars per unit of endpoints in `models`. @default 1 */
  unitPrice?: number;
  faults?: Fault[];
}

/** One request as it arrived. */
export interface RecordedRequest {
  stage: FaultStage | 'media-lost' | 'control' | 'unknown';
  method: string;
  /** Host the client meant, such as `queue.fal.run`. */
  host: string;
  /** Path and query on that host. */
  path: string;
  headers: Record<string, string>;
  /** Parsed JSON, or the number of bytes of anything else. */
  body: unknown;
}

export interface Stats {
  /** POSTs to the queue that arrived, refused ones included. */
  submits: number;
  /** Jobs taken: what somebody will pay for. */
  accepted: number;
  /** Pictures finished and billed. */
  billedImages: number;
  billedUsd: number;
  statuses: number;
  results: number;
  cancels: number;
  media: number;
  /** Uploads begun. */
  uploads: number;
  /** Files and parts of files that were put. */
  puts: number;
}

export interface FalStandIn {
  /** Origin, such as `http://127.0.0.1:4711`. */
  baseUrl: string;
  /** A key it accepts. */
  key: string;
  requests: RecordedRequest[];
  stats: Stats;
  /** Inputs of accepted jobs, in order. */
  inputs: Record<string, unknown>[];
  /** Bytes of an upload by its URL, as the model sees them; null when there is none. */
  uploaded(url: string): Buffer | null;
  /** Replaces the rules that have not been used up. */
  setFaults(faults: Fault[]): void;
  setOptions(options: StandInOptions): void;
  /** Forgets requests, counts, faults, jobs and media. */
  reset(): void;
  /** Resolves when no job waits or runs. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the stand-in in this process. */
export function startFalStandIn(options?: StandInOptions): Promise<FalStandIn>;

/** The same over HTTP, for tests in another process. */
export interface RemoteFalStandIn {
  baseUrl: string;
  key: string;
  stats(): Promise<Stats>;
  requests(): Promise<RecordedRequest[]>;
  inputs(): Promise<Record<string, unknown>[]>;
  setFaults(faults: Fault[]): Promise<void>;
  setOptions(options: StandInOptions): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the stand-in as a child process of its own. */
export function spawnFalStandIn(options?: StandInOptions): Promise<RemoteFalStandIn>;

/** Controls a stand-in that runs elsewhere. */
export function connectFalStandIn(baseUrl: string, key?: string): RemoteFalStandIn;

/** Where the stand-in answers for a URL of the service: `https://queue.fal.run/p` → `BASE/p`, others `BASE/HOST/p`. */
export function toStandInUrl(baseUrl: string, url: string): string;
