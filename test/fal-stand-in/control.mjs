import { resetState } from './state.mjs';
import { sendJson } from './wire.mjs';

/**
 * `/__control`: what tests in other processes see and set.
 * @param {import('./state.mjs').State} state
 * @param {import('./wire.mjs').Response} response
 * @param {{ method: string, path: string, input: any }} request
 */
export function answerControl(state, response, { method, path, input }) {
  switch (`${method} ${path}`) {
    case 'GET /__control':
      return sendJson(response, 200, {
        stats: state.stats,
        requests: state.requests,
        inputs: state.inputs,
        faults: state.faults,
      });
    case 'PUT /__control/faults':
      setFaults(state, input);
      return sendJson(response, 200, {});
    case 'PUT /__control/options':
      Object.assign(state.options, input);
      return sendJson(response, 200, {});
    case 'POST /__control/reset':
      resetState(state);
      return sendJson(response, 200, {});
    default:
      return sendJson(response, 404, { detail: `No control ${method} ${path}` });
  }
}

/** @param {import('./state.mjs').State} state @param {import('./index.d.mts').Fault[]} faults */
export function setFaults(state, faults) {
  state.faults.splice(0, Number.POSITIVE_INFINITY, ...faults.map((fault) => ({ ...fault })));
}
