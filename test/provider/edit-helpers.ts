import sharp from 'sharp';
import type { EditInput, EditInputs } from '../../src/provider/types.ts';
import { fileReference } from '../../src/recipe/file-references.ts';
import { digestOf } from '../../src/recipe/key.ts';
import type { Recipe } from '../../src/recipe/types.ts';
import { createRecipe } from './fal-helpers.ts';

/** The edit endpoint of the known model. */
export const EDIT = 'openai/gpt-image-2/edit';

export const toInput = (bytes: Buffer): EditInput => ({ digest: digestOf(bytes), bytes });

/** A photograph of 60 × 40: its left half red, its right half in a colour of its own. */
export async function createPhoto(
  background: string,
  { format = 'png', orientation }: { format?: 'png' | 'jpeg' | 'webp'; orientation?: number } = {},
): Promise<EditInput> {
  const half = { width: 30, height: 40, channels: 3, background: '#ff0000' } as const;
  const red = await sharp({ create: half }).png().toBuffer();
  const image = sharp({ create: { ...half, width: 60, background } });
  image.composite([{ input: red, left: 0, top: 0 }]);
  if (orientation !== undefined) image.withMetadata({ orientation });
  return toInput(await image.toFormat(format, { quality: 100 }).toBuffer());
}

/** A mask whose left third marks what changes. */
export async function createMask(
  kind: 'alpha' | 'grey',
  {
    width = 60,
    height = 40,
    format = 'png',
  }: { width?: number; height?: number; format?: 'png' | 'jpeg' | 'webp' } = {},
): Promise<EditInput> {
  const data = Buffer.from(
    Array.from({ length: width * height }, (_, at) => {
      const marked = at % width < width / 3;
      return kind === 'grey' ? [marked ? 255 : 0] : [20, 90, 200, marked ? 0 : 255];
    }).flat(),
  );
  const raw = { width, height, channels: kind === 'grey' ? 1 : 4 } as const;
  const image = sharp(data, { raw });
  if (kind === 'grey') image.toColourspace('b-w');
  return toInput(await image.toFormat(format, { quality: 100, lossless: true }).toBuffer());
}

/** The edit of some files. */
export function createEdit(
  images: readonly EditInput[],
  mask: EditInput | null = null,
  overrides: Partial<Recipe> = {},
): { recipe: Recipe; inputs: EditInputs } {
  const files = { images: images.map(({ digest }) => digest), mask: mask?.digest ?? null };
  return {
    recipe: createRecipe({ model: EDIT, files, ...overrides }),
    inputs: { images, mask },
  };
}

/** The same at an endpoint of which nothing is known: its own names stand in the input. */
export function createForeignEdit(
  images: readonly EditInput[],
  mask: EditInput,
): {
  recipe: Recipe;
  inputs: EditInputs;
} {
  const { recipe, inputs } = createEdit(images, mask, { model: 'acme/painter/edit' });
  const input = {
    ...recipe.input,
    base: { picture: fileReference(images[0]!.digest) },
    references: images.slice(1).map(({ digest }) => fileReference(digest)),
    stencil: fileReference(mask.digest),
    note: `about ${fileReference(mask.digest)}`,
  };
  return { recipe: { ...recipe, input }, inputs };
}
