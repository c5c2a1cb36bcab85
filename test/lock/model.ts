import {
  IDLE,
  listMoves,
  type ModelOptions,
  type ModelProcess,
  type State,
} from './model-moves.ts';
import { createStepper } from './model-run.ts';

export interface ModelResult {
  states: number;
  /** First broken invariant, with the operations that lead there; null when there is none. */
  violation: { rule: string; trace: string[] } | null;
  /** Ways to pass the fence that were seen: none would mean that nothing was checked. */
  passes: number;
}

/**
 * An exhaustive model checker for the lock. It does not restate the protocol: it runs the real
 * functions against a folder in memory, one file operation at a time, in every order, with a crash
 * possible before each of them.
 *
 * A running call is a deterministic function of the answers it has had, so a process needs no
 * snapshot: its state is the list of these answers, and asking for the next operation is cached.
 *
 * Visits every reachable state; returns the shortest way to a broken rule.
 */
export async function checkModel(options: ModelOptions): Promise<ModelResult> {
  const nextStep = createStepper(options.protocol);
  const processes = Array.from({ length: options.processes }, (): ModelProcess => {
    return { ...IDLE, phase: 'take', round: 0 };
  });
  const first: State = { files: {}, processes, mistakes: 0 };

  const states: State[] = [first];
  const ids = new Map<string, number>([[JSON.stringify(first), 0]]);
  const cameFrom: { id: number; label: string }[] = [{ id: -1, label: 'start' }];
  const before: number[][] = [[]];
  let passes = 0;

  const traceTo = (id: number): string[] => {
    const labels: string[] = [];
    for (let at = id; at > 0; at = cameFrom[at]!.id) labels.unshift(cameFrom[at]!.label);
    return labels;
  };

  for (let id = 0; id < states.length; id += 1) {
    for (const move of await listMoves(states[id]!, options, nextStep)) {
      if (move.broken) {
        const trace = [...traceTo(id), move.label];
        return { states: states.length, passes, violation: { rule: move.broken, trace } };
      }
      if (move.label.endsWith('passes the fence')) passes += 1;
      const text = JSON.stringify(move.state);
      let target = ids.get(text);
      if (target === undefined) {
        target = states.push(move.state) - 1;
        ids.set(text, target);
        cameFrom.push({ id, label: move.label });
        before.push([]);
      }
      before[target]!.push(id);
    }
    // Only its successors are needed from here on.
    if (!isOver(states[id]!)) states[id] = { files: {}, processes: [], mistakes: 0 };
  }

  // Liveness: from wherever a run has come, all who live can still get their turn.
  const hopeful = new Set<number>();
  const queue = states.flatMap((state, id) => (state.processes.length > 0 ? [id] : []));
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (hopeful.has(id)) continue;
    hopeful.add(id);
    queue.push(...before[id]!);
  }
  const stuck = states.findIndex((_, id) => !hopeful.has(id));
  const violation = stuck < 0 ? null : { rule: 'nobody is stuck', trace: traceTo(stuck) };
  return { states: states.length, passes, violation };
}

function isOver({ processes }: State): boolean {
  return processes.every(({ phase }) => phase === 'done' || phase === 'crashed');
}
