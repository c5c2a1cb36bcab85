import { createServer } from 'node:http';
import { setFaults } from './control.mjs';
import { findUpload } from './files.mjs';
import { handle } from './router.mjs';
import { createState, resetState } from './state.mjs';
import { sendJson, sleep } from './wire.mjs';

/** @type {typeof import('./index.d.mts').startFalStandIn} */
export async function startFalStandIn(options = {}) {
  const state = createState(options);
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error) => {
      // A client that went away is part of the tests; anything else is a fault of the stand-in itself.
      if (!response.headersSent && !response.destroyed) {
        sendJson(response, 500, { detail: `stand-in: ${error.message}` });
      } else response.destroy();
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(state.options.port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  state.baseUrl = `http://127.0.0.1:${address.port}`;
  return {
    baseUrl: state.baseUrl,
    key: state.options.keys[0] ?? '',
    requests: state.requests,
    stats: state.stats,
    inputs: state.inputs,
    uploaded: (url) => findUpload(state, url)?.bytes ?? null,
    setFaults: (faults) => setFaults(state, faults),
    setOptions: (changes) => void Object.assign(state.options, changes),
    reset: () => resetState(state),
    idle: async () => {
      while ([...state.jobs.values()].some((job) => job.status !== 'COMPLETED')) await sleep(5);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
