// A process that takes locks as it is told. Arguments: folder of the compiled sources, options.
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const [source, optionsText] = workerData ?? process.argv.slice(2);
const options = JSON.parse(optionsText);
const { createGenerationsLock } = await import(
  pathToFileURL(join(source, 'lock/generations.js')).href
);
const lock = createGenerationsLock(options);
const tell = (message) => (parentPort ? parentPort.postMessage(message) : process.send(message));
let lease;

const commands = {
  async hold({ key }) {
    lease = await lock.acquire(key);
    return {};
  },
  async check() {
    return { held: await lease.stillHeld() };
  },
  async release() {
    await lease.release();
    return {};
  },
  async block({ time }) {
    const end = performance.now() + time;
    while (performance.now() < end);
    return {};
  },
  /** Takes the lock, proves that nobody else is inside, and gives it back. */
  async visit({ key, time }) {
    const visit = await lock.acquire(key);
    if (!(await visit.stillHeld())) return { outcome: 'lost' };
    const proof = join(options.dir, `inside-${key}`);
    try {
      await (await open(proof, 'wx')).close();
      await sleep(time);
      await unlink(proof);
      return { outcome: 'alone' };
    } catch (error) {
      return {
        outcome: error.code === 'EEXIST' || error.code === 'ENOENT' ? 'shared' : error.message,
      };
    } finally {
      await visit.release();
    }
  },
};

async function obey({ command, ...details }) {
  if (command === 'leave') process.exit();
  tell({ done: command, ...(await commands[command](details)) });
}

(parentPort ?? process).on('message', obey);
tell({ done: 'start' });
