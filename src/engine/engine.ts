import type { Diagnostic } from '../errors.ts';
import type { Memo } from '../fs/memo.ts';
import type { ResolvedOptions } from '../options.ts';
import type { PreparedSketch, SketchOptions } from '../provider/sketch/draw.ts';
import type { Key, Recipe } from '../recipe/types.ts';
import type { ContactSheet } from '../sheet/types.ts';
import type { Renderer } from '../variant/render.ts';
import {
  type BuildPictureOptions,
  type BuiltPicture,
  createPictureBuilder,
} from './build-picture.ts';
import { checkPicks } from './check-picks.ts';
import { collectGarbage } from './collect-garbage.ts';
import { findCell } from './find-cell.ts';
import { generate, resume } from './generate.ts';
import { listOriginals } from './list.ts';
import {
  addUpstream,
  assertNoErrors,
  loadWanted,
  pickWanted,
  type SpecPorts,
  selectSpecs,
  type Wanted,
} from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import type { ObtainDeps } from './orders.ts';
import { type CancelReport, cancelPending } from './pending.ts';
import type { Picked } from './pick.ts';
import { createReadAhead } from './read-ahead.ts';
import type {
  ExplainedSpec,
  GarbageReport,
  GenerateOptions,
  GenerateReport,
  ListedOriginal,
  Plan,
  ResumeOptions,
  SheetReport,
  TypesReport,
  VerifyReport,
} from './types.ts';
import { verifyStore } from './verify.ts';
import type { WriteSheetOptions } from './write-sheet.ts';
import { type WriteTypesOptions, writeTypes } from './write-types.ts';

/** What the engine needs of the world; `defaults.ts` brings the real one. */
export interface EngineDeps extends ObtainDeps {
  specs: SpecPorts;
  /** What was found out before; may be lost at any time. */
  memo: Memo;
  renderer: Renderer;
  /** Prepares a free preview of a recipe; the badge tells why it is one. */
  prepareSketch: (recipe: Recipe, options: SketchOptions) => Promise<PreparedSketch>;
  /** Draws a contact sheet as a PNG. */
  drawSheet: (sheet: ContactSheet) => Promise<Uint8Array>;
  /** Replaces a file that a command makes, all at once. */
  writeResult: (path: string, content: string | Uint8Array) => Promise<void>;
}

/** What a plan may assume. */
export interface PlanOptions {
  /** Further candidates for each named spec; what it is made from wants its own. */
  more?: number;
  /** Whether what is broken for good of a named spec counts as missing. */
  rebuy?: boolean;
}

/** The conductor over the rooms: everything a host may ask for. */
export interface Engine {
  readonly options: ResolvedOptions;
  /** Specs that the words of a command line name, relative to the root; none means all. */
  select(words: readonly string[], cwd: string): Promise<string[]>;
  /** Every diagnostic of these specs. */
  check(files: readonly string[]): Promise<readonly Diagnostic[]>;
  /**
   * What a generate would do for these specs, or for all of them when `files` is null, with prices; nothing
   * is sent, and nothing written but the disposable cache.
   */
  plan(files: readonly string[] | null, how?: PlanOptions): Promise<Plan>;
  /**
   * Where the values of these specs come from, what they ask for, and what the store has of it.
   * @param cell the picture of a matrix that is explained, the first when left out
   * @throws ImagePromptError CONFIG_INVALID: a spec has no such picture
   */
  explain(files: readonly string[], cell?: string | null): Promise<ExplainedSpec[]>;
  /** Carries out the plan for these specs. */
  generate(files: readonly string[], options: GenerateOptions): Promise<GenerateReport>;
  /** Finishes what earlier runs submitted: for these specs, or all of it when `files` is null. */
  resume(files: readonly string[] | null, options: ResumeOptions): Promise<GenerateReport>;
  /** Takes back what the service has queued and not begun: for these specs, or all of it. */
  cancel(files: readonly string[] | null): Promise<CancelReport>;
  /** Re-reads every original and record, and on request brings back what can be brought back. */
  verify(repair: boolean): Promise<VerifyReport>;
  /** Lists the originals that no spec uses, and on request moves them to the trash. */
  collectGarbage(remove: boolean): Promise<GarbageReport>;
  /**
   * Sets `pick` in a spec, keeping its comments and layout.
   * @param cell name of a picture of its matrix, such as `en.light`; null without a matrix
   * @throws ImagePromptError SPEC_PICK and what is wrong with the spec; CONFIG_INVALID: there is no such cell
   */
  pick(file: string, pick: number | string, cell?: string | null): Promise<Picked>;
  /** Originals that these specs use; of the whole store, orphans included, when `files` is null. */
  list(files: readonly string[] | null): Promise<ListedOriginal[]>;
  /**
   * Writes a contact sheet: every candidate of these specs, or of all when `files` is null.
   * @throws ImagePromptError CONFIG_INVALID
   */
  writeSheet(files: readonly string[] | null, options: WriteSheetOptions): Promise<SheetReport>;
  /**
   * Writes a declaration file with the exact types of all specs, or only looks whether it is current.
   * @throws ImagePromptError CONFIG_INVALID
   */
  writeTypes(options: WriteTypesOptions): Promise<TypesReport>;
  /**
   * The picture of one spec, made or found as the options say.
   * @param file absolute path
   */
  buildPicture(file: string, options?: BuildPictureOptions): Promise<BuiltPicture>;
  /**
   * Names what the picture of a spec would be cut from: text that changes whenever the picture would,
   * found without making or drawing anything.
   * @param file absolute path
   */
  peek(file: string): Promise<string>;
  /** What building pictures took so far. */
  tally(): Tally;
  /** What went wrong with the cache and was got round. */
  warnings(): readonly string[];
  /** Forgets what was read of the store: call it when the store has changed. */
  rereadStore(): void;
  /** The same when a build starts over: an account that was empty, or did not let us in, is tried again. */
  refresh(): void;
  /** Begins what the first picture will need, where there are pictures already. Never rejects. */
  warm(): Promise<void>;
  /** Ends the encoder; what is built later begins it anew. */
  close(): Promise<void>;
}

/** Sums over every picture that an engine has built. */
export interface Tally {
  /** US dollars. */
  spentUsd: number;
  /** Variants that were encoded, and those that the cache had. */
  encoded: number;
  cached: number;
}

/** Creates the engine. Nothing is read before something is asked for. */
export function createEngine(options: ResolvedOptions, deps: EngineDeps): Engine {
  let closed = 0;
  const ahead = createReadAhead(deps.specs.read);
  const select = (words: readonly string[], cwd: string): Promise<string[]> => {
    ahead.forget();
    return selectSpecs(words, cwd, options, { list: deps.specs.list, read: ahead.look });
  };
  const loading = { read: ahead.take, memo: deps.memo, store: deps.store };
  const load = (files: readonly string[]): Promise<Wanted> => loadWanted(files, options, loading);
  const all = (): Promise<string[]> => select([], options.root);
  const loadAll = async (): Promise<Wanted> => load(await all());
  /** Each spec is read once, whether it is planned, or only owns what would else be an orphan. */
  const planAmong = async (
    names: readonly string[],
    files: readonly string[] | null,
    { more = 0, rebuy = false }: PlanOptions = {},
  ): Promise<Plan> => {
    if (files === null) {
      const everything = await load(names);
      const wanted = addUpstream(everything);
      return await makePlan({ wanted, all: everything, more, rebuy }, deps);
    }
    const loaded = await load([...new Set([...files, ...names])]);
    const wanted = addUpstream(pickWanted(loaded, new Set(files)));
    return await makePlan({ wanted, all: pickWanted(loaded, new Set(names)), more, rebuy }, deps);
  };
  const builder = createPictureBuilder(options, deps, async (file) => {
    const names = await all();
    // An imported spec counts also where discovery does not look.
    return await planAmong(names, [...new Set([...names, file])].sort());
  });

  return {
    options,
    select,
    check: async (files) => checkPicks(addUpstream(await load(files)), deps),
    plan: async (files, how) => planAmong(await all(), files, how),
    async explain(files, cell = null) {
      const { explainSpecs } = await import('./explain.ts');
      return await explainSpecs(files, cell, options, { loading, ...deps });
    },
    generate: async (files, how) => generate(addUpstream(await load(files)), how, deps),
    resume: async (files, how) =>
      resume(files ? await load(files) : await loadAll(), files !== null, how, deps),
    async cancel(files) {
      const keys = files && keysOf(await load(files));
      const entries = (await deps.journal.list()).filter((one) => !keys || keys.has(one.key));
      return await cancelPending(entries, deps);
    },
    verify: async (repair) => verifyStore(await loadAll(), repair, options, deps),
    collectGarbage: async (remove) => collectGarbage(await loadAll(), remove, options, deps),
    async pick(file, pick, cell = null) {
      const { loaded, pictures, diagnostics } = await load([file]);
      assertNoErrors(diagnostics, file);
      const { pickInSpec } = await import('./pick.ts');
      const picture = findCell(pictures, { file, cell, axes: loaded[0]!.axes });
      return await pickInSpec(picture, cell, pick, { ...deps, root: options.root });
    },
    list: async (files) =>
      listOriginals(await load(files ?? (await all())), files === null, options, deps),
    async writeSheet(files, how) {
      const wanted = await load(files ?? (await all()));
      const { writeSheet } = await import('./write-sheet.ts');
      return await writeSheet(wanted, how, options.root, deps);
    },
    writeTypes: async (how) => writeTypes(await loadAll(), how, options.root, deps),
    buildPicture: builder.build,
    peek: builder.peek,
    tally: () => ({ spentUsd: builder.spentUsd(), ...deps.renderer.counts() }),
    warnings: () => deps.renderer.warnings(),
    rereadStore: builder.rereadStore,
    refresh: builder.refresh,
    async warm() {
      const before = closed;
      const { byKey } = await deps.store.index().catch(() => ({ byKey: new Map() }));
      // Whoever closed it meanwhile would leave an encoder behind that nobody ends.
      if (byKey.size === 0 || closed !== before) return;
      deps.renderer.warm();
      await import('../spec/load.ts').catch(() => {});
    },
    close() {
      closed++;
      return deps.renderer.close();
    },
  };
}

/** Keys of pictures. */
function keysOf(wanted: Wanted): Set<Key> {
  return new Set(wanted.pictures.map((picture) => picture.key));
}
