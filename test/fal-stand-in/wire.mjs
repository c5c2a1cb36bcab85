import { randomUUID } from 'node:crypto';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 */

const MAX_BODY = 128 * 1024 * 1024;

/**
 * @param {Request} request
 * @returns {Promise<Buffer>}
 */
export async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('The body is too large for the stand-in.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Every answer of the service itself names a request; `requestId` replaces the random one.
 * @param {Response} response
 * @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @param {string} [requestId]
 */
export function sendJson(response, status, body, headers = {}, requestId = randomUUID()) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'x-fal-request-id': requestId,
    ...headers,
  });
  response.end(text);
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} html
 */
export function sendHtml(response, status, html) {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(html);
}

/** @param {Request} request */
export function flattenHeaders(request) {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
