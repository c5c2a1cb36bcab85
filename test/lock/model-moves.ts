import type { Attempt } from '../../src/lock/protocol.ts';
import type { Answer, Operation, Phase, Protocol, Stepper } from './model-run.ts';

export interface ModelOptions {
  processes: number;
  /** How often each process takes the lock and gives it back. */
  rounds: number;
  /** How many processes may die. */
  crashes: number;
  /** How often an owner who lives is taken for gone, because it slept longer than the limit. */
  mistakes: number;
  /** Whether a process can prove the death of another; else it has the heartbeat only. */
  knows(observer: number, owner: number): boolean;
  /** Replaced to show that the checker notices a broken protocol. */
  protocol?: Partial<Protocol>;
}

export interface ModelFile {
  text: string;
  /** Grows with each heartbeat, like a modification time. */
  beats: number;
}

export interface ModelProcess {
  phase: Phase;
  round: number;
  answers: Answer[];
  held: string | null;
  /** Stamps it has seen and may later find unchanged for too long. */
  watched: Record<string, string>;
  /** Ghost, as all below: only the invariants use it. The claim it has made in this attempt. */
  claim: string | null;
  /** Claims it found stale in this attempt. */
  stale: string[];
  /** Those who had begun to watch our claim before we came to the fence. */
  early: number[];
  /** Whether somebody found our claim stale and took over, and had begun to watch it after our fence. */
  robbed: 'no' | 'fairly' | 'unfairly';
  /** Whether anybody found it stale. */
  suspected: boolean;
}

export interface State {
  files: Record<string, ModelFile>;
  processes: ModelProcess[];
  mistakes: number;
}

export interface Move {
  label: string;
  state: State;
  /** Rule that this move breaks. */
  broken?: string;
}

export const IDLE: Omit<ModelProcess, 'phase' | 'round'> = {
  answers: [],
  held: null,
  claim: null,
  watched: {},
  stale: [],
  early: [],
  robbed: 'no',
  suspected: false,
};

function copyState({ files, processes, mistakes }: State): State {
  const copies = Object.entries(files).map(([name, file]) => [name, { ...file }] as const);
  return {
    files: Object.fromEntries(copies),
    processes: processes.map((process) => ({
      ...process,
      answers: [...process.answers],
      watched: { ...process.watched },
      stale: [...process.stale],
      early: [...process.early],
    })),
    mistakes,
  };
}

/** Everything that can happen next. */
export async function listMoves(
  state: State,
  options: ModelOptions,
  nextStep: Stepper,
): Promise<Move[]> {
  const moves: Move[] = [];
  const crashed = state.processes.filter(({ phase }) => phase === 'crashed').length;
  for (const [index, process] of state.processes.entries()) {
    if (process.phase === 'done' || process.phase === 'crashed') continue;
    if (crashed < options.crashes) {
      const move = copyState(state);
      move.processes[index] = { ...IDLE, round: 0, phase: 'crashed' };
      moves.push({ label: `${index} crashes`, state: move });
    }
    if (process.phase === 'work') {
      const move = copyState(state);
      move.processes[index]!.phase = 'return';
      moves.push({ label: `${index} has done its work`, state: move });
      continue;
    }
    const text = `${index}.${process.round}`;
    const step = await nextStep(process, text);
    if (!('next' in step)) throw new Error('A finished call was left standing');
    for (const { answer, state: after } of answerOperation(state, index, step.next, options)) {
      after.processes[index]!.answers.push(answer);
      const label = `${index} ${step.next.kind} ${step.next.args[0] ?? ''} → ${JSON.stringify(answer)}`;
      const end = await nextStep(after.processes[index]!, text);
      if ('done' in end) {
        const { rounds } = options;
        moves.push(finishCall({ state: after, index, result: end.done, label, rounds }));
      } else {
        moves.push({ label, state: after });
      }
    }
  }
  return moves;
}

/** Carries out one operation; some have more than one possible answer. */
function answerOperation(
  before: State,
  index: number,
  { kind, args }: Operation,
  options: ModelOptions,
): { answer: Answer; state: State }[] {
  const state = copyState(before);
  const { files } = state;
  const process = state.processes[index]!;
  if (process.phase === 'fence' && process.answers.length === 0) {
    process.early = findObservers(state, process);
  }
  const [name = '', text = ''] = args;
  const file = files[name];
  switch (kind) {
    case 'list':
      return [{ answer: Object.keys(files).sort(), state }];
    case 'read':
      return [{ answer: file ? { text: file.text, stamp: String(file.beats) } : null, state }];
    case 'create':
      files[name] ??= { text, beats: 0 };
      if (file === undefined) process.claim = `${name} ${text}`;
      return [{ answer: file === undefined, state }];
    case 'touch':
      if (file) file.beats += 1;
      return [{ answer: file !== undefined, state }];
    case 'remove':
      delete files[name];
      return [{ answer: null, state }];
    case 'rename':
      if (file) {
        delete files[name];
        files[text] = file;
      }
      return [{ answer: null, state }];
    case 'judge': {
      const [, content = '', stamp = ''] = args;
      const owner = Number.parseInt(content, 10);
      if (options.knows(index, owner)) {
        return [{ answer: state.processes[owner]!.phase === 'crashed', state }];
      }
      const seen = `${content} ${stamp}`;
      const waits = copyState(state);
      if (process.watched[name] !== seen) {
        const watched = waits.processes[owner]!;
        watched.early = watched.early.filter((observer) => observer !== index);
        waits.processes[index]!.watched[name] = seen;
        return [{ answer: false, state: waits }];
      }
      // Unchanged since an earlier look: the time may or may not be up.
      const claim = `${name} ${content}`;
      process.stale.push(claim);
      const suspect = state.processes[owner]!;
      if (suspect.claim === claim) suspect.suspected = true;
      if (suspect.phase !== 'crashed') state.mistakes += 1;
      return [
        { answer: false, state: waits },
        ...(state.mistakes > options.mistakes ? [] : [{ answer: true, state }]),
      ];
    }
  }
}

function findObservers({ processes }: State, { held, claim }: ModelProcess): number[] {
  return [...processes.keys()].filter((index) => {
    const { watched, stale } = processes[index]!;
    return watched[held!] !== undefined || stale.includes(claim!);
  });
}

/** Goes on with the next call of a process and checks the invariants where a call has ended. */
function finishCall(call: {
  state: State;
  index: number;
  result: unknown;
  label: string;
  rounds: number;
}): Move {
  const { state, index, result, label, rounds } = call;
  const process = state.processes[index]!;
  process.answers = [];
  if (process.phase === 'take') {
    const attempt = result as Attempt;
    if (attempt.outcome === 'taken') {
      Object.assign(process, { phase: 'fence', held: attempt.name, watched: {} });
      for (const victim of state.processes) {
        if (!process.stale.includes(victim.claim ?? '')) continue;
        victim.robbed = victim.early.includes(index) ? 'unfairly' : 'fairly';
      }
    } else {
      process.claim = null;
      process.robbed = 'no';
      process.suspected = false;
    }
    process.stale = [];
    return { label: `${label}, ${attempt.outcome}`, state };
  }
  if (process.phase === 'fence' && result === true) {
    process.phase = 'work';
    const passed: Move = { label: `${label}, passes the fence`, state };
    if (process.robbed !== 'no') return { ...passed, broken: 'a robbed owner does not pass' };
    for (const other of state.processes) {
      if (other === process || other.phase !== 'work') continue;
      // Whoever passed may be overtaken only after a whole time limit that began after its fence.
      if (other.robbed !== 'fairly') return { ...passed, broken: 'one owner at a time' };
    }
    return passed;
  }
  if (process.phase === 'fence') {
    process.phase = 'return';
    const failed: Move = { label: `${label}, fails the fence`, state };
    return process.suspected ? failed : { ...failed, broken: 'nobody loses a lock without cause' };
  }
  const round = process.round + 1;
  const phase = round === rounds ? 'done' : 'take';
  state.processes[index] = { ...IDLE, phase, round };
  return { label: `${label}, gave it back`, state };
}
