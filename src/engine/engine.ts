import type { Diagnostic } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Renderer } from '../variant/render.ts';
import {
  type BuildPictureOptions,
  type BuiltPicture,
  createPictureBuilder,
} from './build-picture.ts';
import { generate } from './generate.ts';
import { listOriginals } from './list.ts';
import { loadWanted, type SpecPorts, selectSpecs, type Wanted } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import type { ObtainDeps } from './obtain.ts';
import type { GenerateOptions, GenerateReport, ListedOriginal, Plan } from './types.ts';

/** What the engine needs of the world; `defaults.ts` brings the real one. */
export interface EngineDeps extends ObtainDeps {
  specs: SpecPorts;
  renderer: Renderer;
  /** Draws a preview of a recipe for free; the badge tells why it is one. */
  drawSketch: (recipe: WantedRecipe, badge: string) => Promise<Buffer>;
}

type WantedRecipe = Wanted['pictures'][number]['recipe'];

/** The conductor over the rooms: everything a host may ask for. */
export interface Engine {
  readonly options: ResolvedOptions;
  /** Specs that the words of a command line name, relative to the root; none means all. */
  select(words: readonly string[], cwd: string): Promise<string[]>;
  /** Every diagnostic of these specs. */
  check(files: readonly string[]): Promise<readonly Diagnostic[]>;
  /** What a generate would do, with prices; nothing is sent and nothing written. */
  plan(files: readonly string[], more?: number): Promise<Plan>;
  /** Carries out the plan for these specs. */
  generate(files: readonly string[], options: GenerateOptions): Promise<GenerateReport>;
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
  const plan = async (files: readonly string[], more = 0): Promise<Plan> =>
    makePlan({ wanted: await load(files), all: await load(await all()), more }, deps);
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
    list: async (files) =>
      listOriginals(await load(files ?? (await all())), files === null, options, deps),
    buildPicture: builder.build,
    refresh: builder.refresh,
  };
}
