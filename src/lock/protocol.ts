/**
 * The generations protocol, without clocks, processes and file systems: see README.md. The model
 * test runs these very functions through every interleaving, so each `await` is one atomic step.
 */

/** A lock file as it was read. */
export interface LockEntry {
  /** Its content; '' when it cannot be read. */
  text: string;
  /** Differs after every heartbeat. */
  stamp: string;
}

/** The folder of one key. */
export interface LockFiles {
  list(): Promise<string[]>;
  /** Null when there is no such file. */
  read(name: string): Promise<LockEntry | null>;
  /** Creates a complete file; false when the name is taken or the attempt should be repeated. */
  create(name: string, text: string): Promise<boolean>;
  /** Renames a file; nothing happens when there is none. */
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Heartbeat; false when there is no such file. */
  touch(name: string): Promise<boolean>;
}

export interface TakeOptions {
  files: LockFiles;
  /** Our own record. */
  text: string;
  /** Whether the owner of a claim is gone. */
  isAbandoned(name: string, entry: LockEntry): Promise<boolean>;
}

/** How an attempt ended; after `changed` the next one may follow at once. */
export type Attempt =
  | { outcome: 'taken'; name: string }
  | { outcome: 'blocked'; by: LockEntry }
  | { outcome: 'changed' };

/** `void` was withdrawn and frees nothing below it; `free` was given back, and all below with it. */
type GenerationState = 'claim' | 'free' | 'void';

interface Generation {
  name: string;
  index: number;
  state: GenerationState;
}

const NAME = /^g(0|[1-9]\d{0,14})(?:-(free|void))?$/;
const MAX_INDEX = 999_999_999_999_999;

/** Tries once to become the owner of the newest generation. */
export async function tryTake({ files, text, isAbandoned }: TakeOptions): Promise<Attempt> {
  const generations = parseGenerations(await files.list());
  const lastFree = generations.findLastIndex(({ state }) => state === 'free');
  const claims: [string, LockEntry][] = [];
  // Not only the newest: a claim above a living holder may be of one who died while checking it.
  for (const { name, state } of generations.slice(lastFree + 1)) {
    if (state === 'void') continue;
    const entry = await files.read(name);
    if (entry === null) return { outcome: 'changed' };
    if (!(await isAbandoned(name, entry))) return { outcome: 'blocked', by: entry };
    claims.push([name, entry]);
  }

  const index = (generations.at(-1)?.index ?? -1) + 1;
  if (index > MAX_INDEX) throw new RangeError(`Expected a lock below ${MAX_INDEX} generations`);
  const name = `g${index}`;
  if (!(await files.create(name, text))) return { outcome: 'changed' };
  let lawful = false;
  try {
    lawful = isNewest(parseGenerations(await files.list()), name);
    lawful &&= await areUnchanged(files, claims);
  } finally {
    // Also after an error: as long as we live, others would wait for this claim. The number stays
    // taken, else somebody slow could put a claim above a living owner who counts from below.
    if (!lawful) await files.rename(name, `${name}-void`);
  }
  if (!lawful) return { outcome: 'changed' };
  await removeOld(files, generations);
  return { outcome: 'taken', name };
}

/** The fence: whether the generation is still ours and the newest. */
export async function isHeld(files: LockFiles, name: string, text: string): Promise<boolean> {
  // Touch before list: whoever judged us by an older stamp sees the new one, or we see their claim.
  if (!(await files.touch(name))) return false;
  if ((await files.read(name))?.text !== text) return false;
  const generations = parseGenerations(await files.list());
  return isNewest(
    generations.filter(({ state }) => state !== 'void'),
    name,
  );
}

/** Marks our generation as free. It stays as the newest, so that no number is ever used twice. */
export async function giveBack(files: LockFiles, name: string, text: string): Promise<void> {
  // Ours unless the folder was deleted and counts anew.
  if ((await files.read(name))?.text === text) await files.rename(name, `${name}-free`);
}

async function areUnchanged(files: LockFiles, claims: [string, LockEntry][]): Promise<boolean> {
  for (const [name, before] of claims) {
    const now = await files.read(name);
    if (now?.text !== before.text || now.stamp !== before.stamp) return false;
  }
  return true;
}

async function removeOld(files: LockFiles, generations: Generation[]): Promise<void> {
  try {
    // Oldest first: a crash in between must not uncover a claim that a free generation had covered.
    for (const { name } of generations) await files.remove(name);
  } catch {
    // What lies below a newer generation counts for nothing; the next owner tries again.
  }
}

function parseGenerations(names: string[]): Generation[] {
  const generations: Generation[] = [];
  for (const name of names) {
    const [, digits, state = 'claim'] = NAME.exec(name) ?? [];
    if (digits === undefined) continue;
    generations.push({ name, index: Number(digits), state: state as GenerationState });
  }
  // At the same number, which only somebody slow can use again, their claim comes last.
  const isClaim = ({ state }: Generation): number => Number(state === 'claim');
  return generations.sort((a, b) => a.index - b.index || isClaim(a) - isClaim(b));
}

function isNewest(generations: Generation[], name: string): boolean {
  const [own, next] = generations.toReversed();
  return own?.name === name && (next === undefined || next.index < own.index);
}
