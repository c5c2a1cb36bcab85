import type { Diagnostic } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Key } from '../recipe/types.ts';
import type { Renderer } from '../variant/render.ts';
import {
  type BuildPictureOptions,
  type BuiltPicture,
  createPictureBuilder,
} from './build-picture.ts';
import { collectGarbage } from './collect-garbage.ts';
import { generate, resume } from './generate.ts';
import { listOriginals } from './list.ts';
import {
  assertNoErrors,
  loadWanted,
  type SpecPorts,
  selectSpecs,
  type Wanted,
} from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import type { ObtainDeps } from './obtain.ts';
import { type CancelReport, cancelPending } from './pending.ts';
import { type Picked, pickInSpec } from './pick.ts';
import type {
  GarbageReport,
  GenerateOptions,
  GenerateReport,
  ListedOriginal,
  Plan,
  ResumeOptions,
  VerifyReport,
} from './types.ts';
import { verifyStore } from './verify.ts';

/** What the engine needs of the world; `defaults.ts` brings the real one. */
export interface EngineDeps extends ObtainDeps {
  specs: SpecPorts;
  renderer: Renderer;
  /** Requests that are polled and collected at once by a resume. */
  collectConcurrency: number;
  /** Draws a preview of a recipe for free; the badge tells why it is one. */
  drawSketch: (recipe: WantedRecipe, badge: string) => Promise<Buffer>;
}

type WantedRecipe = Wanted['pictures'][number]['recipe'];

/** What a plan may assume. */
export interface PlanOptions {
  /** Further candidates for each spec. */
  more?: number;
  /** Whether what is broken for good counts as missing. */
  rebuy?: boolean;
}

/** The conductor over the rooms: everything a host may ask for. */
export interface Engine {
  readonly options: ResolvedOptions;
  /** Specs that the words of a command line name, relative to the root; none means all. */
  select(words: readonly string[], cwd: string): Promise<string[]>;
  /** Every diagnostic of these specs. */
  check(files: readonly string[]): Promise<readonly Diagnostic[]>;
  /** What a generate would do, with prices; nothing is sent and nothing written. */
  plan(files: readonly string[], how?: PlanOptions): Promise<Plan>;
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
   * @throws ImagePromptError SPEC_PICK and what is wrong with the spec
   */
  pick(file: string, pick: number | string): Promise<Picked>;
  /** Originals that these specs use; of the whole store, orphans included, when `files` is null. */
  list(files: readonly string[] | null): Promise<ListedOriginal[]>;
  /**
   * The picture of one spec, made or found as the options say.
   * @param file absolute path
   */
  buildPicture(file: string, options?: BuildPictureOptions): Promise<BuiltPicture>;
  /** Forgets what was read of the store: call it when a build starts over. */
  refresh(): void;
}

/** Creates the engine. Nothing is read before something is asked for. */
export function createEngine(options: ResolvedOptions, deps: EngineDeps): Engine {
  const load = (files: readonly string[]): Promise<Wanted> =>
    loadWanted(files, options, deps.specs);
  const all = (): Promise<string[]> => selectSpecs([], options.root, options, deps.specs);
  const loadAll = async (): Promise<Wanted> => load(await all());
  const plan = async (
    files: readonly string[],
    { more = 0, rebuy = false }: PlanOptions = {},
  ): Promise<Plan> =>
    makePlan({ wanted: await load(files), all: await loadAll(), more, rebuy }, deps);
  // An imported spec counts also where discovery does not look.
  const builder = createPictureBuilder(options, deps, async (file) =>
    plan([...new Set([...(await all()), file])].sort()),
  );

  return {
    options,
    select: (words, cwd) => selectSpecs(words, cwd, options, deps.specs),
    check: async (files) => (await load(files)).diagnostics,
    plan,
    generate: async (files, how) => generate(await load(files), how, deps),
    resume: async (files, how) =>
      resume(files ? await load(files) : await loadAll(), files !== null, how, deps),
    async cancel(files) {
      const keys = files && keysOf(await load(files));
      const entries = (await deps.journal.list()).filter((one) => !keys || keys.has(one.key));
      return await cancelPending(entries, deps);
    },
    verify: async (repair) => verifyStore(await loadAll(), repair, options, deps),
    collectGarbage: async (remove) => collectGarbage(await loadAll(), remove, options, deps),
    async pick(file, pick) {
      const { pictures, diagnostics } = await load([file]);
      assertNoErrors(diagnostics, file);
      return await pickInSpec(pictures[0]!, pick, options.root, deps);
    },
    list: async (files) =>
      listOriginals(await load(files ?? (await all())), files === null, options, deps),
    buildPicture: builder.build,
    refresh: builder.refresh,
  };
}

/** Keys of pictures. */
function keysOf(wanted: Wanted): Set<Key> {
  return new Set(wanted.pictures.map((picture) => picture.key));
}
