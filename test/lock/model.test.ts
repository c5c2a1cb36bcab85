import { describe, expect, test } from 'vitest';
import { giveBack, isHeld, type LockEntry, tryTake } from '../../src/lock/protocol.ts';
import { checkModel } from './model.ts';
import type { ModelOptions } from './model-moves.ts';
import type { Protocol } from './model-run.ts';

const everybody = (): boolean => true;
const nobody = (): boolean => false;
/** The first two processes are on one machine, the third is elsewhere. */
const neighbours = (a: number, b: number): boolean => a < 2 && b < 2;

const SMALL = { processes: 2, rounds: 1, crashes: 2, mistakes: 0, knows: everybody };
const CASES: Record<string, ModelOptions> = {
  'two processes, two rounds each': { ...SMALL, rounds: 2 },
  'three processes': { ...SMALL, processes: 3, crashes: 3 },
  'two machines, one of them asleep for once': { ...SMALL, mistakes: 1, knows: nobody },
  'two machines, asleep in turn': { ...SMALL, crashes: 0, mistakes: 2, knows: nobody },
  'two machines with three processes': { ...SMALL, processes: 3, crashes: 1, knows: neighbours },
};

describe('every interleaving, with a crash before every operation', () => {
  test.each(Object.entries(CASES))('%s', async (_, options) => {
    const { violation, passes, states } = await checkModel(options);
    expect(violation).toBeNull();
    expect(passes).toBeGreaterThan(10);
    expect(states).toBeGreaterThan(1000);
  });
});

const MUTANTS: Record<string, [rule: string, Partial<Protocol>, Partial<ModelOptions>]> = {
  'the winner does not look again': [
    'nobody loses a lock without cause',
    {
      tryTake(options) {
        const { files } = options;
        let own: string | undefined;
        const create = async (name: string, text: string): Promise<boolean> => {
          const created = await files.create(name, text);
          if (created) own = name;
          return created;
        };
        const list = async (): Promise<string[]> => (own ? [own] : files.list());
        return tryTake({ ...options, files: { ...files, create, list } });
      },
    },
    {},
  ],
  'a withdrawn claim frees what is below it': [
    'one owner at a time',
    {
      tryTake(options) {
        const { files } = options;
        const rename = (from: string): Promise<void> => files.rename(from, `${from}-free`);
        return tryTake({ ...options, files: { ...files, rename } });
      },
    },
    { mistakes: 1, knows: nobody },
  ],
  'a heartbeat in the last moment is overlooked': [
    'one owner at a time',
    {
      tryTake(options) {
        const { files } = options;
        const seen = new Map<string, LockEntry | null>();
        const read = async (name: string): Promise<LockEntry | null> => {
          if (!seen.has(name)) seen.set(name, await files.read(name));
          return seen.get(name) ?? null;
        };
        return tryTake({ ...options, files: { ...files, read } });
      },
    },
    { mistakes: 1, knows: nobody },
  ],
  'the fence does not touch': [
    'one owner at a time',
    { isHeld: (files, ...rest) => isHeld({ ...files, touch: async () => true }, ...rest) },
    { mistakes: 1, knows: nobody },
  ],
  'there is no fence': [
    'a robbed owner does not pass',
    { isHeld: async (files, name) => (await files.read(name)) !== null || true },
    { mistakes: 1, knows: nobody },
  ],
  'a withdrawn claim leaves its number': [
    'nobody loses a lock without cause',
    {
      tryTake(options) {
        const { files } = options;
        return tryTake({ ...options, files: { ...files, rename: (from) => files.remove(from) } });
      },
    },
    { crashes: 0, mistakes: 2, knows: nobody },
  ],
  'a released lock leaves its number': [
    'nobody loses a lock without cause',
    { giveBack: (files, ...rest) => giveBack({ ...files, rename: files.remove }, ...rest) },
    { processes: 3, crashes: 0, mistakes: 1, knows: nobody },
  ],
  'nobody gives it back': [
    'nobody is stuck',
    { giveBack: async (files, name) => void (await files.read(name)) },
    { crashes: 0 },
  ],
};

test.each(Object.entries(MUTANTS))(
  'the checker sees when %s',
  async (_, [rule, protocol, options]) => {
    const { violation } = await checkModel({ ...SMALL, ...options, protocol });
    expect(violation?.rule).toBe(rule);
  },
);
