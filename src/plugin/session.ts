import type { BuildPictureOptions, BuiltPicture } from '../engine/build-picture.ts';
import type { Engine } from '../engine/engine.ts';
import type { Options, ResolvedOptions } from '../options.ts';

/** See OptionsContext. */
export type BundlerCommand = 'serve' | 'watch' | 'build';

/** What a bundler tells us when it starts. */
export interface SessionStart {
  /** Absolute path of the project's root. */
  root: string;
  command: BundlerCommand;
}

/** Work of one plugin instance: configuration, engine, and what was built so far. */
export interface Session {
  /** Says where and what we are; before that nothing can be built. The last call counts. */
  start(start: SessionStart): void;
  readonly command: BundlerCommand;
  readonly root: string;
  options(): Promise<ResolvedOptions>;
  /** Builds the picture of a spec and remembers it for the report and the leak guard. */
  build(file: string, how?: Pick<BuildPictureOptions, 'encode'>): Promise<BuiltPicture>;
  /** A build starts over: the store may have changed. */
  restart(): void;
  /** Pictures of this run, by absolute path of their spec. */
  readonly pictures: ReadonlyMap<string, BuiltPicture>;
  /** Files a spec was last seen to depend on, also when it could not be built. */
  dependenciesOf(file: string): readonly string[];
  /** Text that changes with the inline options, for the caches of bundlers. */
  identity(): string;
}

/** Creates a session. Configuration, engine and their libraries load with the first spec. */
export function createSession(inline: Options, env: NodeJS.ProcessEnv): Session {
  let where: SessionStart = { root: process.cwd(), command: 'build' };
  let engine: Promise<{ engine: Engine; configFile: string | null }> | null = null;
  const pictures = new Map<string, BuiltPicture>();
  const dependencies = new Map<string, readonly string[]>();

  const open = (): Promise<{ engine: Engine; configFile: string | null }> => {
    if (engine) return engine;
    const opening = openEngine(inline, where, env);
    engine = opening;
    // A configuration that is mended must be read again.
    opening.catch(() => {
      if (engine === opening) engine = null;
    });
    return opening;
  };

  return {
    start(start) {
      if (start.root === where.root && start.command === where.command && engine) return;
      where = start;
      engine = null;
    },
    get command() {
      return where.command;
    },
    get root() {
      return where.root;
    },
    options: async () => (await open()).engine.options,
    async build(file, { encode = true } = {}) {
      dependencies.set(file, [file]);
      const { engine: opened, configFile } = await open();
      const picture = await opened.buildPicture(file, {
        encode,
        onDependencies: (files) => {
          dependencies.set(file, configFile ? [...files, configFile] : files);
        },
      });
      pictures.set(file, picture);
      return picture;
    },
    dependenciesOf: (file) => dependencies.get(file) ?? [],
    identity: () =>
      JSON.stringify(inline, (_name, value: unknown) =>
        typeof value === 'function' ? undefined : value,
      ),
    restart() {
      // An engine that was never opened has read nothing that it could forget.
      void engine?.then((opened) => opened.engine.refresh()).catch(() => {});
    },
    pictures,
  };
}

async function openEngine(
  inline: Options,
  { root, command }: SessionStart,
  env: NodeJS.ProcessEnv,
): Promise<{ engine: Engine; configFile: string | null }> {
  const [
    { loadConfig },
    { mergeOptions, resolveOptions },
    { createDefaultEngine, defaultProvider },
  ] = await Promise.all([
    import('../config/load-config.ts'),
    import('../options.ts'),
    import('../engine/defaults.ts'),
  ]);
  const config = await loadConfig(root);
  const options = mergeOptions(config.options, inline);
  const resolved = resolveOptions(options, { root, command, env, defaultProvider });
  return { engine: createDefaultEngine(resolved, env), configFile: config.file };
}
