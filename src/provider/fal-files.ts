import { ImagePromptError, isImagePromptError } from '../errors.ts';
import type { Recipe } from '../recipe/types.ts';
import type { Size } from '../spec/types.ts';
import { type EditFile, listEditFiles, matchEditInputs } from './edit-inputs.ts';
import type { FalSettings } from './fal-client.ts';
import { fillEditInput } from './fal-edit.ts';
import { requireModel } from './fal-submit.ts';
import { uploadFile } from './fal-upload.ts';
import { isKnownModel } from './fal-url.ts';
import { checkEditInputs } from './input-rules.ts';
import { type InspectedInput, inspectInput } from './inspect-input.ts';
import {
  BYTE_LIMITS,
  type PreparedInput,
  prepareMask,
  preparePicture,
  readSize,
} from './prepare-input.ts';
import type { EditInput, ProviderCall } from './types.ts';
import { createUploadMemory } from './upload-memory.ts';

/** The uploads of one provider. */
export interface FalFiles {
  /**
   * The input of an edit as it is sent, with a URL for each of its files; uploads what has none.
   * @throws ImagePromptError SPEC_EDIT, PROVIDER_*: nothing was sent that costs money
   */
  fill(settings: FalSettings, recipe: Recipe, call: ProviderCall): Promise<Recipe['input']>;
  /** Drops the URLs of a recipe's files: the service may have failed for them. */
  forget(recipe: Recipe): void;
}

/** A file and how it is prepared. */
interface Job {
  file: EditFile;
  /** Files that are prepared alike from the same bytes share an upload. */
  treatment: string;
  prepare: () => Promise<PreparedInput>;
}

/** @param now milliseconds since 1970 */
export function createFalFiles(now: () => number): FalFiles {
  const uploads = createUploadMemory(now);
  const inspected = new Map<string, InspectedInput>();

  async function inspect(
    input: EditInput,
    { role }: Pick<EditFile, 'role'>,
  ): Promise<InspectedInput> {
    const id = `${role} ${input.digest}`;
    const known = inspected.get(id) ?? (await inspectInput(input.bytes, role));
    inspected.set(id, known);
    return known;
  }

  /** @throws ImagePromptError SPEC_EDIT */
  async function planJobs(recipe: Recipe, call: ProviderCall): Promise<Job[]> {
    const { images, mask } = matchEditInputs(recipe, call.inputs);
    const looked: InspectedInput[] = [];
    for (const image of images) looked.push(await inspect(image, { role: 'image' }));
    const maskLooked = mask && (await inspect(mask, { role: 'mask' }));
    // Checked when the spec was read, and once more where the money is.
    const problems = checkEditInputs(looked, maskLooked, recipe.model);
    if (problems.length > 0) {
      const message = problems.map((one) => one.message).join(' ');
      throw new ImagePromptError('SPEC_EDIT', message, { ended: true, hint: problems[0]!.hint });
    }
    const known = isKnownModel(recipe.model);
    return await Promise.all(
      listEditFiles(recipe).map(async (file): Promise<Job> => {
        if (file.role === 'mask' && mask && maskLooked && known) {
          const size = await sentSize(images[0]!, looked[0]!);
          const treatment = `mask ${size.width}x${size.height}`;
          const prepare = () => prepareMask(mask.bytes, maskLooked, size);
          return { file, treatment, prepare };
        }
        const at = images.findIndex(({ digest }) => digest === file.digest);
        const input = file.role === 'mask' ? mask! : images[at]!;
        const info = file.role === 'mask' ? maskLooked! : looked[at]!;
        const heavy = known && input.bytes.length >= BYTE_LIMITS.image;
        const limit = heavy ? BYTE_LIMITS.image : Number.POSITIVE_INFINITY;
        const prepare = () => preparePicture(input.bytes, info, limit);
        return { file, treatment: heavy ? 'light' : 'upright', prepare };
      }),
    );
  }

  async function fill(
    settings: FalSettings,
    recipe: Recipe,
    call: ProviderCall,
  ): Promise<Recipe['input']> {
    requireModel(recipe.model);
    const jobs = await planJobs(recipe, call);
    // Before anything is uploaded: this finds references to nothing.
    fillEditInput(recipe, () => '');
    const urls = new Map<string, string>();
    await Promise.all(
      jobs.map(async ({ file: { digest, role }, treatment, prepare }) => {
        const id = `${settings.baseUrl ?? ''} ${treatment} ${digest}`;
        const url = await uploads.get(id, call.signal, async (signal) => {
          const prepared = await prepare();
          return await uploadFile(settings, { digest, prepared, recipe }, signal);
        });
        urls.set(`${role} ${digest}`, url);
      }),
    );
    return fillEditInput(recipe, ({ role, digest }) => urls.get(`${role} ${digest}`)!);
  }

  return {
    async fill(settings, recipe, call) {
      try {
        return await fill(settings, recipe, call);
      } catch (cause) {
        if (isImagePromptError(cause) || call.signal?.aborted) throw cause;
        // Said in a code of ours: whoever sends must know that nothing is in doubt.
        const message = `fal, ${recipe.model}: a file of the edit was not prepared, and nothing was sent.`;
        throw new ImagePromptError('PROVIDER_UNAVAILABLE', message, { ended: true, cause });
      }
    },
    forget(recipe) {
      for (const { digest } of listEditFiles(recipe)) {
        uploads.forget((id) => id.endsWith(` ${digest}`));
      }
    },
  };
}

/** The size of the first picture as the model gets it, which the mask must have too. */
async function sentSize({ bytes }: EditInput, info: InspectedInput): Promise<Size> {
  if (bytes.length < BYTE_LIMITS.image) return { width: info.width, height: info.height };
  return await readSize((await preparePicture(bytes, info, BYTE_LIMITS.image)).bytes);
}
