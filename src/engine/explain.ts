import type { ResolvedOptions } from '../options.ts';
import { labelOf } from '../report.ts';
import { explainValues, explainVariables } from '../spec/explain.ts';
import { hideSecrets } from '../spec/hide-secrets.ts';
import type { EngineDeps } from './engine.ts';
import { findCell } from './find-cell.ts';
import { createPictureLoader, type InspectedPicture } from './load-picture.ts';
import { type LoadDeps, toRelative } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import type { WantedPicture } from './plan.ts';
import { isWaiting, settleAll } from './settle.ts';
import type { ExplainedPicture, ExplainedRequest, ExplainedSpec, PlanItem } from './types.ts';

/**
 * Explains specs: where their values come from, what is asked of the model, and what the store has.
 * Each file is read once, so that all that is said of a spec is about the same text.
 * @param cell the picture of a matrix that is explained; null: the first
 * @throws ImagePromptError CONFIG_INVALID: a spec has no such picture
 */
export async function explainSpecs(
  files: readonly string[],
  cell: string | null,
  options: ResolvedOptions,
  { loading, ...deps }: Pick<EngineDeps, 'store' | 'journal' | 'provider'> & { loading: LoadDeps },
): Promise<ExplainedSpec[]> {
  const loader = createPictureLoader(options, loading.read, loading.memo);
  const inspected: InspectedPicture[] = [];
  for (const file of files) inspected.push(await loader.inspect(file));
  const wanted = {
    loaded: inspected.map(({ loaded }) => loaded),
    pictures: await settleAll(
      inspected.flatMap(({ pictures }) => pictures.map(({ picture }) => picture)),
      options.provider.name,
      loading.store,
    ),
    diagnostics: [],
  };
  const plan = await makePlan({ wanted, all: wanted, more: 0, rebuy: false }, deps);
  const hasCell = ({ pictures }: InspectedPicture): boolean =>
    cell === null ||
    // Of a spec with errors nobody knows its pictures; they are told.
    pictures.length === 0 ||
    pictures.some(({ picture }) => picture.spec.name === cell);
  // Of several specs those are meant that have such a picture; when none has, the first one says what it has.
  const meant = inspected.some(hasCell) ? inspected.filter(hasCell) : inspected;
  return meant.map((one) => {
    // A plan has its specs in the order of the pictures.
    const planned = wanted.pictures.flatMap((picture, at) =>
      picture.spec.file === one.loaded.file ? [{ picture, item: plan.specs[at] }] : [],
    );
    return explainSpec(one, planned, cell, options.root);
  });
}

/** A picture, and what a generate would do about it. */
interface Planned {
  picture: WantedPicture;
  item: PlanItem | undefined;
}

function explainSpec(
  { loaded, bases, tree, parts }: InspectedPicture,
  planned: readonly Planned[],
  cell: string | null,
  root: string,
): ExplainedSpec {
  const at = findExplained(loaded, planned, cell);
  const { picture = null, item } = planned[at] ?? {};
  const spec = picture?.spec ?? null;
  return {
    file: loaded.file,
    ...(cell === null || spec?.name == null ? {} : { name: spec.name }),
    bases: bases.map((path) => toRelative(root, path)),
    key: picture?.key ?? null,
    state: item?.state ?? null,
    wanted: item?.wanted ?? null,
    have: item?.have ?? null,
    missing: item?.missing ?? null,
    usd: item?.usd ?? null,
    reason: item?.reason ?? null,
    prompt: picture?.recipe.input.prompt ?? null,
    request: picture && describeRequest(picture),
    values: tree ? explainValues(tree, loaded.spec) : [],
    variables: tree ? explainVariables(parts[at] ?? tree, loaded.spec) : [],
    files: picture && !isWaiting(picture) ? (picture.recipe.files ?? null) : null,
    waitsFor: (picture?.waitsFor ?? []).map((one) => labelOf(one.spec)),
    pictures: planned.length > 1 ? planned.map(describePicture) : [],
    diagnostics: loaded.diagnostics,
  };
}

/** Which of the pictures is explained. */
function findExplained(
  { file, axes }: InspectedPicture['loaded'],
  planned: readonly Planned[],
  cell: string | null,
): number {
  if (cell === null || planned.length === 0) return 0;
  const found = findCell(
    planned.map(({ picture }) => picture),
    { file, cell, axes },
  );
  return planned.findIndex(({ picture }) => picture === found);
}

function describePicture({ picture: { spec, key }, item }: Planned): ExplainedPicture {
  return { name: spec.name, key, state: item?.state ?? null, usd: item?.usd ?? null };
}

function describeRequest({ spec, recipe }: WantedPicture): ExplainedRequest {
  const { prompt: _, image_size, ...fields } = recipe.input;
  const { quality = null, output_format = null, ...input } = fields;
  return {
    provider: recipe.provider,
    model: recipe.model,
    image_size,
    picture: spec.picture,
    quality,
    output_format,
    input: hideSecrets(input, []) as typeof input,
    revision: recipe.revision,
  };
}
