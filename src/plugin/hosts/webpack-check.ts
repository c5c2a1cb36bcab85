import { createHash } from 'node:crypto';
import type { Compilation, Compiler, Module, WebpackError } from 'webpack';
import { ImagePromptError, isImagePromptError } from '../../errors.ts';
import { toBundlerError } from '../bundler-error.ts';
import { chooseVariant } from '../css/choose-variant.ts';
import { identify, parseId, type SpecRequest } from '../ids.ts';
import { ownVariants } from '../load-module.ts';
import { checkOutput, textOf } from '../output.ts';
import type { Session } from '../session.ts';
import type { WebpackWork } from './webpack-types.ts';

/** A module that stands for a spec. */
interface SpecModule {
  request: SpecRequest;
  /** Digest of what a stylesheet names, empty where it cannot be seen; null for a module of JavaScript. */
  content: string | null;
}

/** What the modules of a compilation say of pictures. */
export interface SeenModules {
  specs: SpecModule[];
  /** Names of the files that modules were read from. */
  files: Set<string>;
}

/** Looks for specs and variants among the modules. */
export function readModules(compilation: Compilation, modules: Iterable<Module>): SeenModules {
  const seen: SeenModules = { specs: [], files: new Set() };
  const dependencies = createFileSet();
  for (const module of modules) {
    // Only webpack has this; Rspack's compilation knows the files of kept modules itself.
    module.addCacheDependencies?.(dependencies, createFileSet(), createFileSet(), createFileSet());
    const { resource } = module as { resource?: string };
    if (!resource) continue;
    const request = parseId(resource.replaceAll('\0#', '#'));
    if (request) seen.specs.push({ request, content: digestOfAsset(module) });
    else seen.files.add(nameOf(resource));
  }
  // A stylesheet that was extracted and then kept has no modules for what it names any more.
  const known = new Set(seen.specs.map(({ request }) => request.file));
  for (const path of [...dependencies, ...compilation.fileDependencies]) {
    const request = parseId(path);
    if (!request || known.has(request.file)) continue;
    known.add(request.file);
    seen.specs.push({ request, content: '' });
  }
  return seen;
}

/** What webpack collects paths in. */
function createFileSet(): FileSet {
  const paths = new Set<string>();
  const addAll = (more: Iterable<string>): Set<string> => {
    for (const path of more) paths.add(path);
    return paths;
  };
  return Object.assign(paths, { addAll }) as unknown as FileSet;
}

type FileSet = Parameters<Module['addCacheDependencies']>[0];

function digestOfAsset(module: Module): string | null {
  if (module.type.startsWith('javascript')) return null;
  const bytes = module.originalSource()?.buffer();
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}

/** The last part of a path: the path itself may be written with or without links. */
function nameOf(path: string): string {
  return path.replace(/^.*[/\\]/, '');
}

/**
 * Gets to know the pictures of modules that came from a persistent cache: nothing was loaded for them
 * in this process, but the guard, the check for sketches and the report count on them. This never pays:
 * what the store lacks is an error.
 * @throws BundlerError also when such a module names other files than it would if it were loaded now
 */
export async function recallPictures(work: WebpackWork, seen: SeenModules): Promise<void> {
  const { session, states, failed } = work;
  let first: { error: unknown; request: SpecRequest } | null = null;
  for (const module of seen.specs) {
    const { request } = module;
    if (session.pictures.has(identify(request)) || failed.has(identify(request))) continue;
    try {
      await recallOne(session, module, seen.files);
    } catch (error) {
      first ??= { error, request };
      // Whatever it is, the next build loads the module.
      await states.forget(request.file);
    }
  }
  if (first) throw toBundlerError(first.error, first.request.file, session.root);
}

async function recallOne(
  session: Session,
  { request, content }: SpecModule,
  files: ReadonlySet<string>,
): Promise<void> {
  const { onMissing } = await session.options();
  const encode = content === null && session.command !== 'serve';
  const building = session.build(request, { encode, frozen: true });
  const { variants, plan, art, renderOne } = await building.catch((error: unknown) => {
    const missing = isImagePromptError(error) && error.code === 'MISSING_FROZEN';
    // Loading it would have paid, so it is not this run that is frozen.
    throw missing && onMissing === 'generate' ? staleError(request) : error;
  });
  const one = chooseVariant(
    { plan, variants: ownVariants({ art }, plan.variants) },
    request.choice ?? {},
  );
  if (content && one && (await renderOne(one)).digest !== content) {
    throw staleError(request);
  }
  const named = request.kind === 'url' ? variants.filter((_, at) => at === plan.src) : variants;
  if (!named.every(({ path }) => files.has(nameOf(path)))) throw staleError(request);
}

/** Another process has meddled with the states of pictures: a watcher with another policy, for one. */
function staleError({ file }: SpecRequest): ImagePromptError {
  return new ImagePromptError(
    'CONFIG_INVALID',
    `The cache of the bundler holds an older picture of ${file}.`,
    { hint: 'Build once more: the picture is loaded again.' },
  );
}

/**
 * Looks a compilation over before it is written.
 * @returns whether it may be
 */
export async function checkCompilation(
  compiler: Compiler,
  compilation: Compilation,
  work: WebpackWork,
  seen: SeenModules,
): Promise<boolean> {
  const warn = (message: string): void => {
    compilation.warnings.push(new compiler.webpack.WebpackError(message));
  };
  try {
    await recallPictures(work, seen);
    const files = compilation.getAssets().map(({ name, source, info }) => ({
      name,
      text: textOf(name, source.source()),
      origins: info.sourceFilename === undefined ? [] : [info.sourceFilename],
    }));
    await checkOutput(work.session, files, warn);
    return true;
  } catch (error) {
    // A thrown error would end watch mode for good; this one only keeps the files back.
    compilation.errors.push(toBundlerError(error) as WebpackError);
    return false;
  }
}
