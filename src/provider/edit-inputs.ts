import { isDeepStrictEqual } from 'node:util';
import { ImagePromptError } from '../errors.ts';
import type { Digest, Recipe } from '../recipe/types.ts';
import type { InputRole } from './inspect-input.ts';
import type { EditInput, EditInputs } from './types.ts';

/** A file of a recipe and what it is for: a picture and a mask are prepared differently. */
export interface EditFile {
  digest: Digest;
  role: InputRole;
}

/** Whether a recipe works on files. */
export function isEdit({ files }: Recipe): boolean {
  return files.images.length > 0 || files.mask !== null;
}

/** Every file of a recipe once in each of its roles. */
export function listEditFiles({ files }: Recipe): EditFile[] {
  const images = [...new Set(files.images)].map((digest) => ({ digest, role: 'image' as const }));
  return files.mask === null ? images : [...images, { digest: files.mask, role: 'mask' }];
}

/**
 * The bytes of every file of a recipe.
 * @throws ImagePromptError SPEC_EDIT when the call did not bring what the recipe names
 */
export function matchEditInputs(recipe: Recipe, inputs: EditInputs | undefined): EditInputs {
  const { images, mask } = recipe.files;
  const given = { images: inputs?.images.map(toDigest) ?? [], mask: inputs?.mask?.digest ?? null };
  if (inputs && isDeepStrictEqual(given, { images: [...images], mask })) return inputs;
  const message = inputs
    ? 'Expected the files of the edit, received others.'
    : 'Expected the files of the edit, received none.';
  // Not `ended`: a request that was accepted goes on when its files are there again.
  throw new ImagePromptError('SPEC_EDIT', message, { hint: 'Run the command again.' });
}

const toDigest = ({ digest }: EditInput): Digest => digest;
