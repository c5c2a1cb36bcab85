import type { ResolvedOptions } from '../options.ts';
import { explainValues, explainVariables } from '../spec/explain.ts';
import { hideSecrets } from '../spec/hide-secrets.ts';
import type { EngineDeps } from './engine.ts';
import { createPictureLoader, type InspectedPicture } from './load-picture.ts';
import { type LoadDeps, toRelative } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import type { WantedPicture } from './plan.ts';
import { settleAll } from './settle.ts';
import type { ExplainedRequest, ExplainedSpec, PlanItem } from './types.ts';

/**
 * Explains specs: where their values come from, what is asked of the model, and what the store has.
 * Each file is read once, so that all that is said of a spec is about the same text.
 */
export async function explainSpecs(
  files: readonly string[],
  options: ResolvedOptions,
  loading: LoadDeps,
  deps: Pick<EngineDeps, 'store' | 'journal' | 'provider'>,
): Promise<ExplainedSpec[]> {
  const loader = createPictureLoader(options, loading.read, loading.memo);
  const inspected: InspectedPicture[] = [];
  for (const file of files) inspected.push(await loader.inspect(file));
  const wanted = {
    loaded: inspected.map(({ loaded }) => loaded),
    pictures: await settleAll(
      inspected.flatMap(({ picture }) => picture ?? []),
      options.provider.name,
      loading.store,
    ),
    diagnostics: [],
  };
  const plan = await makePlan({ wanted, all: wanted, more: 0, rebuy: false }, deps);
  const items = new Map(plan.specs.map((item) => [item.file, item]));
  const pictures = new Map(wanted.pictures.map((picture) => [picture.spec.file, picture]));
  return inspected.map((one) => {
    const { file } = one.loaded;
    return explainSpec(one, pictures.get(file) ?? null, items.get(file), options.root);
  });
}

function explainSpec(
  { loaded, bases, tree }: InspectedPicture,
  picture: WantedPicture | null,
  item: PlanItem | undefined,
  root: string,
): ExplainedSpec {
  return {
    file: loaded.file,
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
    variables: tree ? explainVariables(tree, loaded.spec) : [],
    files: picture?.recipe.files ?? null,
    diagnostics: loaded.diagnostics,
  };
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
