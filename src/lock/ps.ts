import { execFile } from 'node:child_process';
import { threadId } from 'node:worker_threads';
import type { ProcessTable, Verdict } from './liveness.ts';
import type { ProcessIdentity } from './owner.ts';

/** A program is started for each look, so that waiters must not look at every poll. */
const FRESH_MS = 1000;

/** Reads the processes of macOS and the BSDs through `ps`. */
export async function createPsTable(): Promise<ProcessTable> {
  const self = {
    thread: threadId,
    start: (await readStart(process.pid))?.start ?? '',
    boot: await run('sysctl', ['-n', 'kern.bootsessionuuid']),
    space: '',
  };
  const seen = new Map<string, { at: number; verdict: Verdict }>();

  async function look(owner: ProcessIdentity): Promise<Verdict> {
    if (self.start === '' || owner.start === '') return 'unknown';
    const found = await readStart(owner.pid);
    if (found === null) return 'unknown';
    if (found.start !== owner.start || found.state.startsWith('Z')) return 'dead';
    // Threads cannot be seen from here: a worker may be gone though its process lives.
    return owner.thread === 0 ? 'alive' : 'unknown';
  }

  return {
    self,
    async look(owner) {
      const id = `${owner.pid} ${owner.thread} ${owner.start}`;
      const known = seen.get(id);
      const now = performance.now();
      if (known && now - known.at < FRESH_MS) return known.verdict;
      const verdict = await look(owner);
      seen.set(id, { at: now, verdict });
      return verdict;
    },
  };
}

async function readStart(pid: number): Promise<{ state: string; start: string } | null> {
  const line = await run('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)]);
  const match = /^(\S+)\s+(\S.*)$/.exec(line);
  return match ? { state: match[1]!, start: match[2]! } : null;
}

/** Standard output of a program, trimmed; '' when it fails. */
function run(program: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    // Dates would follow the locale and the time zone of whoever asks.
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    execFile(program, args, { env, timeout: 5000 }, (error, stdout) => {
      resolve(error ? '' : stdout.trim());
    });
  });
}
