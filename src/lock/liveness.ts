import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import type { ProcessIdentity } from './owner.ts';
import { createProcTable } from './proc.ts';
import { createPsTable } from './ps.ts';

/** `dead` is a proof; `unknown` leaves it to the heartbeat. */
export type Verdict = 'alive' | 'dead' | 'unknown';

/** What one system tells of its processes. */
export interface ProcessTable {
  self: Omit<ProcessIdentity, 'pid' | 'host'>;
  /** Judges an owner of this boot and space whose pid is in use. */
  look(owner: ProcessIdentity): Promise<Verdict>;
}

/** Knows who we are and whether others live. */
export interface ProcessProbe {
  self: ProcessIdentity;
  judge(owner: ProcessIdentity): Promise<Verdict>;
}

/** Looks at the processes of this machine. */
export async function createProcessProbe(
  platform: NodeJS.Platform = process.platform,
): Promise<ProcessProbe> {
  const table = await createTable(platform);
  const self = { ...table.self, pid: process.pid, host: hostname() };

  async function judge(owner: ProcessIdentity): Promise<Verdict> {
    // Many machines call themselves so: the name proves nothing.
    if (owner.host !== self.host || owner.host === 'localhost') return 'unknown';
    if (owner.boot !== '' && self.boot !== '' && owner.boot !== self.boot) return 'dead';
    if (owner.boot !== self.boot || owner.space !== self.space) return 'unknown';
    if (isUnused(owner.pid)) return 'dead';
    const verdict = await table.look(owner);
    // It may have gone while we looked.
    return verdict === 'unknown' && isUnused(owner.pid) ? 'dead' : verdict;
  }

  return { self, judge };
}

async function createTable(platform: NodeJS.Platform): Promise<ProcessTable> {
  if (platform === 'linux') return createProcTable();
  if (platform !== 'win32') return createPsTable();
  // Windows gives a pid away again at once, and Node tells nothing more about it.
  return {
    self: { thread: threadId, start: '', boot: '', space: '' },
    look: async () => 'unknown',
  };
}

function isUnused(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
