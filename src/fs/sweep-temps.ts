import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of unfinished files: the process that writes them, and chance. */
const TEMP = /^\.?(\d+)-[0-9a-f]+\.tmp$/;
/** No write takes so long; a file of this age in a foreign process's name is nobody's. */
const OLD_MS = 60 * 60 * 1000;

/**
 * Removes what processes that were killed left unfinished in a folder. Files of living processes stay,
 * unless they are an hour old: a process id says nothing about another container or another day.
 */
export async function sweepTemps(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = TEMP.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const age = now.getTime() - ((await stat(path).catch(() => null))?.mtimeMs ?? now.getTime());
    if (age > OLD_MS || !isAlive(Number(pid))) await rm(path, { force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
