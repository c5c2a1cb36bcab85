import { readFile } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Compiler, LoaderContext, RuleSetRule } from 'webpack';
import type { BuiltPicture } from '../../engine/build-picture.ts';
import { ImagePromptError } from '../../errors.ts';
import { PLUGIN_NAME, toBundlerError } from '../bundler-error.ts';
import { chooseVariant, requireVariant } from '../css/choose-variant.ts';
import { identify, parseId, SPEC_ID, type SpecRequest, splitId } from '../ids.ts';
import { assertRequest, assetName, ownVariants } from '../load-module.ts';
import { followSpec, requestAsset } from './webpack-load.ts';
import type { WebpackWork } from './webpack-types.ts';

const ASSET_LOADER = fileURLToPath(new URL('./webpack-asset-loader.js', import.meta.url));
const CSS_LOADER = fileURLToPath(new URL('./webpack-css-loader.js', import.meta.url));
const REFUSING_LOADER = fileURLToPath(new URL('./webpack-refusing-loader.js', import.meta.url));

/** Files whose references to other files are `url()` and the like. */
const STYLE = /\.(?:css|scss|sass|less|styl(?:us)?|pcss|postcss)$/i;
const SCRIPT = /\.[cm]?[jt]sx?$/i;

/** What our loaders find in their context. */
export interface ReferenceHost {
  /** Bytes of the file that stands for a spec where only one fits. */
  loadAsset(context: LoaderContext<unknown>): Promise<Buffer>;
  /** @throws BundlerError LEAK_RAW */
  refuse(context: LoaderContext<unknown>): never;
}

/** A loader's context with our host in it. */
export type ReferenceContext = LoaderContext<unknown> & { imagePrompt?: ReferenceHost };

/** A resource without its query. */
const splitPath = (resource: string): string => resource.replace(/[?#].*$/, '');

/** What is being resolved, as webpack has it; Rspack says nothing of the dependencies. */
interface ResolveData {
  request: string;
  context: string;
  contextInfo: { issuer: string };
  dependencies?: { category?: string; loc?: unknown }[];
}

/**
 * Makes references to files work: `url(./hero.image.yaml)` in a stylesheet becomes the picture's `src`.
 * In scripts `new URL('./hero.image.yaml', import.meta.url)` is refused, since a script can have the
 * whole picture; without either it would become the URL of `[object Module]`.
 */
export function rewriteReferences(compiler: Compiler, work: WebpackWork): void {
  const host = createReferenceHost(compiler, work);
  // Pictures of this compilation, for their names: the loader takes what is under way.
  const underWay = host.underWay;
  compiler.hooks.compile.tap(PLUGIN_NAME, () => underWay.clear());
  compiler.options.module.rules.push(REFUSAL, IMAGE_SETS);
  compiler.hooks.compilation.tap(PLUGIN_NAME, (compilation) => {
    const { loader } = compiler.webpack.NormalModule.getCompilationHooks(compilation);
    loader.tap(PLUGIN_NAME, (context) => {
      (context as ReferenceContext).imagePrompt = host;
    });
  });
  compiler.hooks.normalModuleFactory.tap(PLUGIN_NAME, (factory) => {
    // css-loader switches rules off for what a sheet imports; Rspack does not let loaders be added here.
    factory.hooks.afterResolve.tap(PLUGIN_NAME, ({ createData }) => {
      const { resource = '', loaders } = createData ?? {};
      if (!STYLE.test(splitPath(resource)) || !Array.isArray(loaders) || loaders.length === 0)
        return;
      if (loaders.some(({ loader }) => loader === CSS_LOADER)) return;
      loaders.push({ loader: CSS_LOADER, options: undefined, ident: undefined, type: undefined });
    });
    factory.hooks.beforeResolve.tapPromise(PLUGIN_NAME, async (data: ResolveData) => {
      const { request, contextInfo, context, dependencies } = data;
      if (!SPEC_ID.test(request) || request.includes('!')) return;
      const { issuer } = contextInfo;
      const category = dependencies?.[0]?.category;
      // Rspack has no category here; what it calls a reference in a script, a rule refuses below.
      if (category === undefined) host.noteImporter(request, issuer);
      if (category === undefined ? !STYLE.test(issuer) : category !== 'url') return;
      if (SCRIPT.test(issuer)) throw refusal(compiler, issuer, request, dependencies?.[0]?.loc);
      const { path, query } = splitId(request);
      const resolver = factory.getResolver('normal', { dependencyType: 'url' });
      const file = await new Promise<string>((done) => {
        resolver.resolve({}, context, path, {}, (error, found) => {
          done(error || !found ? resolve(context, path) : String(found));
        });
      });
      data.request = await host.requestFor(`${file}${query}`);
    });
  });
}

function createReferenceHost(
  compiler: Compiler,
  work: WebpackWork,
): ReferenceHost & {
  underWay: Map<string, Promise<BuiltPicture>>;
  requestFor(id: string): Promise<string>;
  noteImporter(request: string, issuer: string): void;
} {
  /** By base name, since Rspack has no module graph when a loader runs. */
  const importers = new Map<string, Set<string>>();
  const underWay = new Map<string, Promise<BuiltPicture>>();
  /** Once for each compilation: what failed must not be asked for, and perhaps paid, again. */
  const build = (request: SpecRequest): Promise<BuiltPicture> => {
    const known = underWay.get(identify(request));
    if (known) return known;
    const building = work.session.build(request, { encode: false, single: true });
    underWay.set(identify(request), building);
    return building;
  };

  return {
    underWay,

    noteImporter(request, issuer) {
      const name = basename(splitId(request).path);
      importers.set(name, (importers.get(name) ?? new Set()).add(issuer));
    },

    async requestFor(id) {
      const request = parseId(id);
      // Errors are told by the loader, whose module depends on the spec and is loaded again with it.
      const built =
        request && request.kind !== 'raw' ? await build(request).catch(() => null) : null;
      const chosen = built && chooseVariant(planOf(built), request?.choice ?? {});
      const name = built && chosen ? assetName(built, chosen) : 'picture.jpg';
      return requestAsset(name, `${ASSET_LOADER}!${id}`, work.assetsByRules);
    },

    async loadAsset(context) {
      const request = parseId(context.resource.replaceAll('\0#', '#'));
      if (!request) throw new TypeError(`Expected a spec, received ${context.resource}.`);
      const loading = {
        compiler: undefined,
        watch: (file: string) => context.addDependency(file),
        warn: (message: string) => context.emitWarning(new Error(message)),
      };
      return await followSpec(work, loading, request, async () => {
        assertRequest(request);
        const built = await build(request);
        const { choice = {} } = request;
        const { variants } = built.plan;
        const chosen = requireVariant(built, variants, choice, 'A style sheet');
        const variant = await built.renderOne(chosen);
        // Not through the bundler's file system: it may remember that the file was missing.
        return { built, value: await readFile(variant.path) };
      });
    },

    refuse(context) {
      const request = parseId(context.resource);
      if (request) work.failed.add(identify(request));
      const name = basename(context.resourcePath);
      const [issuer = '', ...others] = importers.get(name) ?? [];
      throw refusal(compiler, others.length > 0 ? '' : issuer, `./${name}`);
    },
  };
}

function planOf({ plan, art }: BuiltPicture) {
  return { plan, variants: ownVariants({ art }, plan.variants) };
}

const IMAGE_SETS: RuleSetRule = { test: STYLE, enforce: 'pre', use: [{ loader: CSS_LOADER }] };

const REFUSAL: RuleSetRule = {
  test: SPEC_ID,
  dependency: 'url',
  enforce: 'pre',
  use: [{ loader: REFUSING_LOADER }],
};

function refusal(compiler: Compiler, issuer: string, request: string, loc?: unknown): Error {
  const start = (loc as { start?: { line: number; column: number } } | undefined)?.start;
  const from =
    issuer === '' ? 'A script' : relative(compiler.context, issuer).replaceAll('\\', '/');
  const place = start ? `${from}:${start.line}:${start.column + 1}` : from;
  const error = new ImagePromptError('LEAK_RAW', `${place} refers to ${request} as a file.`, {
    hint: 'Import its URL instead: `import url from "./hero.image.yaml?url"`.',
  });
  const dressed = toBundlerError(error, issuer);
  return start ? Object.assign(dressed, { loc: { file: issuer, ...start } }) : dressed;
}
