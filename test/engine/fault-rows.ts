import type { ErrorCode } from '../../src/errors.ts';
import type { Fault, FaultStage } from '../fal-stand-in/index.mjs';

/** What is left of the faulty request for the next run. */
export type Left =
  /** A note with its id: the next run goes on for free. */
  | 'request'
  /** A note without an id. */
  | 'doubt'
  /** Nothing under way; the note of a request that ended lies in the trash. */
  | 'trash'
  /** Nothing at all: it was refused, or it went well. */
  | 'nothing';

/** One fault, what the run says of it, and what is left. */
export interface Row {
  fault: Fault;
  /** Null: the run gets over it. */
  code: ErrorCode | null;
  /** What the hint has to say; the catalogue's own when left out. */
  hint?: RegExp;
  left: Left;
  /** Jobs that the service takes for the faulty spec in the first run. */
  accepted: number;
  /** POSTs for the faulty spec in the first run. @default accepted, at least 1 */
  posts?: number;
  /** Whether the other picture is not sent either. */
  stops?: boolean;
}

export type Kind = Fault['kind'];
type More = Partial<Fault>;

const GO_ON = /goes on with the same request|asks for the same result/;
const ALWAYS = 99;

const build = (stage: FaultStage, kind: Kind, more: More): Fault => ({ stage, kind, ...more });

/** A submit whose answer does not tell whether it was accepted. */
const doubt = (kind: Kind, more: More = {}): Row => {
  const accepted = more.accepted === true || kind === 'no-id' || kind === 'bad-id' ? 1 : 0;
  const fault = build('submit', kind, more);
  const hint = /--retry-in-doubt/;
  return { fault, code: 'PROVIDER_IN_DOUBT', hint, left: 'doubt', accepted, posts: 1 };
};
/** A submit that is refused. */
const refused = (kind: Kind, code: ErrorCode, more: Partial<Row> = {}): Row => ({
  fault: build('submit', kind, { times: ALWAYS }),
  code,
  left: 'nothing',
  accepted: 0,
  posts: 1,
  stops: code === 'PROVIDER_AUTH' || code === 'PROVIDER_BALANCE',
  ...more,
});
/** Trouble at a later stage that lasts: the request stays. */
const lasting = (
  stage: FaultStage,
  kind: Kind,
  code: ErrorCode,
  { hint, ...more }: More & { hint?: RegExp } = {},
): Row => ({
  fault: build(stage, kind, { times: ALWAYS, ...more }),
  code,
  ...(hint ? { hint } : {}),
  left: 'request',
  accepted: 1,
});
/** Trouble that passes within the run. */
const passing = (stage: FaultStage, kind: Kind, more: More = {}, row: Partial<Row> = {}): Row => ({
  fault: build(stage, kind, more),
  code: null,
  left: 'nothing',
  accepted: 1,
  ...row,
});
/** A job that ends without a picture. */
const ended = (kind: Kind, code: ErrorCode, accepted = 1): Row => ({
  fault: build('job', kind, { times: ALWAYS }),
  code,
  left: 'trash',
  accepted,
});

const SUBMIT: Row[] = [
  ...(['reset', 'hang', 'html', 'nginx-502', 'malformed', 'internal_error'] as const).flatMap(
    (kind) => [doubt(kind), doubt(kind, { accepted: true })],
  ),
  doubt('no-id'),
  doubt('bad-id'),
  doubt('internal_server_error'),
  doubt('runner_incomplete_response'),
  doubt('runner_disconnected', { accepted: true }),
  doubt('request_timeout'),
  doubt('user_timeout'),
  doubt('generation_timeout'),
  doubt('request_timeout_408'),
  doubt('conflict', { accepted: true }),
  doubt('client_cancelled'),
  doubt('http', { status: 204 }),
  doubt('http', { status: 307, headers: { location: 'https://queue.fal.run/openai/gpt-image-2' } }),
  refused('invalid_key', 'PROVIDER_AUTH'),
  refused('bearer', 'PROVIDER_AUTH'),
  refused('forbidden', 'PROVIDER_AUTH'),
  refused('payment_required', 'PROVIDER_BALANCE'),
  refused('exhausted_balance', 'PROVIDER_BALANCE'),
  refused('app_not_found', 'PROVIDER_INVALID', { hint: /Check `model`/ }),
  refused('path_not_found', 'PROVIDER_INVALID', { hint: /Check `model`/ }),
  refused('not_found', 'PROVIDER_INVALID', { hint: /Check `model`/ }),
  refused('method_not_allowed', 'PROVIDER_INVALID'),
  refused('too_large', 'PROVIDER_INVALID'),
  refused('invalid_size', 'PROVIDER_INVALID'),
  refused('still_in_progress', 'PROVIDER_INVALID'),
  refused('content_policy_violation', 'PROVIDER_REFUSED'),
  refused('downstream_service_error', 'PROVIDER_UNAVAILABLE', { hint: /nothing was paid/ }),
  refused('downstream_service_error_final', 'PROVIDER_INVALID'),
  refused('concurrent_requests_limit', 'PROVIDER_UNAVAILABLE', { posts: 4 }),
  passing('submit', 'concurrent_requests_limit', { times: 3 }, { posts: 4 }),
  passing('submit', 'delay', { ms: 30 }),
];

/** Trouble that every call of reading can have, and what it means when it lasts. */
const READING: [Kind, ErrorCode, RegExp?][] = [
  ['reset', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['hang', 'PROVIDER_TIMEOUT', GO_ON],
  ['html', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['malformed', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['nginx-502', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['concurrent_requests_limit', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['request_timeout_408', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['internal_error', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['runner_disconnected', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['generation_timeout', 'PROVIDER_UNAVAILABLE', GO_ON],
  ['not_found', 'PROVIDER_GONE'],
];

const READ: Row[] = (['status', 'result'] as const).flatMap((stage) => [
  ...READING.flatMap(([kind, code, hint]) => [
    passing(stage, kind, { times: 3 }),
    lasting(stage, kind, code, hint ? { hint } : {}),
  ]),
  passing(stage, 'delay', { ms: 30 }),
  lasting(stage, 'invalid_key', 'PROVIDER_AUTH'),
  lasting(stage, 'bearer', 'PROVIDER_AUTH'),
  lasting(stage, 'forbidden', 'PROVIDER_AUTH'),
  lasting(stage, 'payment_required', 'PROVIDER_BALANCE'),
  lasting(stage, 'exhausted_balance', 'PROVIDER_BALANCE'),
  lasting(stage, 'method_not_allowed', 'PROVIDER_INVALID', { hint: GO_ON }),
  lasting(stage, 'conflict', 'PROVIDER_INVALID', { hint: GO_ON }),
]);

const ODD: Row[] = [
  lasting('status', 'unknown-status', 'PROVIDER_UNAVAILABLE', { hint: GO_ON }),
  passing('status', 'unknown-status', { times: 2 }),
  passing('result', 'still_in_progress', { times: 2 }),
  lasting('result', 'still_in_progress', 'PROVIDER_UNAVAILABLE', { hint: GO_ON }),
  // The stand-in bills for what it then denies.
  lasting('result', 'no-images', 'PROVIDER_RESPONSE', { hint: GO_ON }),
  lasting('result', 'detail-200', 'PROVIDER_RESPONSE', { hint: GO_ON }),
];

const JOB: Row[] = [
  ended('content_policy_violation', 'PROVIDER_REFUSED'),
  ended('invalid_size', 'PROVIDER_INVALID'),
  ended('path_not_found', 'PROVIDER_INVALID'),
  ended('downstream_service_error_final', 'PROVIDER_INVALID'),
  ended('client_cancelled', 'PROVIDER_GONE'),
  // x-fal-needs-retry: 0
  ended('internal_server_error', 'PROVIDER_UNAVAILABLE'),
  ended('user_timeout', 'PROVIDER_UNAVAILABLE'),
  ended('generation_timeout', 'PROVIDER_UNAVAILABLE'),
  // x-fal-needs-retry: 1
  ...(
    [
      'downstream_service_error',
      'internal_error',
      'runner_incomplete_response',
      'runner_disconnected',
      'request_timeout',
    ] as const
  ).flatMap((kind) => [
    ended(kind, 'PROVIDER_UNAVAILABLE', 3),
    passing('job', kind, { times: 1 }, { accepted: 2, left: 'trash' }),
    passing('job', kind, { times: 2 }, { accepted: 3, left: 'trash' }),
  ]),
];

const REDIRECTS = [
  'https://evil.example/a.png',
  'https://fal.media.evil.example/a.png',
  'http://v3.fal.media/a.png',
  'http://127.0.0.1:1/a.png',
  'http://10.0.0.7/a.png',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/a.png',
  'http://localhost/a.png',
  'file:///etc/passwd',
];

const MEDIA: Row[] = [
  lasting('media', 'short', 'IMAGE_DOWNLOAD'),
  lasting('media', 'reset', 'IMAGE_DOWNLOAD'),
  lasting('media', 'hang', 'IMAGE_DOWNLOAD'),
  lasting('media', 'http', 'IMAGE_DOWNLOAD', { status: 404 }),
  lasting('media', 'http', 'IMAGE_DOWNLOAD', { status: 403 }),
  lasting('media', 'redirect-loop', 'IMAGE_DOWNLOAD'),
  lasting('media', 'html', 'IMAGE_TYPE'),
  lasting('media', 'malformed', 'IMAGE_TYPE'),
  lasting('media', 'wrong-type', 'IMAGE_TYPE'),
  lasting('media', 'truncated', 'IMAGE_CORRUPT'),
  lasting('media', 'corrupt', 'IMAGE_CORRUPT'),
  lasting('media', 'wrong-size', 'IMAGE_SIZE', { width: 800, height: 816 }),
  lasting('media', 'oversize', 'IMAGE_TOO_LARGE', { bytes: 65 * 1024 * 1024 }),
  lasting('media', 'oversize-chunked', 'IMAGE_TOO_LARGE', { bytes: 65 * 1024 * 1024 }),
  ...REDIRECTS.map((to) => lasting('media', 'redirect', 'IMAGE_HOST', { to })),
  passing('media', 'http', { status: 404, times: 3 }),
  passing('media', 'not_found', { times: 1 }),
  passing('media', 'internal_error', { times: 3 }),
  passing('media', 'nginx-502', { times: 3 }),
  passing('media', 'short', { times: 3 }),
  passing('media', 'reset', { times: 3 }),
  passing('media', 'slow', { ms: 3 }),
  passing('media', 'delay', { ms: 30 }),
];

/** Every fault of the stand-in, at every stage where the service can have it. */
export const ROWS: readonly Row[] = [...SUBMIT, ...READ, ...ODD, ...JOB, ...MEDIA];

/** Kinds with a test of their own, for reasons that stand there. */
// `expired` strikes the files of an edit only: test/provider/fal-edit.test.ts.
export const ELSEWHERE: readonly Kind[] = ['fewer', 'media-url', 'expired'];
