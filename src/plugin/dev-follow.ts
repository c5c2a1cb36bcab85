import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ViteDevServer } from 'vite';
import { CONFIG_FILES } from '../config/load-config.ts';
import { SPEC_ID } from './ids.ts';
import { isFailure, nameFailure, type Session } from './session.ts';
import { watchOriginals } from './watch-originals.ts';

/** A `generate`, a pull or a checkout writes many files one after the other: wait for a pause. */
const PAUSE_MS = 50;

/** Its bundle is not made of modules that could be reloaded one by one from here. */
const BUNDLED_DEV =
  'image-prompt: with `experimental.bundledDev` edits of a spec show at once, but a picture that is generated meanwhile, and an edit of image-prompt.config, only when its spec is saved again or the server restarted.';

/**
 * Keeps the pages of a dev server up to date with what Vite does not follow by itself: the store, the
 * configuration, and files that a spec names and that do not exist yet. Everything that changes at once
 * leads to one round, which reloads the modules concerned and leaves all others alone.
 */
export interface DevFollower {
  /** Follows this server from now on. */
  attach(server: ViteDevServer): void;
  /** Follows the store. Call it with each load: only then options are read, and they may change. */
  followStore(): Promise<void>;
  /**
   * Takes down what a spec depends on after its picture was built, or failed to be.
   * @returns what Vite is to watch: it answers 500 for files that do not exist
   */
  follow(spec: string): string[];
  /** Tells of a file that was created, changed or removed. Called again for the same is no harm. */
  see(path: string, event: 'create' | 'update' | 'delete'): void;
}

/** A change that pages were told of: what the picture of a spec was cut from, and what it is cut from now. */
interface Told {
  before: string;
  after: string;
}

/**
 * Creates the follower of one plugin instance.
 * @param onChange told each spec whose picture has changed, for what uses it outside of modules
 */
export function createDevFollower(
  session: Session,
  onChange: (spec: string) => void = () => {},
): DevFollower {
  let server: ViteDevServer | null = null;
  let originals: string | null = null;
  let pause: NodeJS.Timeout | undefined;
  let rounds = Promise.resolve();
  /** Specs that could not be built, and the files that may mend them. */
  const failing = new Map<string, ReadonlySet<string>>();
  /** Specs to reload with the next round, whatever their pictures are cut from. */
  const due = new Set<string>();
  /** By spec. The store is followed in two ways, and a page takes a while to load what it was told of. */
  const told = new Map<string, Told>();
  let unwatch = (): void => {};
  /** A plugin instance may serve one server after the other, and the next begins before the last has ended. */
  const ended = new WeakSet<ViteDevServer>();
  const isEnded = (): boolean => server !== null && ended.has(server);

  const reload = async (spec: string, failed: boolean): Promise<void> => {
    onChange(spec);
    for (const environment of environmentsOf(server)) {
      const modules = [...(environment.moduleGraph.getModulesByFile(toPosix(spec)) ?? [])];
      // Vite sends no update of a module that never loaded, and the page that imports it is dead.
      if (failed && modules.some((module) => module.isSelfAccepting === undefined)) {
        environment.hot.send({ type: 'full-reload', path: '*' });
        continue;
      }
      for (const module of modules) {
        // Without HMR a reload of the page has to show it all the same.
        if (server?.config.server.hmr === false) environment.moduleGraph.invalidateModule(module);
        await environment.reloadModule(module);
      }
    }
  };

  const round = async (): Promise<void> => {
    const certain = new Set(due);
    due.clear();
    const engine = await session.engine().catch(() => null);
    const mayAsk = await session.options().then(
      ({ onMissing }) => onMissing === 'generate',
      () => true,
    );
    for (const [spec, before] of [...session.sources]) {
      const after = await engine?.peek(spec).catch(nameFailure);
      // Whoever has loaded it in the meantime saw the change without us.
      if (isEnded() || session.sources.get(spec) !== before) continue;
      const differs = after !== undefined && after !== before;
      const isKnown = differs && isTold(spec, { before, after }, mayAsk);
      const news = differs && !isKnown && mayShow(before, after);
      if (!certain.has(spec) && !news) {
        if (!differs) told.delete(spec);
        continue;
      }
      try {
        await reload(spec, isFailure(before));
        if (differs) told.set(spec, { before, after });
      } catch (error) {
        complain(error);
      }
    }
  };

  const isTold = (spec: string, { before, after }: Told, mayAsk: boolean): boolean => {
    const last = told.get(spec);
    // A page that failed may do so again, for what names do not tell: its next chance must not be missed. But where
    // one of its pictures is missing, a load may ask for that.
    const mayPass = isFailure(before) && !(mayAsk && LACKS.test(after));
    return !mayPass && last?.before === before && last.after === after;
  };

  const complain = (error: unknown): void => {
    server?.config.logger.error(`image-prompt: ${String(error)}`);
  };

  /**
   * Asking the watcher does not do: before Vite 8 it begins anew for whoever adds to it after its end, as a load does that
   * was under way, and the process would not end.
   */
  const noteEnd = (started: ViteDevServer): void => {
    const { watcher } = started;
    const { add, close } = watcher;
    // It calls itself with more than one may give it.
    watcher.add = (...given) => (ended.has(started) ? watcher : add.apply(watcher, given));
    watcher.close = async () => {
      ended.add(started);
      if (isEnded()) {
        clearTimeout(pause);
        unwatch();
      }
      await close.call(watcher);
    };
  };

  const schedule = (): void => {
    clearTimeout(pause);
    if (isEnded()) return;
    pause = setTimeout(() => {
      rounds = rounds.then(round).catch(complain);
    }, PAUSE_MS);
  };

  return {
    attach(started) {
      server = started;
      noteEnd(started);
      originals = null;
      told.clear();
      if (started.config.experimental.bundledDev) started.config.logger.warn(BUNDLED_DEV);
    },

    async followStore() {
      const { dir } = await session.options();
      const folder = toPosix(join(dir, 'originals'));
      if (isEnded() || folder === originals) return;
      originals = folder;
      // The store may lie outside the root, and need not exist yet. Vite's watcher can be told to poll, for
      // file systems that tell nothing, but nobody hears of what happens before it has looked around; ours
      // knows no polling.
      server?.watcher.add(firstMissing(folder));
      unwatch();
      unwatch = watchOriginals(dir, () => {
        session.rereadStore();
        schedule();
      });
      // The picture was taken from the store before it was followed.
      session.rereadStore();
      schedule();
    },

    follow(spec) {
      const isFailing = isFailure(session.sources.get(spec) ?? '');
      if (!isFailing) told.delete(spec);
      const configs = configFilesOf(session.root);
      const files = session.dependenciesOf(spec).filter((file) => !configs.includes(file));
      const missing = session.missingOf(spec);
      if (isFailing) {
        failing.set(spec, new Set([...files, ...missing].map(toPosix)));
      } else {
        failing.delete(spec);
      }
      server?.watcher.add(missing.map(firstMissing));
      return files.filter((file) => existsSync(file));
    },

    see(path, event) {
      const file = toPosix(path);
      // Without HMR Vite forgets the modules of a file that changes, and not of one that goes.
      if (event === 'delete' && server?.config.server.hmr === false) {
        for (const { moduleGraph } of environmentsOf(server)) {
          for (const module of moduleGraph.getModulesByFile(file) ?? [])
            moduleGraph.invalidateModule(module);
        }
      }
      if (configFilesOf(session.root).map(toPosix).includes(file)) {
        session.reopen();
        for (const spec of session.sources.keys()) due.add(spec);
        schedule();
      } else if (originals !== null && isOriginal(file, originals)) {
        // It has looked around: from now on one is enough.
        unwatch();
        // At once: what is loaded before the round must not be taken from an old reading.
        session.rereadStore();
        schedule();
      }
      for (const [spec, files] of failing) {
        if (!files.has(file)) continue;
        due.add(spec);
        schedule();
      }
      if (!SPEC_ID.test(file)) return;
      const spec = resolve(path);
      // A checkout brings a spec and its original at once, and is told of them in any order.
      session.restart();
      if (event === 'delete') failing.delete(spec);
      // Its update is Vite's business; a round must not send a second one.
      if (!failing.has(spec)) session.forget(spec);
    },
  };
}

/** Whether one of the pictures that `Engine.peek` names is missing. */
const LACKS = /^missing:/m;

/** A file of the store, and none that writers leave for a moment. */
function isOriginal(file: string, originals: string): boolean {
  return file.startsWith(`${originals}/`) && !file.startsWith(`${originals}/.`);
}

/**
 * Whether a page that failed may show something now: where all is missing it would only ask for it again. Of the
 * pictures of a set a page may use those that are there.
 */
function mayShow(before: string, after: string): boolean {
  return !isFailure(before) || after.split('\n').some((name) => !name.startsWith('missing:'));
}

/** Where modules are followed. Before Vite 6 there is one graph for all, and the server itself does what environments do. */
function environmentsOf(server: ViteDevServer | null): Environment[] {
  if (server === null) return [];
  // Types are those of the newest Vite.
  if ((server.environments as object | undefined) !== undefined)
    return Object.values(server.environments);
  const { moduleGraph, ws: hot } = server;
  const reloadModule = (module: never): Promise<void> => server.reloadModule(module);
  return [{ moduleGraph, hot, reloadModule } as unknown as Environment];
}

type Environment = ViteDevServer['environments'][string];

function configFilesOf(root: string): string[] {
  return CONFIG_FILES.map((name) => resolve(root, name));
}

/**
 * The path itself when it exists, else the first folder on the way to it that does not: chokidar waits
 * for what is missing only in a folder that is there.
 */
function firstMissing(path: string): string {
  const above = dirname(path);
  return existsSync(path) || existsSync(above) || above === path ? path : firstMissing(above);
}

/** Vite names files with `/` on every system. */
function toPosix(path: string): string {
  return path.replaceAll('\\', '/');
}
