import { resolve } from 'node:path';
import { CONFIG_FILES, loadConfig } from '../config/load-config.ts';
import type { BuildPictureOptions, BuiltPicture } from '../engine/build-picture.ts';
import type { Engine, Tally } from '../engine/engine.ts';
import { isImagePromptError } from '../errors.ts';
import { identifyFile } from '../fs/file-identity.ts';
import { isVitest } from '../on-missing.ts';
import type { Options, ResolvedOptions } from '../options.ts';
import { setBounded } from './bounded-map.ts';
import type { ReportInput } from './build-report.ts';
import { identify, type SpecRequest } from './ids.ts';
import { createSpareFolder } from './spare-folder.ts';

/** See OptionsContext. */
export type BundlerCommand = 'serve' | 'watch' | 'build';

/** What a bundler tells us when it starts. */
export interface SessionStart {
  /** Absolute path of the project's root. */
  root: string;
  command: BundlerCommand;
}

/** One picture of a session. */
export interface SessionPicture {
  request: SpecRequest;
  built: BuiltPicture;
}

/** Work of one plugin instance: configuration, engine, and what was built so far. */
export interface Session {
  /** Says where and what we are; before that nothing can be built. The last call counts. */
  start(start: SessionStart): void;
  readonly command: BundlerCommand;
  readonly root: string;
  options(): Promise<ResolvedOptions>;
  /** The engine, opened at the first call. */
  engine(): Promise<Engine>;
  /** Opens the engine in the background, for a server that waits for its first page. */
  warm(): void;
  /** Builds the picture of a request and remembers it for the report and the leak guard. */
  build(
    request: SpecRequest,
    how?: Pick<BuildPictureOptions, 'encode' | 'frozen' | 'single'>,
  ): Promise<BuiltPicture>;
  /** A build starts over: the store may have changed, or the configuration, or what stopped the last one. */
  restart(): void;
  /** The store has changed. */
  rereadStore(): void;
  /** A build has ended: nothing is encoded for a while. */
  close(): Promise<void>;
  /** Has something dropped whenever the session closes, or begins a new engine. */
  onClose(drop: () => void): void;
  /** What was built since the start or the last call, or null when that is nothing. */
  takeRun(): ReportInput | null;
  /** Where files go that the cache cannot take; a warning tells of it. Absolute path. */
  spareFolder(): string;
  /** What went wrong with the cache and was got round, since the last call; each is told once. */
  takeWarnings(): readonly string[];
  /** The configuration file has changed: it is read again with the next picture. */
  reopen(): void;
  /** A spec has changed or is gone: what was known of it no longer holds. */
  forget(file: string): void;
  /** What was built so far, by {@link identify}; of a dev server, the last thousand. */
  readonly pictures: ReadonlyMap<string, SessionPicture>;
  /**
   * What the picture of each spec was last cut from, as {@link Engine.peek} names it, or what
   * {@link nameFailure} says.
   */
  readonly sources: ReadonlyMap<string, string>;
  /** Files a spec was last seen to depend on, also when it could not be built. */
  dependenciesOf(file: string): readonly string[];
  /** Files that a spec was last seen to name and that do not exist. */
  missingOf(file: string): readonly string[];
  /** Text that changes with the inline options, for the caches of bundlers. */
  identity(): string;
}

/** Dev servers run for days, and every edit of a query is another picture. */
const PICTURES_KEPT = 1000;

const CACHE_READ_ONLY =
  'The cache cannot be written, so some of its files are written to a temporary folder by every run.';

/** Stands for the source of a picture that could not be built. */
export function nameFailure(error: unknown): string {
  return `failed:${isImagePromptError(error) ? error.code : String(error)}`;
}

/** Whether {@link nameFailure} said it. */
export function isFailure(source: string): boolean {
  return source.startsWith('failed:');
}

/**
 * Creates a session. Configuration, engine and their libraries load with the first spec.
 * @param now milliseconds of a clock that only goes forward, for the report
 */
export function createSession(inline: Options, env: NodeJS.ProcessEnv, now: () => number): Session {
  let where: SessionStart = { root: process.cwd(), command: 'build' };
  let engine: Promise<{ engine: Engine; configFile: string | null }> | null = null;
  const pictures = new Map<string, SessionPicture>();
  const sources = new Map<string, string>();
  const dependencies = new Map<string, readonly string[]>();
  const missing = new Map<string, readonly string[]>();
  let configs = '';
  let opened: Engine | null = null;
  const told = new Set<string>();
  const drops: (() => void)[] = [];
  const makeSpare = createSpareFolder();
  let spare = false;
  let run: Run = newRun(NOTHING, null);

  const build: Session['build'] = async (request, how = {}) => {
    const { encode = true, frozen = false } = how;
    const { file, overrides } = request;
    dependencies.set(file, [file]);
    const { engine: current, configFile } = await open();
    opened = current;
    return await current.buildPicture(file, {
      encode,
      frozen,
      // A URL is that of one file, and so is an option of an `image-set()`.
      single:
        how.single ?? request.single ?? (request.kind === 'url' || request.choice !== undefined),
      overrides,
      onDependencies: (files, lacking) => {
        dependencies.set(file, configFile ? [...files, configFile] : files);
        missing.set(file, lacking);
      },
    });
  };

  const open = (): Promise<{ engine: Engine; configFile: string | null }> => {
    if (engine) return engine;
    configs = identifyConfigs(where.root);
    const opening = openEngine(inline, where, env);
    engine = opening;
    // A configuration that is mended must be read again.
    opening.catch(() => {
      if (engine === opening) engine = null;
    });
    return opening;
  };

  /** Lets the engine go, and its encoder as soon as nobody uses it. */
  const drop = (): void => {
    for (const one of drops) one();
    void engine?.then((dropped) => dropped.engine.close()).catch(() => {});
    engine = null;
  };

  return {
    start(start) {
      const same = start.root === where.root && start.command === where.command;
      if (same && engine) return;
      // The previews of a dev server are none of a build's business.
      if (!same) pictures.clear();
      where = start;
      drop();
    },
    get command() {
      return where.command;
    },
    get root() {
      return where.root;
    },
    options: async () => (await open()).engine.options,
    engine: async () => (await open()).engine,
    async build(request, how) {
      run.begun ??= now();
      try {
        const built = await build(request, how);
        run.ids.add(identify(request));
        if (built.origin === 'made') run.made.add(identify(request));
        run.ended = now();
        sources.set(request.file, built.peek);
        setBounded(
          pictures,
          identify(request),
          { request, built },
          where.command === 'serve' ? PICTURES_KEPT : Number.POSITIVE_INFINITY,
        );
        return built;
      } catch (error) {
        sources.set(request.file, nameFailure(error));
        throw error;
      }
    },
    dependenciesOf: (file) => dependencies.get(file) ?? [],
    missingOf: (file) => missing.get(file) ?? [],
    warm() {
      // Tests show nothing to anybody.
      if (isVitest(env)) return;
      // What is wrong with the configuration is told with the first picture.
      void open()
        .then((current) => current.engine.warm())
        .catch(() => {});
    },
    identity: () =>
      // A provider of the user's may hold anything, circles included.
      JSON.stringify({ ...inline, provider: inline.provider?.name }),
    restart() {
      if (engine !== null && configs !== identifyConfigs(where.root)) return drop();
      // An engine that was never opened has read nothing that it could forget.
      void engine?.then((current) => current.engine.refresh()).catch(() => {});
    },
    rereadStore() {
      void engine?.then((current) => current.engine.rereadStore()).catch(() => {});
    },
    onClose: (drop) => void drops.push(drop),
    async close() {
      for (const one of drops) one();
      await engine?.then((current) => current.engine.close()).catch(() => {});
    },
    takeRun() {
      const { ids, made, since, begun, ended } = run;
      if (ids.size === 0 || begun === null) return null;
      const sums = opened?.tally() ?? NOTHING;
      // An engine that was opened meanwhile counts from nothing.
      const from = run.of === opened ? since : NOTHING;
      run = newRun(sums, opened);
      return {
        pictures: [...ids].flatMap((id) => {
          const built = pictures.get(id)?.built;
          if (built === undefined) return [];
          return [made.has(id) ? { ...built, origin: 'made' as const } : built];
        }),
        usd: sums.spentUsd - from.spentUsd,
        encoded: sums.encoded - from.encoded,
        cached: sums.cached - from.cached,
        ms: ended - begun,
      };
    },
    spareFolder() {
      spare = true;
      return makeSpare();
    },
    takeWarnings() {
      const known = opened?.warnings() ?? [];
      // Where variants cannot be written either, that was told already.
      const own = spare && known.length === 0 && told.size === 0 ? [CACHE_READ_ONLY] : [];
      const fresh = [...known, ...own].filter((text) => !told.has(text));
      for (const text of fresh) told.add(text);
      return fresh;
    },
    reopen: drop,
    forget(file) {
      sources.delete(file);
      dependencies.delete(file);
      missing.delete(file);
      for (const [name, { request }] of pictures) {
        if (request.file === file) pictures.delete(name);
      }
    },
    pictures,
    sources,
  };
}

/** Changes when a configuration file is written, made or removed. */
function identifyConfigs(root: string): string {
  return CONFIG_FILES.map((name) => identifyFile(resolve(root, name))?.id ?? '').join();
}

/** What happened since the last report. */
interface Run {
  ids: Set<string>;
  /** Those that were paid for: whoever asks again, as a second pass does, has them from the store. */
  made: Set<string>;
  since: Tally;
  /** The engine that {@link since} is about. */
  of: Engine | null;
  begun: number | null;
  ended: number;
}

function newRun(since: Tally, of: Engine | null): Run {
  return { ids: new Set(), made: new Set(), since, of, begun: null, ended: 0 };
}

const NOTHING: Tally = { spentUsd: 0, encoded: 0, cached: 0 };

async function openEngine(
  inline: Options,
  { root, command }: SessionStart,
  env: NodeJS.ProcessEnv,
): Promise<{ engine: Engine; configFile: string | null }> {
  const [
    { findInlineOnly, mergeOptions, resolveOptions },
    { createDefaultEngine, defaultProvider },
  ] = await Promise.all([import('../options.ts'), import('../engine/defaults.ts')]);
  const config = await loadConfig(root);
  const options = mergeOptions(config.options, inline);
  const onlyInline = findInlineOnly(config.options, inline);
  const resolved = resolveOptions(options, { root, command, env, defaultProvider, onlyInline });
  return { engine: createDefaultEngine(resolved, env), configFile: config.file };
}
