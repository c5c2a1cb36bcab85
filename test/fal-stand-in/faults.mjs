import { findServiceError } from './errors.mjs';
import { sendHtml, sendJson, sleep } from './wire.mjs';

/**
 * @typedef {import('./index.d.mts').Fault} Fault
 * @typedef {import('./index.d.mts').FaultStage} FaultStage
 * @typedef {{ model?: string, prompt?: string, path?: string, input?: Record<string, any> }} Subject
 */

/**
 * The first rule that fits, one of its strikes used up.
 * @param {import('./state.mjs').State} state
 * @param {FaultStage} stage
 * @param {Subject} subject
 * @returns {Fault | null}
 */
export function takeFault(state, stage, subject) {
  const fault = state.faults.find(
    (rule) => rule.stage === stage && fits(rule.match ?? {}, subject),
  );
  if (fault === undefined) return null;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times <= 0) state.faults.splice(state.faults.indexOf(fault), 1);
  return fault;
}

/** @param {NonNullable<Fault['match']>} match @param {Subject} subject */
function fits(match, subject) {
  return /** @type {const} */ (['model', 'prompt', 'path']).every(
    (field) => match[field] === undefined || (subject[field] ?? '').includes(match[field]),
  );
}

const PORTAL =
  '<!doctype html><title>Sign in to the network</title><h1>Welcome to Hotel Wi-Fi</h1>';
const NGINX =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>';

/**
 * Answers with a fault. False when the kind says nothing about the wire: the caller does the rest.
 * @param {Fault} fault
 * @param {import('./wire.mjs').Response} response
 * @param {Record<string, any>} [input]
 * @returns {Promise<boolean>}
 */
export async function sendFault(fault, response, input) {
  switch (fault.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'html':
      sendHtml(response, 200, PORTAL);
      return true;
    case 'nginx-502':
      sendHtml(response, 502, NGINX);
      return true;
    case 'malformed':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"status": "IN_QU');
      return true;
    case 'http':
      sendJson(response, fault.status ?? 500, fault.body ?? {}, fault.headers);
      return true;
    case 'delay':
      await sleep(fault.ms ?? 0);
      return false;
    default: {
      const answer = findServiceError(fault.kind, input);
      if (answer === null) return false;
      sendJson(response, answer.status, answer.body, answer.headers);
      return true;
    }
  }
}
