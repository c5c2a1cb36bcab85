import { isDeepStrictEqual } from 'node:util';
import { ImagePromptError } from '../errors.ts';
import { fileReference, fillFileReferences } from '../recipe/file-references.ts';
import type { Digest, Recipe } from '../recipe/types.ts';
import { type EditFile, isEdit, listEditFiles } from './edit-inputs.ts';
import { isKnownEdit } from './fal-url.ts';

/**
 * The input as it is sent, each file as the text that the caller gives for it. The known model takes
 * files in fields of its own; for another the references in its input are filled.
 * @throws ImagePromptError SPEC_EDIT for a reference to a file that the recipe does not list
 */
export function fillEditInput(recipe: Recipe, textOf: (file: EditFile) => string): Recipe['input'] {
  if (!isEdit(recipe)) return recipe.input;
  const { model, files } = recipe;
  const known = new Map(listEditFiles(recipe).map((file) => [file.digest, file]));
  // Words are words, whatever they look like.
  const { prompt, image_size, ...fields } = recipe.input;
  const filled = fillFileReferences(fields, (digest) => {
    const file = known.get(digest);
    if (file !== undefined) return textOf(file);
    const message = 'Expected only files of the edit in `input`, received a reference to another.';
    throw new ImagePromptError('SPEC_EDIT', message, { ended: true });
  });
  if (!isKnownEdit(model)) return { ...filled, prompt, image_size };
  const { images, mask } = files;
  return {
    ...filled,
    prompt,
    image_size,
    image_urls: images.map((digest) => textOf({ digest, role: 'image' })),
    ...(mask === null ? {} : { mask_url: textOf({ digest: mask, role: 'mask' }) }),
  };
}

/** Hex digits of a digest in the name of its upload: enough that no two files share them. */
const NAME_DIGITS = 32;

/**
 * The name under which a file is uploaded. URLs end in it, and so a request in the account's history can
 * be told from another with the same words and other pictures.
 */
export function nameUpload(digest: Digest, contentType: string): string {
  return `${digest.slice(0, NAME_DIGITS)}.${contentType.slice('image/'.length)}`;
}

/**
 * Whether an input that was sent is the one of a recipe. URLs are compared by the digest in their name;
 * where a service does not keep names, no edit is recognised: the words alone would adopt the request of
 * another picture.
 * @param free fields that do not decide pixels
 */
export function isInputOf(
  recipe: Recipe,
  sent: Readonly<Record<string, unknown>>,
  free: ReadonlySet<string>,
): boolean {
  const strip = (data: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(data).filter(([name]) => !free.has(name)));
  const ours = fillEditInput(recipe, ({ digest }) => fileReference(digest));
  const theirs = Object.entries(sent).filter(([, value]) => value !== null);
  const plain = JSON.parse(JSON.stringify(strip(ours))) as Record<string, unknown>;
  return isSame(plain, strip(Object.fromEntries(theirs)), isEdit(recipe));
}

function isSame(ours: unknown, theirs: unknown, edit: boolean): boolean {
  if (!edit) return isDeepStrictEqual(theirs, ours);
  if (typeof ours === 'string') {
    return ours === theirs || (typeof theirs === 'string' && isUrlOf(ours, theirs));
  }
  if (Array.isArray(ours)) {
    return (
      Array.isArray(theirs) &&
      theirs.length === ours.length &&
      ours.every((item, index) => isSame(item, theirs[index], edit))
    );
  }
  if (typeof ours !== 'object' || ours === null) return isDeepStrictEqual(theirs, ours);
  if (typeof theirs !== 'object' || theirs === null || Array.isArray(theirs)) return false;
  const entries = Object.entries(ours);
  return (
    Object.keys(theirs).length === entries.length &&
    entries.every(
      ([name, value]) =>
        Object.hasOwn(theirs, name) &&
        isSame(value, (theirs as Record<string, unknown>)[name], edit),
    )
  );
}

/** Whether a reference of ours stands for the upload that a URL names. */
function isUrlOf(reference: string, url: string): boolean {
  if (!reference.startsWith(fileReference('')) || !URL.canParse(url)) return false;
  const digits = reference.slice(fileReference('').length).slice(0, NAME_DIGITS);
  return new URL(url).pathname.split('/').at(-1)?.includes(digits) === true;
}
