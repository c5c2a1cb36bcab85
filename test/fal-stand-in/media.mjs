import { sendFault, takeFault } from './faults.mjs';
import { renderPicture } from './render.mjs';
import { sendHtml, sendJson, sleep } from './wire.mjs';

/**
 * @typedef {import('./state.mjs').State} State
 * @typedef {import('./state.mjs').StoredFile} StoredFile
 * @typedef {import('./wire.mjs').Response} Response
 * @typedef {import('./index.d.mts').Fault} Fault
 */

/**
 * `GET` of a picture or an upload: public, no key.
 * @param {State} state @param {Response} response @param {{ host: string, path: string }} target
 */
export async function answerMedia(state, response, { host, path }) {
  const fault = takeFault(state, 'media', { path });
  if (fault && (await sendFault(fault, response))) return;
  // Redirects lead to other hosts of the service: the file is the same on all of them.
  const file = state.files.get(`${host}${path}`) ?? state.files.get(`v3b.fal.media${path}`);
  const lost =
    !file ||
    Date.now() - file.at > state.options.mediaRetentionMs ||
    Date.now() >= (file.until ?? Number.POSITIVE_INFINITY);
  if (lost) return sendJson(response, 404, { detail: 'File not found' });
  if (fault && (await sendBent(fault, response, file, path))) return;
  sendBytes(response, file.bytes, file.type);
}

/** @param {Response} response @param {Buffer} bytes @param {string} type */
function sendBytes(response, bytes, type) {
  response.writeHead(200, { 'content-type': type, 'content-length': String(bytes.length) });
  response.end(bytes);
}

/** @param {Fault} fault @param {Response} response @param {StoredFile} file @param {string} path */
async function sendBent(fault, response, file, path) {
  const { bytes, type } = file;
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  switch (fault.kind) {
    case 'short':
      response.writeHead(200, { 'content-type': type, 'content-length': String(bytes.length) });
      response.write(half, () => setTimeout(() => response.destroy(), 5));
      return true;
    case 'truncated':
      response.writeHead(200, { 'content-type': type });
      response.end(half);
      return true;
    case 'corrupt':
      sendBytes(response, corrupt(bytes), type);
      return true;
    case 'wrong-type':
      sendBytes(response, Buffer.from('GIF89a\u0001\u0000\u0001\u0000', 'latin1'), 'image/gif');
      return true;
    case 'wrong-size': {
      const { width = 64, height = 64 } = fault;
      sendBytes(
        response,
        await renderPicture({ width, height, format: type.slice(6), number: 0 }),
        type,
      );
      return true;
    }
    case 'oversize':
      response.writeHead(200, { 'content-type': type, 'content-length': String(fault.bytes ?? 0) });
      await sendZeros(response, fault.bytes ?? 0);
      return true;
    case 'oversize-chunked':
      response.writeHead(200, { 'content-type': type });
      await sendZeros(response, fault.bytes ?? 0);
      return true;
    case 'redirect':
    case 'redirect-loop':
      response.writeHead(302, { location: fault.kind === 'redirect' ? fault.to : path });
      response.end();
      return true;
    case 'slow':
      response.writeHead(200, { 'content-type': type, 'content-length': String(bytes.length) });
      await sendSlowly(response, bytes, fault.ms ?? 0);
      return true;
    default:
      sendHtml(response, 500, 'The stand-in knows no such fault of media.');
      return true;
  }
}

/** @param {Buffer} bytes */
function corrupt(bytes) {
  const copy = Buffer.from(bytes);
  for (let at = Math.floor(copy.length / 4); at < copy.length - 32; at += 7) copy[at] = at & 0xff;
  return copy;
}

/** @param {Response} response @param {number} total */
async function sendZeros(response, total) {
  const block = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < total && !response.destroyed; sent += block.length) {
    if (!response.write(block)) await drained(response);
  }
  response.end();
}

/** @param {Response} response @param {Buffer} bytes @param {number} ms */
async function sendSlowly(response, bytes, ms) {
  const size = Math.ceil(bytes.length / 10);
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await sleep(ms);
  }
  response.end();
}

/** Resolves when more may be written, or when nobody reads any more. @param {Response} response */
function drained(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve(undefined);
    };
    response.on('drain', done).on('close', done);
  });
}
