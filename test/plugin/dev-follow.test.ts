// When a page is told that the store has changed. Files are real; the server is a stand-in whose watcher sees
// nothing, as one that has not looked around yet, and the session one whose pictures the test decides.
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ViteDevServer } from 'vite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDevFollower, type DevFollower } from '../../src/plugin/dev-follow.ts';
import type { Session } from '../../src/plugin/session.ts';
import { createProject, type Project } from '../helpers/project.ts';

const SPEC = '/site/a.image.yaml';
let project: Project;
let store: string;
let follower: DevFollower;
let server: ViteDevServer;
let sources: Map<string, string>;
/** What the picture would be cut from now. */
let current: string;
let complaints: string[];
let onMissing: string;
/** What the watcher of Vite was given. */
let watched: unknown[];
const reloadModule = vi.fn();
const rereadStore = vi.fn();

beforeEach(async () => {
  vi.clearAllMocks();
  project = createProject();
  store = project.path('.image-prompt');
  current = 'sketch';
  complaints = [];
  onMissing = 'generate';
  watched = [];
  sources = new Map([[SPEC, current]]);
  follower = createDevFollower({
    root: project.root,
    options: async () => ({ dir: store, onMissing }),
    engine: async () => ({ peek: async () => current }),
    rereadStore,
    reopen: () => {},
    sources,
    dependenciesOf: () => [],
    missingOf: () => [],
  } as unknown as Session);
  server = attach();
  await follower.followStore();
  // It looks at the store once by itself.
  await sleep(200);
  rereadStore.mockClear();
});
afterEach(() => end(server));

function attach(): ViteDevServer {
  const module = { isSelfAccepting: false };
  const started = {
    config: {
      experimental: {},
      server: {},
      logger: { error: (text: string) => complaints.push(text) },
    },
    watcher: { add: (...given: unknown[]) => void watched.push(given), close: async () => {} },
    environments: {
      client: { moduleGraph: { getModulesByFile: () => new Set([module]) }, reloadModule },
    },
  } as unknown as ViteDevServer;
  follower.attach(started);
  return started;
}

async function end({ watcher }: ViteDevServer): Promise<void> {
  await watcher.close();
}

function buy(name: string): string {
  const record = `${store}/originals/${name}.json`;
  mkdirSync(`${store}/originals`, { recursive: true });
  writeFileSync(record, '');
  current = name;
  return record;
}

const reloads = (): number => reloadModule.mock.calls.length;

test('an original is seen before the watcher of Vite has looked around', async () => {
  buy('paid');
  await expect.poll(reloads).toBe(1);
  expect(rereadStore).toHaveBeenCalled();
});

test('a page that loaded the old picture all the same is told again', async () => {
  const record = buy('paid');
  await expect.poll(reloads).toBe(1);
  follower.follow(SPEC);
  follower.see(record, 'create');
  await expect.poll(reloads).toBe(2);
});

test('a page is told once, however often the change is seen', async () => {
  const record = buy('paid');
  await expect.poll(reloads).toBe(1);
  follower.see(record, 'create');
  await sleep(200);
  expect(reloads()).toBe(1);

  // Not loaded yet, and another one already.
  follower.see(buy('other'), 'create');
  await expect.poll(reloads).toBe(2);
  sources.set(SPEC, 'other');
  follower.see(buy('third'), 'create');
  await expect.poll(reloads).toBe(3);
  // The watcher of Vite is heard of by now.
  buy('fourth');
  await sleep(300);
  expect(reloads()).toBe(3);
});

test('what writers leave for a moment is nothing', async () => {
  mkdirSync(`${store}/originals`, { recursive: true });
  await sleep(300);
  rereadStore.mockClear();
  writeFileSync(`${store}/originals/.1-ab.tmp`, '');
  follower.see(`${store}/originals/.1-ab.tmp`, 'create');
  current = 'paid';
  await sleep(300);
  expect(rereadStore).not.toHaveBeenCalled();
  expect(reloads()).toBe(0);
});

test('a page that failed for a missing picture is not made to ask for it again', async () => {
  sources.set(SPEC, 'failed:PROVIDER_BALANCE');
  buy('missing:0123');
  await sleep(400);
  expect(reloads()).toBe(0);
  buy('store:4567');
  await expect.poll(reloads).toBe(1);
});

test('a reload that fails is tried again with the next change, and stops no other', async () => {
  const other = '/site/b.image.yaml';
  sources.set(other, 'sketch');
  reloadModule.mockRejectedValueOnce(new Error('no'));
  const record = buy('paid');
  await expect.poll(reloads).toBe(2);
  expect(complaints).toEqual(['image-prompt: Error: no']);
  follower.see(record, 'update');
  await expect.poll(reloads).toBe(3);
});

test('there and back before the page has loaded it is another change', async () => {
  buy('paid');
  await expect.poll(reloads).toBe(1);
  buy('sketch');
  await sleep(300);
  buy('paid');
  await expect.poll(reloads).toBe(2);
});

test('a page that failed is told of every change: the next one may mend it', async () => {
  sources.set(SPEC, 'failed:STORE_BROKEN');
  // What is recorded is the same before and after its bytes are back.
  const record = buy('paid');
  await expect.poll(reloads).toBe(1);
  follower.see(record, 'update');
  await expect.poll(reloads).toBe(2);
});

test('the configuration counts, whether the picture is another one or not', async () => {
  buy('paid');
  await expect.poll(reloads).toBe(1);
  follower.see(project.path('image-prompt.config.mjs'), 'update');
  await expect.poll(reloads).toBe(2);
});

test('a server that is started again is told, whenever the last one ends', async () => {
  const last = server;
  server = attach();
  await follower.followStore();
  await end(last);
  // Both look at the store once by themselves.
  await sleep(200);
  buy('paid');
  await expect.poll(reloads).toBe(1);
});

test('of a set a page may use what is there', async () => {
  sources.set(SPEC, 'failed:MISSING_FROZEN');
  buy('missing:01\nmissing:23');
  await sleep(400);
  expect(reloads()).toBe(0);
  buy('store:45\nmissing:23');
  await expect.poll(reloads).toBe(1);
  // It may have failed for the other one, and a load would ask for that again.
  follower.follow(SPEC);
  follower.see(buy('store:45\nmissing:23'), 'update');
  await sleep(400);
  expect(reloads()).toBe(1);
  follower.see(buy('store:45\nstore:67'), 'update');
  await expect.poll(reloads).toBe(2);
});

test('a page that failed is told of every change where no load pays', async () => {
  onMissing = 'error';
  sources.set(SPEC, 'failed:STORE_BROKEN');
  buy('store:45\nmissing:23');
  await expect.poll(reloads).toBe(1);
  // The bytes of 45 come, under the same name.
  follower.see(buy('store:45\nmissing:23'), 'update');
  await expect.poll(reloads).toBe(2);
});

test('nothing is told after the end, also when a page is just being loaded', async () => {
  store = project.path('elsewhere');
  const { watcher } = server as unknown as { watcher: { add(...given: string[]): void } };
  watcher.add('/site', 'base.yaml');
  expect(watched.pop()).toEqual(['/site', 'base.yaml']);
  watched = [];
  const loading = follower.followStore();
  await end(server);
  await loading;
  follower.follow(SPEC);
  await follower.followStore();
  // A watcher begins anew for whoever adds to it, as Vite does with the files of a module that has just been loaded.
  watcher.add('/site/base.yaml');
  expect(watched).toEqual([]);
  buy('paid');
  follower.see(`${store}/originals/paid.json`, 'create');
  await sleep(300);
  expect(reloads()).toBe(0);
});
