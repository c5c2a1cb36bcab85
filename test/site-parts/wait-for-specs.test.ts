import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSpecWaiter } from '../../src/sites/nuxt/wait-for-specs.ts';
import { createProject } from '../helpers/project.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

function start() {
  const project = createProject({});
  let times = 0;
  const waiter = createSpecWaiter(() => void times++);
  return {
    ...project,
    waiter,
    /** @returns how often it was told so far, after the next look */
    look(): number {
      vi.advanceTimersByTime(300);
      return times;
    },
  };
}

test('specs that come together are told once, a look after they were seen', () => {
  const { waiter, look, write, path } = start();
  waiter.waitFor(path('a.image.yaml'));
  waiter.waitFor(path('b.image.yaml'));
  waiter.waitFor(path('c.image.yaml'));
  expect(look()).toBe(0);
  write('a.image.yaml', '');
  write('b.image.yaml', '');
  expect(look()).toBe(0);
  expect(look()).toBe(1);
  expect(look()).toBe(1);
  write('c.image.yaml', '');
  expect([look(), look()]).toEqual([1, 2]);
  // Nothing is left to look for.
  expect(vi.getTimerCount()).toBe(0);
});

test('it waits for what keeps coming, and begins anew', () => {
  const { waiter, look, write, path } = start();
  waiter.waitFor(path('a.image.yaml'));
  waiter.waitFor(path('b.image.yaml'));
  write('a.image.yaml', '');
  expect(look()).toBe(0);
  write('b.image.yaml', '');
  expect([look(), look()]).toEqual([0, 1]);
  waiter.waitFor(path('c.image.yaml'));
  write('c.image.yaml', '');
  expect([look(), look()]).toEqual([1, 2]);
});

test('what was created before the first look counts, a folder does not, and one that is closed tells nothing', () => {
  const { waiter, look, write, path } = start();
  mkdirSync(path('folder.image.yaml'));
  waiter.waitFor(path('folder.image.yaml'));
  expect([look(), look()]).toEqual([0, 0]);
  waiter.waitFor(path('a.image.yaml'));
  write('a.image.yaml', '');
  expect(look()).toBe(0);
  waiter.close();
  expect([look(), look()]).toEqual([0, 0]);
  expect(vi.getTimerCount()).toBe(0);
});
