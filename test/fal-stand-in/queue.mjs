import { findServiceError } from './errors.mjs';
import { sendFault, takeFault } from './faults.mjs';
import { acceptJob, cancelWaiting, isExpired, queuePosition, waiting } from './jobs.mjs';
import { nameUrl } from './urls.mjs';
import { sendJson } from './wire.mjs';

/**
 * @typedef {import('./state.mjs').State} State
 * @typedef {import('./state.mjs').Job} Job
 * @typedef {import('./wire.mjs').Response} Response
 */

const NOT_FOUND = { status: 'NOT_FOUND' };
/** What lies between the answer and the wire at a submit that is accepted in spite of its fault. */
const ALWAYS_ACCEPTED = new Set(['no-id', 'bad-id', 'delay']);

/**
 * `POST /{E}`: the body is the input itself. Says yes to any JSON object; the job finds out.
 * @param {State} state @param {Response} response
 * @param {{ endpoint: string, query: URLSearchParams, input: Record<string, any> }} order
 */
export async function answerSubmit(state, response, { endpoint, query, input }) {
  const app = endpoint.split('/').slice(0, 2).join('/');
  const fault = takeFault(state, 'submit', { model: endpoint, prompt: input['prompt'], input });
  const accepted = fault === null || fault.accepted === true || ALWAYS_ACCEPTED.has(fault.kind);
  const refusal = accepted ? refuseSubmit(state, app, endpoint, query) : null;
  if (refusal) return sendJson(response, refusal.status, refusal.body, refusal.headers);
  const job = accepted ? acceptJob(state, { app, endpoint, input }) : null;
  if (fault && (await sendFault(fault, response, input))) return;
  if (job === null) throw new Error(`The stand-in knows no fault "${fault?.kind}" of a submit.`);
  const body = { ...describe(state, job), queue_position: 0, logs: null, metrics: {} };
  if (fault?.kind === 'no-id') Object.assign(body, { request_id: undefined });
  if (fault?.kind === 'bad-id') Object.assign(body, { request_id: '../../../evil' });
  sendJson(
    response,
    200,
    { ...body, status: 'IN_QUEUE', queue_position: queuePosition(state, job) },
    {},
    job.id,
  );
}

/** @param {State} state @param {string} app @param {string} endpoint @param {URLSearchParams} query */
function refuseSubmit(state, app, endpoint, query) {
  if (app !== 'openai/gpt-image-2' && !state.options.models.includes(endpoint)) {
    return findServiceError('app_not_found');
  }
  if (state.options.balance <= 0) return findServiceError('exhausted_balance');
  const longest = query.get('fal_max_queue_length');
  if (longest !== null && waiting(state).length > Number(longest)) {
    return findServiceError('concurrent_requests_limit');
  }
  return null;
}

/** @param {State} state @param {Response} response @param {{ job: Job | undefined, logs: boolean }} about */
export async function answerStatus(state, response, { job, logs }) {
  const fault = takeFault(state, 'status', subjectOf(job));
  if (fault && (await sendFault(fault, response, job?.input))) return;
  if (!job || isExpired(state, job)) return sendJson(response, 404, NOT_FOUND);
  const body = describe(state, job);
  if (fault?.kind === 'unknown-status') Object.assign(body, { status: 'PONDERING' });
  sendJson(
    response,
    job.status === 'COMPLETED' ? 200 : 202,
    { ...body, ...details(state, job, logs) },
    {},
    job.id,
  );
}

/** @param {State} state @param {Response} response @param {Job | undefined} job */
export async function answerResult(state, response, job) {
  const fault = takeFault(state, 'result', subjectOf(job));
  if (fault && (await sendFault(fault, response, job?.input))) return;
  if (!job || isExpired(state, job)) return sendJson(response, 404, NOT_FOUND);
  if (job.failure) {
    const { status, body, headers } = job.failure;
    return sendJson(response, status, body, { 'x-fal-billable-units': '0', ...headers }, job.id);
  }
  if (job.result === null) {
    const early = findServiceError('still_in_progress');
    return sendJson(response, 400, early?.body, {}, job.id);
  }
  const headers = { 'x-fal-billable-units': String(job.units) };
  sendJson(response, 200, bend(job.result, fault), headers, job.id);
}

/** @param {Record<string, any>} result @param {import('./index.d.mts').Fault | null} fault */
function bend(result, fault) {
  switch (fault?.kind) {
    case 'no-images':
      return { images: [] };
    case 'fewer':
      return { images: result['images'].slice(1) };
    case 'detail-200':
      return { detail: [{ loc: ['body'], msg: 'No media generated', type: 'no_media_generated' }] };
    case 'media-url':
      return {
        images: result['images'].map((/** @type {object} */ one) => ({ ...one, url: fault.to })),
      };
    default:
      return result;
  }
}

/** @param {State} state @param {Response} response @param {Job | undefined} job */
export async function answerCancel(state, response, job) {
  const fault = takeFault(state, 'cancel', subjectOf(job));
  if (fault && (await sendFault(fault, response, job?.input))) return;
  if (!job || isExpired(state, job)) return sendJson(response, 404, NOT_FOUND);
  if (job.status === 'COMPLETED') {
    return sendJson(response, 400, { status: 'ALREADY_COMPLETED' }, {}, job.id);
  }
  if (job.status === 'IN_PROGRESS') {
    return sendJson(response, 202, { status: 'CANCELLATION_REQUESTED' }, {}, job.id);
  }
  cancelWaiting(state, job);
  sendJson(response, 200, { status: 'OK' }, {}, job.id);
}

/** @param {Job | undefined} job */
const subjectOf = (job) => ({ model: job?.endpoint ?? '', prompt: job?.input['prompt'] ?? '' });

/** @param {State} state @param {Job} job */
function describe(state, job) {
  const url = nameUrl(state, `https://queue.fal.run/${job.app}/requests/${job.id}`);
  return {
    status: /** @type {string} */ (job.status),
    request_id: job.id,
    response_url: url,
    status_url: `${url}/status`,
    cancel_url: `${url}/cancel`,
  };
}

/** @param {State} state @param {Job} job @param {boolean} wantLogs */
function details(state, job, wantLogs) {
  if (job.status === 'IN_QUEUE') return { queue_position: queuePosition(state, job) };
  const timestamp = new Date(job.startedAt ?? 0).toISOString();
  const logs = wantLogs
    ? [{ message: 'Generating', level: 'INFO', source: 'USER', timestamp }]
    : null;
  if (job.status === 'IN_PROGRESS') return { logs };
  const metrics = { inference_time: ((job.endedAt ?? 0) - (job.startedAt ?? 0)) / 1000 };
  if (!job.failure) return { logs, metrics };
  return { logs, metrics, error: errorText(job.failure.body), error_type: job.failure.errorType };
}

/** @param {any} body */
function errorText(body) {
  return typeof body?.detail === 'string'
    ? body.detail
    : (body?.detail?.[0]?.msg ?? 'Request failed');
}
