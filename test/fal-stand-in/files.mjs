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
 * @param {State} state @param {Response} response
 * @param {{ file_name?: string, content_type?: string }} input
 */
export async function answerInitiate(state, response, input) {
  const fault = takeFault(state, 'upload', {});
  if (fault && (await sendFault(fault, response))) return;
  const id = randomUUID();
  const name = encodeURIComponent(input.file_name ?? 'file.bin');
  const type = encodeURIComponent(input.content_type ?? 'application/octet-stream');
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
export function answerPut(state, response, url, bytes) {
  const [, id = '', name = '', part] =
    /^\/files\/upload\/([^/]+)\/([^/]+)(?:\/(\d+))?$/.exec(url.pathname) ?? [];
  if (part === undefined) {
    storeUpload(state, { id, name, url, bytes });
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
  storeUpload(state, { id, name, url, bytes });
  state.parts.delete(id);
  sendJson(response, 200, {});
}

/** @param {State} state @param {{ id: string, name: string, url: URL, bytes: Buffer }} upload */
function storeUpload(state, { id, name, url, bytes }) {
  const type = url.searchParams.get('type') ?? 'application/octet-stream';
  state.files.set(`v3b.fal.media/files/b/${id}/${name}`, { bytes, type, at: Date.now() });
}
