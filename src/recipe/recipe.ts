import { ImagePromptError } from '../errors.ts';
import { findModel, findRefusedInput } from '../spec/models.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import { fileReference } from './file-references.ts';
import { KEY_VERSION } from './key.ts';
import { normaliseData } from './normalise.ts';
import { findRequestSize } from './size.ts';
import type { Recipe } from './types.ts';

const NO_FILES: Recipe['files'] = { images: [], mask: null };

/** Fields of the request that the spec's own fields decide, or that do not decide pixels. */
const RESERVED = ['prompt', 'image_size', 'quality', 'output_format', 'num_images'] as const;

/**
 * Picks what decides the pixels out of a spec (contract, section 2): a closed list, so that a new
 * field of the spec can never change a key by accident. Texts are in their normal form and are sent
 * like that.
 * @param provider name of the provider; a sketch gets the same input as the paid service
 * @param files digests of what an edit works on
 * @throws ImagePromptError SPEC_SIZE, SPEC_INPUT, SPEC_TEXT or SPEC_NUMBER for a spec that loadSpec
 * would have refused
 */
export function createRecipe(
  spec: ResolvedSpec,
  provider: string,
  files: Recipe['files'] = NO_FILES,
): Recipe {
  const request = findRequestSize(spec.model, spec.picture);
  if (request === null) {
    const { width, height } = spec.picture;
    const message = `${spec.model} cannot make ${width}×${height} (${spec.file}).`;
    throw new ImagePromptError('SPEC_SIZE', message, { file: spec.file });
  }
  const further = readInput(spec);
  const recipe: Recipe = {
    v: KEY_VERSION,
    provider,
    model: endpointOf(spec),
    input: { ...further, ...referTo(files, spec), prompt: spec.prompt, image_size: request },
    files,
    revision: spec.revision,
  };
  if (spec.quality !== null) recipe.input['quality'] = spec.quality;
  if (spec.outputFormat !== null) recipe.input['output_format'] = spec.outputFormat;
  return normaliseData(recipe, 'recipe') as Recipe;
}

/** Id of the endpoint that a spec is sent to: the known model has one of its own for edits. */
export function endpointOf({ edit, model }: ResolvedSpec): string {
  return edit && findModel(model) ? `${model}/edit` : model;
}

/** Of another model the author names the parameters too, and so they are part of the key. */
function referTo(
  { images, mask }: Recipe['files'],
  { edit }: ResolvedSpec,
): Readonly<Record<string, unknown>> {
  if (!edit?.fields) return {};
  const { fields } = edit;
  const references = images.map(fileReference);
  return {
    [fields.images]: fields.single ? references[0] : references,
    ...(mask === null ? {} : { [fields.mask]: fileReference(mask) }),
  };
}

function readInput(spec: ResolvedSpec): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(spec.input)) {
    const reserved = (RESERVED as readonly string[]).includes(name);
    const refused = findRefusedInput(name);
    if (!reserved && refused === null) continue;
    const message = refused?.message ?? `\`${name}\` is a field of the spec.`;
    throw new ImagePromptError('SPEC_INPUT', message, { file: spec.file, ...refused });
  }
  return spec.input;
}
