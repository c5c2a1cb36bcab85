import { sendFault, takeFault } from './faults.mjs';
import { sendJson } from './wire.mjs';

/**
 * `api.fal.ai/v1`: the account's history and prices.
 * @typedef {import('./state.mjs').State} State
 * @typedef {import('./wire.mjs').Response} Response
 */

/**
 * `GET /v1/models/requests/by-endpoint?endpoint_id&start&end&expand=payloads&limit&cursor`, newest first.
 * @param {State} state @param {Response} response @param {URLSearchParams} query
 */
export async function answerHistory(state, response, query) {
  const fault = takeFault(state, 'history', {});
  if (fault && (await sendFault(fault, response))) return;
  if (!state.options.historyAllowed) return sendJson(response, 403, { detail: 'Forbidden' });
  const start = Date.parse(query.get('start') ?? '1970-01-01');
  const end = Date.parse(query.get('end') ?? '9999-01-01');
  const limit = Number(query.get('limit') ?? 50);
  const offset = Number(query.get('cursor') ?? 0);
  const found = [...state.jobs.values()]
    .filter((job) => query.getAll('endpoint_id').includes(job.endpoint))
    .filter((job) => job.sentAt >= start && job.sentAt <= end && !job.input['sync_mode'])
    .reverse();
  const more = found.length > offset + limit;
  const payloads = query.get('expand') === 'payloads';
  sendJson(response, 200, {
    items: found.slice(offset, offset + limit).map((job) => ({
      request_id: job.id,
      endpoint_id: job.endpoint,
      sent_at: new Date(job.sentAt).toISOString(),
      started_at: job.startedAt === null ? null : new Date(job.startedAt).toISOString(),
      ended_at: job.endedAt === null ? null : new Date(job.endedAt).toISOString(),
      status_code: job.endedAt === null ? null : (job.failure?.status ?? 200),
      ...(payloads ? { json_input: job.input, json_output: job.result } : {}),
    })),
    has_more: more,
    next_cursor: more ? String(offset + limit) : null,
  });
}

/** @param {State} state @param {Response} response @param {URLSearchParams} query */
export async function answerPricing(state, response, query) {
  const fault = takeFault(state, 'pricing', {});
  if (fault && (await sendFault(fault, response))) return;
  const prices = query.getAll('endpoint_id').map((endpoint) => ({
    endpoint_id: endpoint,
    unit_price: state.options.models.includes(endpoint) ? state.options.unitPrice : 1,
    unit: 'units',
    currency: 'USD',
  }));
  sendJson(response, 200, { prices, has_more: false, next_cursor: null });
}
