import { mkdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type WatchFolder, watchOriginals } from '../../src/plugin/watch-originals.ts';
import { createProject } from '../helpers/project.ts';

let end = (): void => {};
afterEach(() => end());

function follow(watchFolder?: WatchFolder) {
  const project = createProject({ '.image-prompt/originals/a.json': '' });
  const heard = vi.fn();
  end = watchOriginals(project.path('.image-prompt'), heard, watchFolder);
  return { originals: project.path('.image-prompt', 'originals'), heard };
}

async function hears(heard: ReturnType<typeof vi.fn>): Promise<void> {
  await expect.poll(() => heard.mock.calls.length).toBeGreaterThan(0);
  await sleep(300);
  heard.mockClear();
}

test('a folder that is removed and made again within one event is followed', async () => {
  const { originals, heard } = follow();
  rmSync(originals, { recursive: true });
  mkdirSync(originals);
  await hears(heard);
  writeFileSync(`${originals}/b.json`, '');
  await hears(heard);
});

test('a store that is made while the place for it is about to be watched', async () => {
  const project = createProject();
  const dir = project.path('deep', 'down', 'pictures');
  const heard = vi.fn();
  end = watchOriginals(dir, heard, (path, ...asked) => {
    mkdirSync(`${dir}/originals`, { recursive: true });
    return watch(path, ...asked);
  });
  writeFileSync(`${dir}/originals/a.json`, '');
  await hears(heard);
});

test('what cannot be watched is tried again', async () => {
  let refusals = 0;
  let full = true;
  const { originals, heard } = follow((...asked) => {
    if (!full) return watch(...asked);
    refusals++;
    throw new Error('ENOSPC: System limit for number of file watchers reached');
  });
  expect(refusals).toBeGreaterThan(0);
  full = false;
  await hears(heard);
  writeFileSync(`${originals}/b.json`, '');
  await hears(heard);
});

test('a store that cannot be watched while folders above it can is tried again', async () => {
  let full = true;
  const { originals, heard } = follow((path, ...asked) => {
    if (full && path.endsWith('originals')) throw new Error('EACCES: permission denied');
    return watch(path, ...asked);
  });
  writeFileSync(`${originals}/../note`, '');
  await sleep(300);
  expect(heard).not.toHaveBeenCalled();
  full = false;
  await hears(heard);
  writeFileSync(`${originals}/b.json`, '');
  await hears(heard);
});

test('files that writers leave for a moment are nothing', async () => {
  const { originals, heard } = follow();
  writeFileSync(`${originals}/.1-ab.tmp`, '');
  rmSync(`${originals}/.1-ab.tmp`);
  await sleep(300);
  expect(heard).not.toHaveBeenCalled();
});
