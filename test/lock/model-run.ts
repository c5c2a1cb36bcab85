import {
  giveBack,
  isHeld,
  type LockEntry,
  type LockFiles,
  type TakeOptions,
  tryTake,
} from '../../src/lock/protocol.ts';

export interface Protocol {
  tryTake: typeof tryTake;
  isHeld: typeof isHeld;
  giveBack: typeof giveBack;
}

export type Operation = { kind: 'judge' | keyof LockFiles; args: string[] };
export type Answer = string[] | LockEntry | boolean | null;
export type Step = { next: Operation } | { done: unknown };
export type Phase = 'take' | 'fence' | 'work' | 'return' | 'done' | 'crashed';

/** Gives the next operation of the call that a process is in, or what the call has come to. */
export type Stepper = (call: Omit<Call, 'text'>, text: string) => Promise<Step>;

/** Runs a call up to the first operation that has no answer yet. */
export function createStepper(changes: Partial<Protocol> = {}): Stepper {
  const protocol: Protocol = { tryTake, isHeld, giveBack, ...changes };
  const cache = new Map<string, Step>();
  return async ({ phase, held, answers }, text) => {
    const id = JSON.stringify([phase, held, text, answers]);
    let step = cache.get(id);
    if (step === undefined) {
      step = await run(protocol, { phase, held, answers, text });
      cache.set(id, step);
    }
    return step;
  };
}

interface Call {
  phase: Phase;
  held: string | null;
  answers: Answer[];
  text: string;
}

async function run(protocol: Protocol, { phase, held, answers, text }: Call): Promise<Step> {
  let used = 0;
  return await new Promise<Step>((resolve, reject) => {
    const ask = (kind: Operation['kind'], ...args: string[]): Promise<never> => {
      const answer = answers[used];
      used += 1;
      if (answer !== undefined) return Promise.resolve(structuredClone(answer) as never);
      resolve({ next: { kind, args } });
      return new Promise(() => {});
    };
    const files: LockFiles = {
      list: () => ask('list'),
      read: (name) => ask('read', name),
      create: (name, content) => ask('create', name, content),
      rename: (from, to) => ask('rename', from, to),
      remove: (name) => ask('remove', name),
      touch: (name) => ask('touch', name),
    };
    const isAbandoned: TakeOptions['isAbandoned'] = (name, { text: content, stamp }) =>
      ask('judge', name, content, stamp);
    const call =
      phase === 'take'
        ? protocol.tryTake({ files, text, isAbandoned })
        : phase === 'fence'
          ? protocol.isHeld(files, held!, text)
          : protocol.giveBack(files, held!, text);
    call.then((done) => resolve({ done }), reject);
  });
}
