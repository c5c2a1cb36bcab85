import { type Diagnostic, ImagePromptError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import { digestOf } from '../recipe/key.ts';
import type { Digest } from '../recipe/types.ts';
import { slugOf } from '../store/names.ts';
import type { StoredOriginal, StoreIndex } from '../store/types.ts';
import { planCrop } from '../variant/plan-crop.ts';
import { planVariants } from '../variant/plan-variants.ts';
import type { Analysis, EncodeJob, Variant, VariantPlan, VariantSpec } from '../variant/types.ts';
import { createBudget } from './budget.ts';
import type { EngineDeps } from './engine.ts';
import { frozenError } from './frozen-error.ts';
import { createLimit } from './limit.ts';
import { assertNoErrors, loadOne, toRelative, toWanted } from './load-wanted.ts';
import type { Run } from './obtain.ts';
import { pickCandidate } from './pick-candidate.ts';
import type { WantedPicture } from './plan.ts';
import { obtainOnce } from './run-orders.ts';
import type { Plan } from './types.ts';

/** The picture of one spec, planned and ready to be encoded. */
export interface BuiltPicture {
  /** The spec, relative to the root. */
  file: string;
  /** Base name for assets, safe in URLs. */
  name: string;
  alt: string;
  /** The final prompt, for the leak guard; never for the page. */
  prompt: string;
  /** Whether it was drawn locally: a preview, or the sketch provider's own. */
  sketch: boolean;
  /** Where it comes from: found in the store, made in this run, or a preview that is stored nowhere. */
  origin: 'store' | 'made' | 'preview';
  /** Absolute paths of every file the picture depends on. */
  dependencies: readonly string[];
  /** Warnings of the spec. */
  warnings: readonly Diagnostic[];
  output: WantedPicture['spec']['output'];
  /** Digest of what it is cut from. */
  source: Digest;
  analysis: Analysis;
  plan: VariantPlan;
  /** In the order of the plan; empty unless encoding was asked for. */
  variants: readonly Variant[];
  /** Encodes one variant, as a dev server does when it is asked for. */
  renderOne(spec: VariantSpec): Promise<Variant>;
}

/** How a picture is built. */
export interface BuildPictureOptions {
  /** Encode every variant at once, with the one decode that planning needs. */
  encode?: boolean;
  /** Told the files that the picture depends on, before anything can fail. */
  onDependencies?: (files: readonly string[]) => void;
}

/** Builds pictures one spec at a time; shares the run's budget and one reading of the store. */
export interface PictureBuilder {
  /** @param file absolute path of the spec */
  build(file: string, options?: BuildPictureOptions): Promise<BuiltPicture>;
  refresh(): void;
}

/** What a picture is cut from. */
interface Source {
  digest: Digest;
  size: { width: number; height: number };
  read: () => Promise<Buffer>;
  sketch: boolean;
  origin: BuiltPicture['origin'];
  /** Why not all candidates came. */
  failure?: ImagePromptError;
}

/**
 * Creates the builder.
 * @param planAll the plan of the whole project and a spec of it, for the message of a frozen build
 */
export function createPictureBuilder(
  options: ResolvedOptions,
  deps: EngineDeps,
  planAll: (file: string) => Promise<Plan>,
): PictureBuilder {
  const { store, provider, renderer } = deps;
  const limit = createLimit(options.concurrency);
  const run: Run = {
    budget: createBudget(options.budget, false),
    retryInDoubt: false,
    wait: true,
    stopped: null,
    onEvent: () => {},
  };
  let index: Promise<StoreIndex> | null = null;
  const forget = (): void => {
    index = null;
  };
  const refresh = (): void => {
    forget();
    // In watch mode the key or the balance may have been mended between two builds.
    run.stopped = null;
  };

  async function findCandidates({ key }: WantedPicture): Promise<readonly StoredOriginal[]> {
    index ??= store.index();
    const { byKey, problems } = await index;
    const problem = problems.find((one) => key.startsWith(one.key16));
    if (problem) throw new ImagePromptError(problem.code, `${problem.file} ${problem.message}.`);
    const known = byKey.get(key);
    if (known) return known;
    const lost = await store.findLost(new Set([key]));
    if (lost.length === 0) return [];
    const restored = await Promise.all(lost.map((original) => store.restore(original)));
    forget();
    return restored;
  }

  async function fromStore(
    wanted: WantedPicture,
    origin: 'store' | 'made',
  ): Promise<Source | null> {
    const candidates = await findCandidates(wanted);
    if (candidates.length === 0) return null;
    const original = pickCandidate(candidates, wanted.spec);
    // Variants may all be cached, but a page must not outlive its original unnoticed.
    if (!(await store.has(original))) await store.read(original);
    const { digest, width, height } = original.record.image;
    return {
      digest,
      size: { width, height },
      read: () => store.read(original),
      sketch: provider.name === 'sketch',
      origin,
    };
  }

  async function fromSketch({ recipe, spec }: WantedPicture): Promise<Source> {
    const { usd } = provider.quote(recipe, spec.numImages);
    const price = usd === null ? 'price unknown' : `$${usd.toFixed(2)}`;
    const bytes = await deps.drawSketch(recipe, `not generated · ${price}`);
    return {
      digest: digestOf(bytes),
      size: recipe.input.image_size,
      read: async () => bytes,
      sketch: true,
      origin: 'preview',
    };
  }

  async function fromProvider(wanted: WantedPicture): Promise<Source> {
    const { spec, key, recipe } = wanted;
    const { numImages } = spec;
    const order = { file: spec.file, key, recipe, wanted: numImages, least: numImages };
    const { failure } = await limit(() => obtainOnce(order, deps, run));
    forget();
    const source = await fromStore(wanted, 'made');
    if (source) return failure ? { ...source, failure } : source;
    if (failure) throw failure;
    throw new ImagePromptError(
      'STORE_BROKEN',
      `${spec.file} was generated but is not in the store.`,
    );
  }

  async function resolveSource(wanted: WantedPicture): Promise<Source> {
    const lacking = (await findCandidates(wanted)).length < wanted.spec.numImages;
    const complete = !(lacking && options.onMissing === 'generate');
    const known = complete ? await fromStore(wanted, 'store') : null;
    if (known) return known;
    if (options.onMissing === 'sketch') return await fromSketch(wanted);
    if (options.onMissing === 'generate') return await fromProvider(wanted);
    throw frozenError(wanted, options, await planAll(wanted.spec.file));
  }

  return {
    refresh,
    async build(file, { encode = false, onDependencies } = {}) {
      const relative = toRelative(options.root, file);
      const loaded = await loadOne(relative, options, deps.specs);
      onDependencies?.(loaded.dependencies);
      assertNoErrors(loaded.diagnostics, relative);
      const wanted = toWanted(loaded.spec!, options);
      const { spec } = wanted;
      const source = await resolveSource(wanted);
      const shape = { original: source.size, picture: spec.picture, output: spec.output };
      const job: EncodeJob = {
        source: source.digest,
        crop: planCrop(shape),
        placeholder: spec.output.placeholder,
        provenance: spec.output.provenance ? 'trainedAlgorithmicMedia' : null,
      };
      const planFor = (analysis: Analysis): VariantPlan =>
        planVariants({ ...shape, alpha: analysis.alpha });
      const rendered = encode ? await renderer.renderPlanned(job, planFor, source.read) : null;
      const analysis = rendered?.analysis ?? (await renderer.analyse(job, source.read));
      const plan = rendered?.plan ?? planFor(analysis);
      return {
        file: relative,
        name: slugOf(relative),
        alt: spec.alt,
        prompt: wanted.recipe.input.prompt,
        sketch: source.sketch,
        origin: source.origin,
        dependencies: loaded.dependencies,
        warnings: [...loaded.diagnostics, ...failureOf(source, relative)],
        output: spec.output,
        source: source.digest,
        analysis,
        plan,
        variants: rendered?.variants ?? [],
        renderOne: (one) => renderer.renderOne(job, one, source.read),
      };
    },
  };
}

function failureOf({ failure }: Source, file: string): Diagnostic[] {
  if (!failure) return [];
  const { code, message, hint } = failure;
  return [{ code, severity: 'warning', file, line: 1, column: 1, message, hint }];
}
