import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { GenerationsLockOptions } from '../../src/lock/generations.ts';

const SCRIPT = fileURLToPath(new URL('worker.mjs', import.meta.url));

interface Answer {
  done: string;
  held?: boolean;
  outcome?: string;
}

type Options = Pick<GenerationsLockOptions, 'dir' | 'timings' | 'description'>;

export interface LockWorker {
  child: ChildProcess;
  /** Gives a command and waits for its answer. */
  ask(command: string, details?: { key?: string; time?: number }): Promise<Answer>;
  /** Kills it as a crash would, and waits until the system has noticed. */
  kill(): Promise<void>;
}

/** Starts a process that takes locks; `prefix` is a program to run it under. */
export async function startWorker(
  source: string,
  options: Options,
  prefix: string[] = [],
): Promise<LockWorker> {
  const [program = '', ...args] = [...prefix, process.execPath, SCRIPT, source];
  const child = spawn(program, [...args, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return {
    child,
    async ask(command, details) {
      child.send({ command, ...details });
      const [answer] = (await once(child, 'message')) as [Answer];
      return answer;
    },
    async kill() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Starts a thread of this process that holds the lock of a key. */
export async function startHoldingThread(
  source: string,
  options: Options,
  key: string,
): Promise<Worker> {
  const worker = new Worker(SCRIPT, { workerData: [source, JSON.stringify(options)] });
  await once(worker, 'message');
  worker.postMessage({ command: 'hold', key });
  await once(worker, 'message');
  return worker;
}
