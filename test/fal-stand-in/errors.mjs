/**
 * The error catalogue: what the service answers, word for word where fal-protocol.md section 5 has evidence.
 * @typedef {{ status: number, body: unknown, headers?: Record<string, string> }} ServiceAnswer
 */

const PROMPT_IN_ERROR =
  'The content could not be processed because it contained material flagged by a content checker.';

/** @param {string} type @param {boolean} again */
const marked = (type, again) => ({
  'x-fal-error-type': type,
  'x-fal-needs-retry': again ? '1' : '0',
});

/** @param {number} status @param {string} type @param {string} detail @param {boolean} [again] */
const platform = (status, type, detail, again = true) => ({
  status,
  body: { detail, error_type: type },
  headers: marked(type, again),
});

/**
 * @param {number} status @param {string} type @param {string} msg
 * @param {{ loc?: unknown[], again?: boolean, input?: unknown }} [more]
 */
const model = (status, type, msg, { loc = ['body'], again = false, input } = {}) => ({
  status,
  body: { detail: [{ loc, msg, type, url: `https://docs.fal.ai/errors/#${type}`, input }] },
  headers: marked(type, again),
});

/** @param {number} status @param {string} detail */
const plain = (status, detail) => ({ status, body: { detail } });

/**
 * The answer for a name of the catalogue, or null. The service repeats the input in some of them.
 * @param {string} name
 * @param {Record<string, any>} [input]
 * @returns {ServiceAnswer | null}
 */
export function findServiceError(name, input = {}) {
  const make = CATALOGUE[/** @type {keyof typeof CATALOGUE} */ (name)];
  return make ? make(input) : null;
}

const CATALOGUE = {
  invalid_key: () => plain(401, 'invalid key credentials'),
  bearer: () => plain(401, 'bearer: unable to decode issuer'),
  payment_required: () => plain(402, 'Payment required'),
  exhausted_balance: () =>
    plain(
      403,
      'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing',
    ),
  forbidden: () => plain(403, 'Forbidden'),
  app_not_found: () => plain(404, 'Application not found'),
  path_not_found: () => plain(404, 'Path /x not found'),
  not_found: () => ({ status: 404, body: { status: 'NOT_FOUND' } }),
  method_not_allowed: () => plain(405, 'Method Not Allowed'),
  request_timeout_408: () => plain(408, 'Request Timeout'),
  conflict: () => plain(409, 'Conflict'),
  too_large: () => plain(413, 'Request Entity Too Large'),
  /** @param {Record<string, any>} input */
  invalid_size: (input) =>
    model(422, 'value_error', 'Requested resolution is below the current minimum pixel budget.', {
      loc: ['body', 'image_size', 'ImageSize'],
      input,
    }),
  /** @param {Record<string, any>} input */
  content_policy_violation: (input) =>
    model(422, 'content_policy_violation', PROMPT_IN_ERROR, {
      loc: ['body', 'prompt'],
      input: input['prompt'],
    }),
  /** @param {Record<string, any>} input */
  downstream_service_error: (input) =>
    model(400, 'downstream_service_error', 'Downstream service error', {
      again: true,
      input: { ...input, openai_api_key: null },
    }),
  /** @param {Record<string, any>} input */
  downstream_service_error_final: (input) =>
    model(400, 'downstream_service_error', 'Downstream service error', { input }),
  still_in_progress: () => plain(400, 'Request is still in progress'),
  concurrent_requests_limit: () =>
    platform(429, 'concurrent_requests_limit', 'Concurrent requests limit reached'),
  client_cancelled: () => platform(499, 'client_cancelled', 'Request cancelled by client', false),
  internal_error: () => platform(500, 'internal_error', 'Internal Server Error'),
  internal_server_error: () => model(500, 'internal_server_error', 'Internal server error'),
  runner_incomplete_response: () =>
    platform(502, 'runner_incomplete_response', 'Runner sent an incomplete response'),
  runner_disconnected: () => platform(503, 'runner_disconnected', 'Runner disconnected'),
  request_timeout: () => platform(504, 'request_timeout', 'Request timed out'),
  user_timeout: () => ({
    status: 504,
    body: { detail: 'Request timed out', error_type: 'request_timeout' },
    headers: { ...marked('request_timeout', false), 'x-fal-request-timeout-type': 'user' },
  }),
  generation_timeout: () => model(504, 'generation_timeout', 'Generation timed out'),
};
