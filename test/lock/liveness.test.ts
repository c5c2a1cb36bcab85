import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createProcessProbe } from '../../src/lock/liveness.ts';
import { createStaleWatch } from '../../src/lock/stale-watch.ts';

const isLinux = process.platform === 'linux';

const UNIX: NodeJS.Platform[] = isLinux ? ['linux', 'darwin'] : [process.platform];

// `ps` exists on Linux as well, so that the way of macOS is tested there too.
describe.skipIf(process.platform === 'win32').each(UNIX)('as on %s', (platform) => {
  test('this process lives, and one that started at another time does not', async () => {
    const { self, judge } = await createProcessProbe(platform);
    expect(self.pid).toBe(process.pid);
    expect(self.start).not.toBe('');
    expect(await judge(self)).toBe('alive');
    expect(await judge({ ...self, start: `${self.start}0` })).toBe('dead');
  });

  test('a process that has ended is dead', async () => {
    const { self, judge } = await createProcessProbe(platform);
    const child = spawn('true');
    await once(child, 'exit');
    expect(await judge({ ...self, pid: child.pid! })).toBe('dead');
  });

  test('nothing is known about other machines and namespaces', async () => {
    const { self, judge } = await createProcessProbe(platform);
    const gone = { ...self, start: 'gone' };
    expect(await judge({ ...gone, host: 'elsewhere' })).toBe('unknown');
    expect(await judge({ ...gone, host: 'localhost' })).toBe('unknown');
    expect(await judge({ ...gone, space: 'pid:[1]' })).toBe('unknown');
    expect(await judge({ ...self, start: '' })).toBe('unknown');
  });
});

describe.skipIf(!isLinux)('on Linux', () => {
  test('another boot of this machine has ended all its processes', async () => {
    const { self, judge } = await createProcessProbe();
    expect(await judge({ ...self, boot: 'earlier' })).toBe('dead');
    expect(await judge({ ...self, boot: '' })).toBe('unknown');
  });

  test('a zombie is dead', async () => {
    const { self, judge } = await createProcessProbe();
    // `exec` makes the sleeper the parent of a child that it never asks about. The child outlives the
    // shell, which would ask about it.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 10']);
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(output).trim());
    const readStat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
    await expect.poll(readStat).toMatch(/\) Z /);
    const start = readStat().split(') ')[1]!.split(' ')[19]!;
    expect(await judge({ ...self, pid, thread: pid, start })).toBe('dead');
    parent.kill();
  });

  test('a thread that is gone is dead though its process lives', async () => {
    const { self, judge } = await createProcessProbe();
    expect(await judge({ ...self, thread: 2 ** 30 })).toBe('dead');
  });
});

describe('on Windows', () => {
  test('a pid that is free is dead, one in use says nothing', async () => {
    const { self, judge } = await createProcessProbe('win32');
    expect(await judge(self)).toBe('unknown');
    expect(await judge({ ...self, pid: 2 ** 30 })).toBe('dead');
  });
});

describe('the heartbeat', () => {
  test('is given up after the limit without a change, by the own clock', () => {
    let now = 0;
    const watch = createStaleWatch(1000, () => now);
    const looks = Array.from({ length: 12 }, () => {
      now += 100;
      return watch.isStale('g0', { text: 'a', stamp: '1' });
    });
    expect(looks.indexOf(true)).toBe(10);
    expect(watch.isStale('g0', { text: 'a', stamp: '2' })).toBe(false);
    expect(watch.isStale('g1', { text: 'a', stamp: '1' })).toBe(false);
  });

  test('is not given up because the watcher itself slept', () => {
    let now = 0;
    const watch = createStaleWatch(1000, () => now);
    watch.isStale('g0', { text: 'a', stamp: '1' });
    now += 3_600_000;
    expect(watch.isStale('g0', { text: 'a', stamp: '1' })).toBe(false);
  });
});
