import { expect, test } from 'vitest';
import { tryTake } from '../../src/lock/protocol.ts';
import { checkModel } from '../lock/model.ts';
import type { Protocol } from '../lock/model-run.ts';

const isClaim = (name: string): boolean => /^g\d+$/.test(name);

// The hole that needs three: one sleeps behind the fence, one dies while checking its claim on
// that lock, and the third proves the death of the second only.
test('the model checker sees when only the newest claim is judged', async () => {
  const judgeNewest: Protocol['tryTake'] = (options) => {
    const { files } = options;
    const list = async (): Promise<string[]> => {
      const names = await files.list();
      const claims = names.filter(isClaim).sort();
      return names.filter((name) => !isClaim(name) || name === claims.at(-1));
    };
    return tryTake({ ...options, files: { ...files, list } });
  };
  const { violation } = await checkModel({
    processes: 3,
    rounds: 1,
    crashes: 1,
    mistakes: 1,
    knows: (observer, owner) => observer < 2 && owner < 2,
    protocol: { tryTake: judgeNewest },
  });
  expect(violation?.rule).toBe('one owner at a time');
});
