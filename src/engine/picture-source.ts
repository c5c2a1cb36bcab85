import { join } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { EditInput, EditInputs } from '../provider/types.ts';
import type { Digest, Key } from '../recipe/types.ts';
import { formatUsd, labelOf } from '../report.ts';
import type { Size } from '../spec/types.ts';
import type { StoredOriginal, StoreIndex } from '../store/types.ts';
import { createBudget } from './budget.ts';
import { readCandidates } from './candidates.ts';
import type { EngineDeps } from './engine.ts';
import { frozenError } from './frozen-error.ts';
import { inputsOf } from './generate.ts';
import { missingInput, openInputs } from './open-inputs.ts';
import { createBounds, type Run } from './orders.ts';
import { findPickProblem, pickCandidate } from './pick-candidate.ts';
import type { WantedInput, WantedPicture } from './plan.ts';
import { recallRefusal } from './refusals.ts';
import { obtainOnce } from './run-orders.ts';
import { settleAll } from './settle.ts';
import type { Plan } from './types.ts';

/** What a picture is cut from. */
export interface PictureSource {
  digest: Digest;
  size: Size;
  read: () => Promise<Buffer>;
  /** Absolute path of the file that should hold the bytes; null when there is none. */
  file: string | null;
  /** A preview in miniature, which is enough for an analysis. */
  miniature?: { digest: Digest; size: Size; read: () => Promise<Buffer> };
  /** What {@link PictureSources.peek} calls it. */
  name: string;
  /** Whether it was drawn locally: a preview, or the sketch provider's own. */
  sketch: boolean;
  /** Found in the store, made in this run, or a preview that is stored nowhere. */
  origin: 'store' | 'made' | 'preview';
  /** Why not all candidates came. */
  failure?: ImagePromptError;
}

/** Finds what pictures are cut from; shares the run's budget and one reading of the store. */
export interface PictureSources {
  /**
   * The source as `onMissing` says: found, made, or drawn.
   * @param how `frozen`: never make one, whatever `onMissing` says
   */
  resolve(wanted: WantedPicture, how: { frozen: boolean }): Promise<PictureSource>;
  /**
   * Names the source that {@link resolve} would find, without making or drawing anything: the text
   * changes whenever the picture would.
   */
  peek(wanted: WantedPicture): Promise<string>;
  /** US dollars that this run has spent. */
  spentUsd(): number;
  /** Forgets what was read of the store. */
  rereadStore(): void;
  /** The same, and what stopped the run is tried again: in watch mode the key or the balance may have been mended. */
  refresh(): void;
}

/**
 * Creates the finder.
 * @param planAll the plan of the whole project and a spec of it, for the message of a frozen build
 */
export function createPictureSources(
  options: ResolvedOptions,
  deps: EngineDeps,
  planAll: (file: string) => Promise<Plan>,
): PictureSources {
  const { store, provider } = deps;
  const budget = createBudget(options.budget, false);
  const run: Run = {
    budget,
    ...createBounds(options.concurrency, deps),
    retryInDoubt: false,
    wait: true,
    stopped: null,
    onEvent: () => {},
  };
  const opening = { read: deps.specs.read, store };
  let index: Promise<StoreIndex> | null = null;
  let planned: Promise<Plan> | null = null;
  const forget = (): void => {
    index = null;
    planned = null;
  };

  /** Bundlers go on after an error: one plan tells of everything that is missing. */
  async function planFor(file: string): Promise<Plan> {
    planned ??= planAll(file);
    const plan = await planned;
    if (plan.specs.some((item) => item.file === file)) return plan;
    planned = planAll(file);
    return await planned;
  }

  /** By what the store has now; the safe copies are asked only where something is to be made or found. */
  async function settle(wanted: WantedPicture): Promise<WantedPicture> {
    index ??= store.index();
    const read = index;
    const known = { index: () => read, findLost: (keys: ReadonlySet<Key>) => store.findLost(keys) };
    const [settled] = await settleAll([wanted], provider.name, known);
    return settled!;
  }

  async function findCandidates({ key, spec }: WantedPicture): Promise<readonly StoredOriginal[]> {
    index ??= store.index();
    const { all, lost } = await readCandidates(key, [spec], { index: await index, store });
    if (lost.length > 0) {
      await Promise.all(lost.map((original) => store.restore(original)));
      forget();
    }
    return all;
  }

  async function fromStore(
    wanted: WantedPicture,
    origin: 'store' | 'made',
  ): Promise<PictureSource | null> {
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
      file: join(store.dir, 'originals', original.file),
      name: nameStored(digest),
      sketch: provider.name === 'sketch',
      origin,
    };
  }

  /** What a preview of an edit is drawn over: pictures that are missing are previews themselves. */
  async function openForSketch({ edit }: WantedPicture, drawn: Drawn): Promise<EditInputs> {
    const draw = async (picture: WantedPicture): Promise<EditInput> => {
      const { digest, read } = await fromSketch(picture, drawn);
      return { digest, bytes: await read() };
    };
    const open = async (input: WantedInput): Promise<EditInput> => {
      if (input.kind === 'file' || input.original !== null) {
        const one = { images: [input], mask: null };
        return (await openInputs({ edit: one }, opening)).images[0]!;
      }
      const { picture } = input;
      return await once(drawn, picture, () => draw(picture));
    };
    const images = await Promise.all((edit?.images ?? []).map(open));
    return { images, mask: edit?.mask ? await open(edit.mask) : null };
  }

  async function fromSketch(
    wanted: WantedPicture,
    known: Drawn = new Map(),
  ): Promise<PictureSource> {
    const { recipe, spec } = wanted;
    const { usd } = provider.quote(recipe, spec.numImages);
    const badge = `not generated · ${formatUsd(usd)}`;
    const inputs = wanted.edit && (await openForSketch(wanted, known));
    const drawn = await deps.prepareSketch(recipe, { badge, ...(inputs ? { inputs } : {}) });
    const { digest, draw, miniature } = drawn;
    return {
      digest,
      size: recipe.input.image_size,
      read: draw,
      file: null,
      miniature: { digest: miniature.digest, size: miniature.size, read: miniature.draw },
      name: nameMissing(wanted),
      sketch: true,
      origin: 'preview',
    };
  }

  /** Nothing is bought, and nobody is told to buy, what could not be shown. */
  async function assertPick(wanted: WantedPicture): Promise<void> {
    const { spec } = wanted;
    const problem = findPickProblem(spec, await findCandidates(wanted), spec.numImages);
    if (problem) throw problem;
  }

  async function fromProvider(wanted: WantedPicture): Promise<PictureSource> {
    const { spec, key } = wanted;
    await assertPick(wanted);
    const refusal = recallRefusal(store.dir, key, spec.file);
    const failure = refusal ?? (await ask(wanted));
    const source = await fromStore(wanted, refusal ? 'store' : 'made');
    if (source) return failure ? { ...source, failure } : source;
    if (failure) throw failure;
    throw new ImagePromptError(
      'STORE_BROKEN',
      `${spec.file} was generated but is not in the store.`,
    );
  }

  /** @returns why not all candidates came, or null */
  async function ask(wanted: WantedPicture): Promise<ImagePromptError | null> {
    const { spec, key, recipe } = wanted;
    const inputs = inputsOf(wanted, deps);
    const counts = { wanted: spec.numImages, choices: [spec] };
    const order = { file: spec.file, key, recipe, ...counts, inputs };
    const { failure } = await obtainOnce(order, deps, run);
    forget();
    return failure;
  }

  /** Makes what an edit waits for, one generation of its chain after the other. */
  async function settleOrMake(
    unsettled: WantedPicture,
    made: Map<string, Promise<void>> = new Map(),
  ): Promise<WantedPicture> {
    const wanted = await settle(unsettled);
    if (wanted.waitsFor.length === 0) return wanted;
    const make = async (picture: WantedPicture): Promise<void> => {
      const first = await settleOrMake(picture, made);
      if (first.waitsFor.length === 0) await fromProvider(first);
    };
    await Promise.all(
      wanted.waitsFor.map((picture) => once(made, labelOf(picture.spec), () => make(picture))),
    );
    return await settle(unsettled);
  }

  function nameMissing({ key }: WantedPicture): string {
    return `${options.onMissing === 'sketch' ? 'preview' : 'missing'}:${key}`;
  }

  return {
    async resolve(unsettled, { frozen }) {
      const generates = options.onMissing === 'generate' && !frozen;
      const wanted = await (generates ? settleOrMake(unsettled) : settle(unsettled));
      if (wanted.waitsFor.length > 0 && generates) {
        throw missingInput(wanted.spec.file, wanted.waitsFor);
      }
      const lacking = (await findCandidates(wanted)).length < wanted.spec.numImages;
      const complete = !(lacking && generates);
      const known = complete ? await fromStore(wanted, 'store') : null;
      if (known) return known;
      if (options.onMissing === 'sketch') return await fromSketch(wanted);
      if (generates) return await fromProvider(wanted);
      for (const one of [wanted, ...wanted.waitsFor]) {
        if (one.waitsFor.length === 0) await assertPick(one);
      }
      const onMissingReason =
        options.onMissing === 'generate'
          ? 'only the first build of a plugin may, unless onMissing says so'
          : options.onMissingReason;
      const { onlyInline } = options;
      throw frozenError(wanted, { onMissingReason, onlyInline }, await planFor(wanted.spec.file));
    },

    async peek(unsettled) {
      const wanted = await settle(unsettled);
      index ??= store.index();
      const read = await index;
      // Of what is wholly lost nothing is known until it is brought back: pages ask often.
      const choices = (read.byKey.get(wanted.key) ?? []).length === 0 ? [] : [wanted.spec];
      const { all } = await readCandidates(wanted.key, choices, { index: read, store });
      if (all.length === 0) return nameMissing(wanted);
      return nameStored(pickCandidate(all, wanted.spec).record.image.digest);
    },

    spentUsd: () => budget.spent(),

    rereadStore: forget,

    refresh() {
      forget();
      run.stopped = null;
    },
  };
}

/** Sketches that others of one drawing are drawn over. */
type Drawn = Map<WantedPicture, Promise<EditInput>>;

/** Several pictures of a chain may be made from one. */
function once<K, T>(known: Map<K, Promise<T>>, name: K, work: () => Promise<T>): Promise<T> {
  const begun = known.get(name) ?? work();
  known.set(name, begun);
  return begun;
}

function nameStored(digest: Digest): string {
  return `store:${digest}`;
}
