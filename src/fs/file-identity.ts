import { type BigIntStats, lstatSync } from 'node:fs';

/** What the file system says of a plain file without opening it. */
export interface FileIdentity {
  /**
   * Size, times and number as one word. It changes when somebody writes, replaces, copies or checks out
   * the file, also under its old modification time: the time of the last change of status is the part
   * that no program can set back. Who has seen the content under one identity need not look again.
   */
  id: string;
  /** When content or status last changed, in milliseconds since 1970 by the clock of the file system. */
  changedMs: number;
}

/** Identifies a plain file; null when there is none, something else in its place, or nothing to be learned. */
export function identifyFile(path: string): FileIdentity | null {
  const stats = look(path);
  if (!stats?.isFile()) return null;
  const { size, mtimeNs, ctimeNs, ino, ctimeMs } = stats;
  const id = [size, mtimeNs, ctimeNs, ino].map((value) => value.toString(36)).join('.');
  return { id, changedMs: Number(ctimeMs) };
}

/** File systems count time in steps of up to this: what was written since may be written again unseen. */
const CLOCK_STEP_MS = 2000;

/** Whether a change from now on would give another identity, so that what is seen now may be remembered. */
export function isAtRest({ changedMs }: FileIdentity): boolean {
  return Date.now() - changedMs > CLOCK_STEP_MS;
}

function look(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false, bigint: true });
  } catch {
    // Whoever opens it then meets the same trouble, and says what it is.
    return undefined;
  }
}
