import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ImagePromptError } from '../errors.ts';
import type { Options } from '../options.ts';
import type { Picture } from '../picture/types.ts';
import type { Middleware } from '../plugin/dev.ts';
import { parseId, type SpecRequest } from '../plugin/ids.ts';
import { finishRun } from '../plugin/run-report.ts';
import type { BundlerCommand } from '../plugin/session.ts';
import { type MaterialisedFile, type MaterialiseOptions, materialiseSpec } from './materialise.ts';
import { openSite } from './open-site.ts';
import { type PreparedSpec, prepareSite } from './prepare.ts';
import { checkSite, copySiteFiles } from './publish-site.ts';
import type { Site, SitePicture } from './site.ts';

/** Options of the functions for scripts, beside those of the plugin. */
export interface NodeOptions extends Options {
  /**
   * Folder of the project: where the store lies, and what paths are relative to.
   * @default the nearest folder above with a configuration, a store or a package.json
   */
  root?: string;
  /**
   * Where the site is published below its host, a path or an absolute URL.
   * @default '/'
   */
  base?: string;
  /**
   * What kind of run it is, for who may spend and for where the files are: `serve` gives URLs for
   * `serveImages`, the others files for `copyImages`.
   * @default 'build'
   */
  command?: BundlerCommand;
}

/** What a script may ask for. */
export interface NodeApi {
  /**
   * The picture of a spec, as an import gives it.
   * @param path relative to the root, or a file URL; may have a query, such as `?w=400;800`
   * @throws ImagePromptError
   */
  resolveImage(path: string | URL, options?: NodeOptions): Promise<Picture>;
  /**
   * Makes and encodes everything that the specs of the project need, once, so that whatever comes later finds it.
   * @throws ImagePromptError the first failure, after every spec was tried
   */
  prepare(options?: NodeOptions): Promise<PreparedSpec[]>;
  /**
   * Writes the picture of a spec as one file, for tools that take nothing but files.
   * @param out relative to the root; its ending decides the format
   * @default out the path of the spec, with `.png` instead of `.image.yaml`
   * @throws ImagePromptError
   */
  materialise(
    path: string | URL,
    out?: string | null,
    options?: NodeOptions & MaterialiseOptions,
  ): Promise<MaterialisedFile>;
  /**
   * Ends a build: looks the output folder over for specs, prompts, references that nobody rewrote, and sketches, then
   * copies the files of what was resolved into it. The option `report` decides what is told of it.
   * @param outDir relative to the root
   * @returns names of the files, relative to the folder
   * @throws ImagePromptError LEAK_RAW, MISSING_SKETCH
   */
  copyImages(outDir: string, options?: NodeOptions & { warn?: Warn }): Promise<string[]>;
  /** A middleware as Connect has it, for the URLs of `command: 'serve'`. */
  serveImages(options?: NodeOptions): Middleware;
  /** Absolute paths of the files that a spec was last seen to depend on, for a watcher. */
  dependenciesOf(path: string | URL, options?: NodeOptions): readonly string[];
  /** Begins anew after files have changed: specs, the store or the configuration. */
  refreshImages(options?: NodeOptions): void;
}

type Warn = (message: string) => void;

/** Creates the functions for one process. */
export function createNodeApi(world: {
  env: NodeJS.ProcessEnv;
  cwd: () => string;
  now: () => number;
  warn: Warn;
  /** Told what was made, paid and encoded, at the end of a build. */
  print: (text: string) => void;
}): NodeApi {
  const open = (options: NodeOptions, command = options.command ?? 'build'): Site => {
    const { root, base: _base, command: _command, ...rest } = options;
    return openSite({ root, command, options: rest }, { ...world, cwd: world.cwd() });
  };
  const told = new Set<string>();
  /** What is odd about a spec, such as a field that the service ignores and bills, is told once. */
  const resolveIn = async (
    site: Site,
    request: SpecRequest,
    { base = '/' }: NodeOptions,
  ): Promise<SitePicture> => {
    const built = await site.resolve(request, { base });
    for (const { file, line, column, message, hint } of built.warnings) {
      const text = `${file}:${line}:${column}: ${message} ${hint}`;
      if (!told.has(text)) world.warn(text);
      told.add(text);
    }
    return built;
  };
  return {
    async resolveImage(path, options = {}) {
      const site = open(options);
      return (await resolveIn(site, locate(path, site), options)).picture;
    },

    async prepare(options = {}) {
      const site = open(options);
      return await prepareSite(site, (request) => resolveIn(site, request, options));
    },

    async materialise(path, out, { width, original, ...options } = {}) {
      const site = open(options);
      const request = locate(path, site);
      const target = out ?? request.file.replace(/\.image\.ya?ml$/i, '.png');
      const file = resolve(site.session.root, target);
      const written = await materialiseSpec(site.session, request, file, { width, original });
      if (written.sketch) world.warn(`${target} is a sketch.`);
      return written;
    },

    async copyImages(outDir, { warn = world.warn, ...options } = {}) {
      const site = open(options);
      const folder = resolve(site.session.root, outDir);
      // Before anything is copied: an output that may not be published shall not look finished.
      await checkSite(site, folder, warn);
      const names = await copySiteFiles(site.files(), folder);
      const text = await finishRun(site.session);
      if (text) world.print(text);
      await site.session.close();
      return names;
    },

    serveImages: (options = {}) => open(options, 'serve').middleware,

    dependenciesOf(path, options = {}) {
      const { session } = open(options);
      const { file } = locate(path, { session });
      return [...session.dependenciesOf(file), ...session.missingOf(file)];
    },

    refreshImages: (options = {}) => open(options).session.restart(),
  };
}

function locate(path: string | URL, { session }: Pick<Site, 'session'>): SpecRequest {
  const text = typeof path === 'string' && !path.startsWith('file:') ? path : toPath(path);
  const request = parseId(resolve(session.root, text));
  if (request !== null) return request;
  throw new ImagePromptError(
    'SPEC_READ',
    `Expected the path of a spec, such as hero.image.yaml, received ${String(path)}.`,
  );
}

/** The path of a file URL with its query. */
function toPath(given: string | URL): string {
  const url = new URL(given);
  return `${fileURLToPath(url)}${url.search}`;
}
