import { refuseKey } from './auth.mjs';
import { answerControl } from './control.mjs';
import { findServiceError } from './errors.mjs';
import { answerComplete, answerInitiate, answerPut } from './files.mjs';
import { answerMedia } from './media.mjs';
import { answerHistory, answerPricing } from './platform.mjs';
import { answerCancel, answerResult, answerStatus, answerSubmit } from './queue.mjs';
import { readTarget } from './urls.mjs';
import { flattenHeaders, readBody, sendJson, sleep } from './wire.mjs';

/**
 * @typedef {import('./state.mjs').State} State
 * @typedef {import('./index.d.mts').RecordedRequest['stage']} Stage
 * @typedef {{ stage: Stage, open?: boolean, answer: (context: Context) => unknown }} Route
 * @typedef {{ state: State, response: import('./wire.mjs').Response, url: URL, bytes: Buffer, input: any, headers: Record<string, string> }} Context
 */

/** Which count of {@link State.stats} a stage raises. @type {Record<string, keyof State['stats']>} */
const COUNTS = {
  submit: 'submits',
  status: 'statuses',
  result: 'results',
  cancel: 'cancels',
  media: 'media',
  upload: 'uploads',
  'upload-put': 'puts',
};

/**
 * @param {State} state
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function handle(state, request, response) {
  const method = request.method ?? 'GET';
  const { host, path } = readTarget(request.url ?? '/');
  const url = new URL(path, `https://${host}`);
  const bytes = await readBody(request);
  const input = parseJson(bytes);
  if (path.startsWith('/__control')) return answerControl(state, response, { method, path, input });
  const route = findRoute(method, url);
  const headers = flattenHeaders(request);
  state.requests.push({
    stage: route.stage,
    method,
    host,
    path,
    headers,
    body: input ?? bytes.length,
  });
  const count = COUNTS[route.stage];
  if (count) state.stats[count] += 1;
  await sleep(state.options.latencyMs);
  const refusal = route.open ? null : refuseKey(state, headers['authorization']);
  if (refusal) return sendJson(response, refusal.status, refusal.body, refusal.headers);
  await route.answer({ state, response, url, bytes, input, headers });
}

/** @param {string} method @param {URL} url @returns {Route} */
function findRoute(method, url) {
  if (url.host === 'queue.fal.run') return findQueueRoute(method, url.pathname);
  if (url.host.endsWith('fal.media')) return findFileRoute(method, url.pathname);
  const place = `${method} ${url.host}${url.pathname}`;
  if (/^POST rest\.fal\.ai\/storage\/upload\/initiate(-multipart)?$/.test(place)) {
    return { stage: 'upload', answer: (c) => answerInitiate(c) };
  }
  if (place === 'GET api.fal.ai/v1/models/requests/by-endpoint') {
    return {
      stage: 'history',
      answer: (c) => answerHistory(c.state, c.response, c.url.searchParams),
    };
  }
  if (place === 'GET api.fal.ai/v1/models/pricing') {
    return {
      stage: 'pricing',
      answer: (c) => answerPricing(c.state, c.response, c.url.searchParams),
    };
  }
  return refuse('unknown', 'not_found');
}

/** @param {string} method @param {string} path @returns {Route} */
function findQueueRoute(method, path) {
  const [, endpoint = '', id = '', action = ''] =
    /^\/([\w-]+(?:\/[\w.-]+)+?)\/requests\/([^/]+)(?:\/(status|cancel|response))?$/.exec(path) ??
    [];
  if (id === '') {
    if (method !== 'POST') return refuse('unknown', 'method_not_allowed');
    return {
      stage: 'submit',
      answer: ({ state, response, url, input }) =>
        typeof input === 'object' && input !== null
          ? answerSubmit(state, response, {
              endpoint: path.slice(1),
              query: url.searchParams,
              input,
            })
          : sendJson(response, 422, {
              detail: [{ loc: ['body'], type: 'missing', msg: 'Field required' }],
            }),
    };
  }
  /** @type {Stage} */
  const stage = action === 'status' || action === 'cancel' ? action : 'result';
  // Only owner/app is routed: the subpath of an edit endpoint in the URL is refused.
  const known =
    method === (action === 'cancel' ? 'PUT' : 'GET') && endpoint.split('/').length === 2;
  if (!known) return refuse(stage, 'method_not_allowed');
  return {
    stage,
    answer: ({ state, response, url }) => {
      const job = state.jobs.get(id);
      const ours = job?.app === endpoint ? job : undefined;
      if (stage === 'cancel') return answerCancel(state, response, ours);
      if (stage === 'result') return answerResult(state, response, ours);
      return answerStatus(state, response, {
        job: ours,
        logs: url.searchParams.get('logs') === '1',
      });
    },
  };
}

/** @param {string} method @param {string} path @returns {Route} */
function findFileRoute(method, path) {
  if (method === 'GET') {
    return {
      stage: 'media',
      open: true,
      answer: (c) => answerMedia(c.state, c.response, { host: c.url.host, path: c.url.pathname }),
    };
  }
  if (method === 'PUT' && path.startsWith('/files/upload/')) {
    return {
      stage: 'upload-put',
      open: true,
      answer: (c) => answerPut(c.state, c.response, c.url, c.bytes),
    };
  }
  if (method === 'POST' && path.endsWith('/complete')) {
    return {
      stage: 'upload-put',
      open: true,
      answer: (c) => answerComplete(c.state, c.response, c.url, c.input ?? {}),
    };
  }
  return refuse('unknown', 'method_not_allowed');
}

/** @param {Stage} stage @param {string} name @returns {Route} */
function refuse(stage, name) {
  const answer = findServiceError(name);
  return {
    stage,
    open: true,
    answer: ({ response }) => sendJson(response, answer?.status ?? 404, answer?.body),
  };
}

/** @param {Buffer} bytes */
function parseJson(bytes) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
