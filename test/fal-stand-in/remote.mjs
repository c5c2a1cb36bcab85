import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @type {typeof import('./index.d.mts').connectFalStandIn} */
export function connectFalStandIn(baseUrl, key = 'stand-in-id:stand-in-secret') {
  /** @param {string} method @param {string} path @param {unknown} [body] */
  const call = async (method, path, body) => {
    const response = await fetch(`${baseUrl}/__control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`The stand-in answered ${response.status} to ${method} ${path}.`);
    return await response.json();
  };
  return {
    baseUrl,
    key,
    stats: async () => (await call('GET', '')).stats,
    requests: async () => (await call('GET', '')).requests,
    inputs: async () => (await call('GET', '')).inputs,
    setFaults: async (faults) => void (await call('PUT', '/faults', faults)),
    setOptions: async (options) => void (await call('PUT', '/options', options)),
    reset: async () => void (await call('POST', '/reset')),
    close: async () => {},
  };
}

/** @type {typeof import('./index.d.mts').spawnFalStandIn} */
export async function spawnFalStandIn(options = {}) {
  const script = fileURLToPath(new URL('./run.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { baseUrl, key } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The stand-in ended with ${code}.`)));
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line))));
  });
  const remote = connectFalStandIn(baseUrl, key);
  return {
    ...remote,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
