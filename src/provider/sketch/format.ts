import type { Recipe } from '../../recipe/types.ts';
import type { OriginalFormat } from '../../spec/types.ts';

/** The format a sketch of a recipe has: what the recipe asks for, else PNG. */
export function formatOf(recipe: Recipe): OriginalFormat {
  const format = recipe.input['output_format'];
  return format === 'jpeg' || format === 'webp' ? format : 'png';
}
