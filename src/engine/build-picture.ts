import type { Diagnostic } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { ArtSource, VariantRange } from '../picture/picture.ts';
import type { Digest } from '../recipe/types.ts';
import { withoutSearch } from '../spec/output.ts';
import type { QueryOverrides } from '../spec/query.ts';
import type { ResolvedOutput } from '../spec/types.ts';
import { slugOf } from '../store/names.ts';
import { dropLarger } from '../variant/drop-larger.ts';
import { type CropRequest, planCrop } from '../variant/plan-crop.ts';
import { planVariants } from '../variant/plan-variants.ts';
import type {
  Analysis,
  EncodeJob,
  Provenance,
  Variant,
  VariantPlan,
  VariantSpec,
} from '../variant/types.ts';
import { assemblePicture, type BuiltPart } from './assemble-picture.ts';
import { chooseParts } from './choose-parts.ts';
import type { EngineDeps } from './engine.ts';
import { createPictureLoader, type LoadedPicture, type WantedPart } from './load-picture.ts';
import { assertNoErrors, toRelative } from './load-wanted.ts';
import { createPictureSources, type PictureSource } from './picture-source.ts';
import type { WantedPicture } from './plan.ts';
import { hasLocalPicture } from './settle.ts';
import type { Plan } from './types.ts';

/** The picture of one spec, planned and ready to be encoded; of a matrix all that were asked for. */
export interface BuiltPicture {
  /** The spec, relative to the root. */
  file: string;
  /** Base name for assets, safe in URLs. */
  name: string;
  alt: string;
  /** The final prompts, for the leak guard; never for the page. */
  prompts: readonly string[];
  /** Whether it was drawn locally: a preview, or the sketch provider's own. */
  sketch: boolean;
  /** Where it comes from: found in the store, made in this run, or a preview that is stored nowhere. */
  origin: PictureSource['origin'];
  /** Absolute paths of every file the picture depends on. */
  dependencies: readonly string[];
  /** Warnings of the spec. */
  warnings: readonly Diagnostic[];
  output: ResolvedOutput;
  /** Digest of what it is cut from. */
  source: Digest;
  /** What {@link PictureBuilder.peek} said at the time. */
  peek: string;
  analysis: Analysis;
  /** Of the picture itself, or the first one, but for its variants: they are those of all. */
  plan: VariantPlan;
  /** In the order of the plan; empty unless encoding was asked for. */
  variants: readonly Variant[];
  /** What stands beside the picture itself, in place of it for some screens. */
  art: readonly ArtSource[];
  /** Every picture of a matrix by the values of its axes; null where the import is one picture. */
  cells: readonly BuiltCell[] | null;
  /** Text that changes with anything that the variants are cut from. */
  identity: string;
  /** Encodes one variant, as a dev server does when it is asked for. */
  renderOne(spec: VariantSpec): Promise<Variant>;
  /**
   * The same with the quickest settings, for the first sight in a dev server. A draft has a key of its own, so
   * no build finds it; null when the variant is there already, or made in no time.
   */
  renderDraft(spec: VariantSpec): Promise<Variant | null>;
}

/** One picture of a matrix. */
export interface BuiltCell extends Pick<BuiltPicture, 'alt' | 'output' | 'analysis' | 'art'> {
  /** Values of the axes that the import leaves open, in their order. */
  path: readonly string[];
  plan: Pick<VariantPlan, 'display' | 'src'>;
  range: VariantRange;
}

/** How a picture is built. */
export interface BuildPictureOptions {
  /** Encode every variant at once, with the one decode that planning needs. */
  encode?: boolean;
  /** Never pay, whatever `onMissing` says: what is missing is an error. */
  frozen?: boolean;
  /** Only one picture has room: a set is refused, before any of it is made. */
  single?: boolean;
  /** What the query of an import says over the `output` of the spec. */
  overrides?: QueryOverrides;

  /** Told the files that the picture depends on, and those that are missing, before anything can fail. */
  onDependencies?: (files: readonly string[], missing: readonly string[]) => void;
}

/** Builds pictures one spec at a time; shares the run's budget and one reading of the store. */
export interface PictureBuilder {
  /** @param file absolute path of the spec */
  build(file: string, options?: BuildPictureOptions): Promise<BuiltPicture>;
  /** See {@link PictureSources.peek}. @param file absolute path of the spec */
  peek(file: string): Promise<string>;
  spentUsd(): number;
  /** See {@link PictureSources.rereadStore}. */
  rereadStore(): void;
  /** See {@link PictureSources.refresh}. */
  refresh(): void;
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
  const { renderer } = deps;
  const sources = createPictureSources(options, deps, planAll);
  const load = (file: string): Promise<LoadedPicture> =>
    createPictureLoader(options, deps.specs.read, deps.memo).load(file);

  /** Drawing a preview in full, only for its colour and placeholder, would take most of a load. */
  const analyse = async (
    source: PictureSource,
    job: EncodeJob,
    shape: CropRequest,
  ): Promise<Analysis> => {
    const { miniature } = source;
    if (!miniature) return await renderer.analyse(job, source.read);
    const crop = planCrop({ ...shape, original: miniature.size });
    return await renderer.analyse({ ...job, source: miniature.digest, crop }, miniature.read);
  };

  /** One crop of one original: the picture itself, or one of its sources. */
  async function buildPart(
    { picture: wanted }: WantedPart,
    asked: ResolvedOutput,
    { encode, frozen }: { encode: boolean; frozen: boolean },
  ): Promise<BuiltPart> {
    const { spec } = wanted;
    const source = await sources.resolve(wanted, { frozen });
    const output = source.origin === 'preview' ? toQuickOutput(asked) : asked;
    const shape = { original: source.size, picture: spec.picture, output };
    const job: EncodeJob = {
      source: source.digest,
      ...(source.file === null ? {} : { file: source.file }),
      crop: planCrop(shape),
      placeholder: output.placeholder,
      provenance: output.provenance ? provenanceOf(wanted) : null,
    };
    const planFor = (analysis: Analysis): VariantPlan =>
      planVariants({ ...shape, alpha: analysis.alpha });
    const rendered = encode ? await renderer.renderPlanned(job, planFor, source.read) : null;
    const analysis = rendered?.analysis ?? (await analyse(source, job, shape));
    const { plan, variants } = rendered
      ? dropLarger(rendered.plan, rendered.variants)
      : { plan: planFor(analysis), variants: [] };
    return { source, output, job, analysis, plan, variants };
  }

  return {
    rereadStore: sources.rereadStore,
    refresh: sources.refresh,
    spentUsd: sources.spentUsd,

    async peek(file) {
      const relative = toRelative(options.root, file);
      const { loaded, pictures } = await load(relative);
      assertNoErrors(loaded.diagnostics, relative);
      return await peekAll(pictures);
    },

    async build(file, how = {}) {
      const { encode = false, frozen = false, single = false, overrides = {} } = how;
      const relative = toRelative(options.root, file);
      const { loaded, pictures } = await load(relative);
      how.onDependencies?.(loaded.dependencies, loaded.missing);
      assertNoErrors(loaded.diagnostics, relative);
      const chosen = chooseParts(loaded, pictures, overrides, { file: relative, single });
      const parts = await settleEach(
        chosen.parts.map(async (part) => {
          const { output } = part.picture.spec;
          const asked = await applyOverrides(output, chosen.overrides, relative);
          return { ...part, ...(await buildPart(part, asked, { encode, frozen })) };
        }),
      );
      const assembled = assemblePicture(parts, chosen.openAxes);
      const [first] = parts;
      const { spec } = first!.picture;
      const partOf = (one: VariantSpec): BuiltPart => assembled.partOf(one);
      const peeked =
        parts.length === pictures.length
          ? parts.map(({ source }) => source.name).join('\n')
          : await peekAll(pictures);
      return {
        file: relative,
        name: slugOf(relative),
        alt: spec.alt,
        prompts: parts.map(({ picture }) => picture.recipe.input.prompt),
        sketch: parts.some(({ source }) => source.sketch),
        origin: worstOrigin(parts.map(({ source }) => source.origin)),
        dependencies: loaded.dependencies,
        warnings: [
          ...loaded.diagnostics,
          ...parts.flatMap(({ source }) => failureOf(source, relative)),
        ],
        output: first!.output,
        source: first!.source.digest,
        peek: peeked,
        analysis: first!.analysis,
        ...assembled.picture,
        renderOne: (one) => renderer.renderOne(partOf(one).job, one, partOf(one).source.read),
        async renderDraft(one) {
          const { job, source } = partOf(one);
          const draft = toDraft(one);
          if (draft === null || (await renderer.find(job, one)) !== null) return null;
          return await renderer.renderOne(job, draft, source.read);
        },
      };
    },
  };

  async function peekAll(pictures: readonly WantedPart[]): Promise<string> {
    const names: string[] = [];
    for (const { picture } of pictures) names.push(await sources.peek(picture));
    return names.join('\n');
  }
}

/** Waits for all of them, whatever becomes of one: what they pay for must be received. */
async function settleEach<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

/** What a build tells of several pictures at once: what is least like the picture that was asked for. */
function worstOrigin(origins: readonly PictureSource['origin'][]): PictureSource['origin'] {
  if (origins.includes('preview')) return 'preview';
  return origins.includes('made') ? 'made' : 'store';
}

/** Of a picture with a photograph in it, at whatever depth of a chain, the composite (contract, section 4). */
function provenanceOf(wanted: WantedPicture): Provenance {
  return hasLocalPicture(wanted)
    ? 'compositeWithTrainedAlgorithmicMedia'
    : 'trainedAlgorithmicMedia';
}

/** Few imports override anything, and only they need the schema. */
async function applyOverrides(
  output: ResolvedOutput,
  overrides: QueryOverrides,
  file: string,
): Promise<ResolvedOutput> {
  if (Object.keys(overrides).length === 0) return output;
  const { overrideOutput } = await import('../spec/query.ts');
  return overrideOutput(output, overrides, file);
}

/** A preview is looked at once and never published: it must be there at once. */
function toQuickOutput(output: ResolvedOutput): ResolvedOutput {
  const { avif, webp, jpeg, png } = output.quality;
  const quality = {
    avif: { ...withoutSearch('avif', avif), effort: 0 },
    webp: { ...withoutSearch('webp', webp), effort: 0 },
    jpeg: withoutSearch('jpeg', jpeg),
    png,
  };
  return { ...output, quality };
}

/** An AVIF of effort 0 takes a tenth of the time of effort 3, and is a third larger. */
function toDraft(spec: VariantSpec): VariantSpec | null {
  const { format, options } = spec;
  if (format !== 'avif' && format !== 'webp') return null;
  if (options.effort === 0 || options.lossless) return null;
  return { ...spec, options: { ...withoutSearch(format, options), effort: 0 } };
}

function failureOf({ failure }: PictureSource, file: string): Diagnostic[] {
  if (!failure) return [];
  const { code, message, hint } = failure;
  return [{ code, severity: 'warning', file, line: 1, column: 1, message, hint }];
}
