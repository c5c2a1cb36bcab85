import { randomUUID } from 'node:crypto';
import { sendFault, takeFault } from './faults.mjs';
import { nameUrl } from './urls.mjs';
import { sendJson } from './wire.mjs';

/**
 * Uploads to the service's storage.
 * @typedef {import('./state.mjs').State} State
 * @typedef {import('./wire.mjs').Response} Response
 */

/**
 * `POST rest.fal.ai/storage/upload/initiate[-multipart]`: a signed URL to put to, and the one to read from.
 * `X-Fal-Object-Lifecycle` says how long the file shall live.
 * @param {{ state: State, response: Response, input: any, headers: Record<string, string> }} request
 */
export async function answerInitiate({ state, response, input, headers }) {
  const fault = takeFault(state, 'upload', { path: input?.file_name });
  if (fault && (await sendFault(fault, response))) return;
  const id = randomUUID();
  const name = encodeURIComponent(input?.file_name ?? 'file.bin');
  const plainType = input?.content_type ?? 'application/octet-stream';
  const type = encodeURIComponent(plainType);
  const seconds = JSON.parse(headers['x-fal-object-lifecycle'] ?? '{}').expiration_duration_seconds;
  const lifeMs = state.options.uploadLifeMs ?? (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  state.grants.set(id, { name, type: plainType, lifeMs });
  sendJson(response, 200, {
    upload_url: nameUrl(
      state,
      `https://v3b.fal.media/files/upload/${id}/${name}?type=${type}&sig=1`,
    ),
    file_url: nameUrl(state, `https://v3b.fal.media/files/b/${id}/${name}`),
  });
}

/**
 * `PUT` of a whole file or of part N. The signature in the URL is the permission: a key here would be a leak.
 * @param {State} state @param {Response} response @param {URL} url @param {Buffer} bytes
 */
export async function answerPut(state, response, url, bytes) {
  const fault = takeFault(state, 'upload-put', { path: url.pathname });
  if (fault && (await sendFault(fault, response))) return;
  const [, id = '', name = '', part] =
    /^\/files\/upload\/([^/]+)\/([^/]+)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
  // What was not asked for with a key, or ran out, the signature does not cover.
  if (state.grants.get(id)?.name !== name) return sendJson(response, 403, { detail: 'Forbidden' });
  if (part === undefined) {
    storeUpload(state, { id, name, bytes, lost: fault?.kind === 'expired' });
    return sendJson(response, 200, {});
  }
  const parts = state.parts.get(id) ?? new Map();
  state.parts.set(id, parts.set(Number(part), bytes));
  sendJson(response, 200, { partNumber: Number(part), etag: `"${id}-${part}"` });
}

/**
 * @param {State} state @param {Response} response @param {URL} url
 * @param {{ parts?: { partNumber: number, etag: string }[] }} input
 */
export function answerComplete(state, response, url, input) {
  const [, id = '', name = ''] =
    /^\/files\/upload\/([^/]+)\/([^/]+)\/complete$/.exec(url.pathname) ?? [];
  const parts = state.parts.get(id);
  const wanted = input.parts ?? [];
  const whole = wanted.every(
    ({ partNumber, etag }) => parts?.has(partNumber) && etag === `"${id}-${partNumber}"`,
  );
  if (!parts || !whole) return sendJson(response, 400, { detail: 'A part is missing' });
  const bytes = Buffer.concat(
    wanted.map(({ partNumber }) => parts.get(partNumber) ?? Buffer.alloc(0)),
  );
  storeUpload(state, { id, name, bytes, lost: false });
  state.parts.delete(id);
  sendJson(response, 200, {});
}

/** @param {State} state @param {{ id: string, name: string, bytes: Buffer, lost: boolean }} upload */
function storeUpload(state, { id, name, bytes, lost }) {
  const { type, lifeMs } = state.grants.get(id) ?? { type: 'application/octet-stream', lifeMs: 0 };
  const at = Date.now();
  const until = lost ? at : at + lifeMs;
  state.files.set(`v3b.fal.media/files/b/${id}/${name}`, { bytes, type, at, until });
}

/**
 * A file that the service issued a URL for and that is still there, or null.
 * @param {State} state @param {unknown} text
 */
export function findUpload(state, text) {
  if (typeof text !== 'string' || !URL.canParse(text)) return null;
  const { href, host, pathname } = new URL(text);
  const path = href.startsWith(`${state.baseUrl}/`) ? pathname.slice(1) : `${host}${pathname}`;
  const file = state.files.get(path);
  return file && Date.now() < (file.until ?? Number.POSITIVE_INFINITY) ? file : null;
}
