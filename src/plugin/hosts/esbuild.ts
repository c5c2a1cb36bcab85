import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { OnLoadResult, OnResolveArgs, OnResolveResult, PluginBuild } from 'esbuild';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { ImagePromptError } from '../../errors.ts';
import type { Variant } from '../../variant/types.ts';
import { markId, parseId, SPEC_ID, type SpecRequest, splitId } from '../ids.ts';
import { assertRequest, assetName, srcOf, writeModule } from '../load-module.ts';
import { finishRun } from '../run-report.ts';
import type { Session } from '../session.ts';
import { toMessages, toWarningMessage } from './esbuild-messages.ts';
import { checkEsbuildOutput } from './esbuild-output.ts';
import { createEsbuildRun, type EsbuildRun } from './esbuild-run.ts';
import { adoptPublicPath, writeHead, writeUrl } from './esbuild-url.ts';
import { printLine } from './print.ts';

/** Modules of specs: loaders and plugins for `.yaml` look at the namespace `file`. */
const SPECS = 'image-prompt';
/** Files of variants. */
const FILES = 'image-prompt-file';
/** How modules import variants; the ending keeps plugins away that resolve every image. */
const writeFileId = (path: string): string => `image-prompt-file:${path}?`;
const FILE_ID = /^image-prompt-file:(.*)\?$/;
/** Marks our own question who else resolves a path. */
const ASKING = Symbol('asking');

type Watched = Required<Pick<OnLoadResult, 'watchFiles' | 'watchDirs'>>;

/**
 * The plugin's side of esbuild. Its own `file` loader emits the pictures, as if they were imported.
 * @param argv of the process, see {@link createEsbuildRun}
 */
export function createEsbuildHost(
  open: () => Session,
  argv: readonly string[],
): { setup(build: PluginBuild): Promise<void> } {
  const run = createEsbuildRun(open, argv);
  return { setup: (build) => setUp(run, build) };
}

async function setUp(run: EsbuildRun, build: PluginBuild): Promise<void> {
  const { initialOptions } = build;
  const root = initialOptions.absWorkingDir ?? run.root;
  let watching = run.watches;
  let session = watching ? run.openWatch(root) : run.sessionOf(root);
  await adoptPublicPath(session, initialOptions);
  // Names what is written; without it nothing tells plugins.
  if (initialOptions.write !== false) initialOptions.metafile = true;
  const files = new Map<string, Variant>();
  const answered = new Set<string>();
  let builds = 0;
  let late = false;

  /** A tool that builds with every save makes a new context each time; only its first one may pay. */
  const buildPicture = async (
    request: SpecRequest,
    { single }: { single?: boolean } = {},
  ): Promise<BuiltPicture> => {
    const { onMissingAsked, provider } = await session.options();
    const frozen = late && !watching && !onMissingAsked && provider.paid;
    const how = { frozen, ...(single === undefined ? {} : { single }) };
    const built = await session.build(request, how);
    if (builds < 2) return built;
    // esbuild remembers folders as they are when we answer: what came since we looked would go unseen.
    session.restart();
    const engine = await session.engine();
    const now = await engine.peek(request.file).catch(() => built.peek);
    return now === built.peek ? built : await session.build(request, how);
  };

  /** A path whose last part `assetNames` takes for the name; the first tells equal ones apart. */
  const nameFile = (name: string, variant: Variant): string => {
    const path = `${variant.key.slice(0, 16)}/${name}`;
    files.set(path, variant);
    return path;
  };

  /** What starts a build again: esbuild keeps nothing that a plugin has loaded. */
  const watchedBy = async ({ file }: SpecRequest): Promise<Watched> => ({
    watchFiles: [...session.dependenciesOf(file)],
    watchDirs: [join((await session.options()).dir, 'originals')],
  });

  const fail = async (error: unknown, request: SpecRequest) => ({
    errors: toMessages(error, root, request.file),
    ...(await watchedBy(request).catch(() => ({ watchFiles: [request.file] }))),
  });

  const loadSpec = async (request: SpecRequest): Promise<OnLoadResult> => {
    try {
      assertRequest(request);
      const built = await buildPicture(request);
      const { variants } = built;
      const code = writeModule(request, built, variants, (variant) => {
        const name = `u${variants.indexOf(variant)}`;
        const path = nameFile(assetName(built, variant), variant);
        return writeUrl(initialOptions, name, writeFileId(path));
      });
      return {
        contents: writeHead(initialOptions) + code,
        loader: 'js',
        resolveDir: dirname(request.file),
        warnings: built.warnings.map(toWarningMessage),
        ...(await watchedBy(request)),
      };
    } catch (error) {
      return await fail(error, request);
    }
  };

  /** `url()` of a stylesheet is the one file that `src` is. */
  const resolveUrl = async (request: SpecRequest): Promise<OnResolveResult> => {
    try {
      assertRequest(request);
      const built = await buildPicture(request, { single: true });
      const src = srcOf(built.plan, built.variants);
      return {
        path: nameFile(assetName(built, src), src),
        namespace: FILES,
        warnings: built.warnings.map(toWarningMessage),
        ...(await watchedBy(request)),
      };
    } catch (error) {
      return await fail(error, request);
    }
  };

  build.onStart(() => {
    // Plugins are not told of watch mode. It is what builds more than once, and there saving a file
    // must not spend: https://github.com/evanw/esbuild/issues/1061
    if (++builds === 2 && !watching) {
      watching = true;
      void session.close();
      session = run.openWatch(root);
    }
    late = !run.begin(root, initialOptions);
    session.restart();
  });

  build.onDispose(() => {
    run.end();
    void session.close();
  });

  build.onResolve({ filter: SPEC_ID }, async (args) => {
    if (args.pluginData === ASKING) return undefined;
    const { path, query } = splitId(args.path);
    const { importer, namespace, resolveDir, kind } = args;
    const asked = { importer, namespace, resolveDir, kind, pluginData: ASKING };
    const resolved = await build.resolve(path, asked);
    if (resolved.errors.length > 0) return { errors: resolved.errors };
    if (resolved.external) return { path: args.path, external: true };
    if (resolved.namespace !== 'file') return undefined;
    const request = parseId(resolved.path + query)!;
    if (asksForText(args)) return await fail(textRefused(args.path), request);
    if (kind === 'url-token') return await resolveUrl(request);
    // Relative: the path stands in comments of the output, which must not depend on the machine.
    const id = relative(root, markId(resolved.path, query)).replaceAll('\\', '/');
    return { path: id, namespace: SPECS };
  });

  build.onLoad({ filter: /.*/, namespace: SPECS }, ({ path }) =>
    loadSpec(parseId(resolve(root, path))!),
  );

  // Another plugin has resolved it.
  build.onLoad({ filter: SPEC_ID, namespace: 'file' }, ({ path, suffix }) => {
    answered.add(relative(root, path).replaceAll('\\', '/'));
    return loadSpec(parseId(path + suffix)!);
  });

  build.onResolve({ filter: FILE_ID }, ({ path }) => ({
    path: FILE_ID.exec(path)![1]!,
    namespace: FILES,
  }));

  // What the modules import of Node.
  build.onResolve({ filter: /^node:/, namespace: SPECS }, ({ path }) => ({ path, external: true }));

  build.onLoad({ filter: /.*/, namespace: FILES }, async ({ path }) => {
    const { path: file } = files.get(path)!;
    return { contents: await readFile(file), loader: 'file', watchFiles: [file] };
  });

  build.onEnd(async (result) => {
    // Also when it failed: pictures may have been paid for, and whoever mends the error saves a file.
    run.end();
    if (result.errors.length > 0) return {};
    const warnings: { text: string }[] = [];
    const { logLevel = 'warning' } = initialOptions;
    const warn = (text: string): void => {
      warnings.push({ text });
      // What comes from the end of a build esbuild hands on, and does not print.
      if (!/silent|error/.test(logLevel)) printLine(`image-prompt: ${text}`);
    };
    const errors = await checkEsbuildOutput(session, result, { answered, warn });
    const text = errors.length > 0 ? null : await finishRun(session);
    // What esbuild prints by itself, it prints from this level on.
    if (text && /info|debug|verbose/.test(logLevel)) printLine(text);
    return { errors, warnings };
  });
}

/** `import text from './hero.image.yaml' with { type: 'text' }` */
function asksForText({ with: attributes = {} }: OnResolveArgs): boolean {
  return attributes['type'] !== undefined;
}

function textRefused(path: string): ImagePromptError {
  return new ImagePromptError('LEAK_RAW', `The import of ${path} asks for the file itself.`, {
    hint: 'Import the spec without `with { type: … }`.',
  });
}
