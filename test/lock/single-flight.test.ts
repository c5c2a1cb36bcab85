import { expect, test, vi } from 'vitest';
import { singleFlight } from '../../src/lock/single-flight.ts';

test('callers at one time share the work, later ones start anew', async () => {
  const work = vi.fn(async () => ({}));
  const [first, second] = await Promise.all([singleFlight('a', work), singleFlight('a', work)]);
  expect(second).toBe(first);
  expect(await singleFlight('a', work)).not.toBe(first);
  expect(work).toHaveBeenCalledTimes(2);
});

test('keys are apart', async () => {
  const both = [singleFlight('a', async () => 1), singleFlight('b', async () => 2)];
  expect(await Promise.all(both)).toEqual([1, 2]);
});

test('an error reaches all callers and is not remembered', async () => {
  const fail = (): Promise<never> => {
    throw new Error('at once');
  };
  const both = [singleFlight('a', fail), singleFlight('a', fail)];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
  expect(await singleFlight('a', async () => 'fine')).toBe('fine');
});

test('another copy of the package shares the work', async () => {
  vi.resetModules();
  const copy = await import('../../src/lock/single-flight.ts');
  expect(copy.singleFlight).not.toBe(singleFlight);
  const work = vi.fn(async () => ({}));
  const both = await Promise.all([singleFlight('a', work), copy.singleFlight('a', work)]);
  expect(both[0]).toBe(both[1]);
  expect(work).toHaveBeenCalledOnce();
});
