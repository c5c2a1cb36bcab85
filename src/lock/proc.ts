import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ProcessTable } from './liveness.ts';
import type { ProcessIdentity } from './owner.ts';

/** Reads the processes of Linux from /proc, down to the thread. */
export async function createProcTable(): Promise<ProcessTable> {
  const self = await identifySelf();
  return {
    self,
    async look(owner) {
      // Without a /proc of our own pid namespace its numbers are of other processes.
      if (self.start === '' || owner.start === '') return 'unknown';
      const thread = await readStat(`/proc/${owner.pid}/task/${owner.thread}/stat`);
      if (thread !== null) return isSame(thread, owner) ? 'alive' : 'dead';
      // `hidepid` hides whole processes: only one that is seen can be said to lack a thread.
      return (await readStat(`/proc/${owner.pid}/stat`)) === null ? 'unknown' : 'dead';
    },
  };
}

async function identifySelf(): Promise<ProcessTable['self']> {
  const unknown = { thread: process.pid, start: '', boot: '', space: '' };
  try {
    // Sync on purpose: the link names the thread that reads it, and async reads run on others.
    const [pid, , thread] = readlinkSync('/proc/thread-self').split('/');
    if (Number(pid) !== process.pid) return unknown;
    const stat = await readStat(`/proc/self/task/${thread}/stat`);
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    // Start times count from the boot as the time namespace shows it; old kernels have none.
    const space = `${readlinkSync('/proc/self/ns/pid')} ${readTimeNamespace()}`;
    return { thread: Number(thread), start: stat?.start ?? '', boot: boot.trim(), space };
  } catch {
    return unknown;
  }
}

function readTimeNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/time');
  } catch {
    return '';
  }
}

interface Stat {
  state: string;
  start: string;
}

async function readStat(path: string): Promise<Stat | null> {
  try {
    const text = await readFile(path, 'utf8');
    // The name of the program comes before, in brackets, and may hold brackets and spaces itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function isSame({ state, start }: Stat, owner: ProcessIdentity): boolean {
  return start === owner.start && state !== 'Z' && state !== 'X';
}
