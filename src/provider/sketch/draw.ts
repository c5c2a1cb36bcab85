import { keyOf } from '../../recipe/key.ts';
import type { Recipe } from '../../recipe/types.ts';
import type { OriginalFormat } from '../../spec/types.ts';
import { drawScene, type SceneOptions } from './scene.ts';

/** The format a sketch of a recipe has: what the recipe asks for, else PNG. */
export function formatOf(recipe: Recipe): OriginalFormat {
  const format = recipe.input['output_format'];
  return format === 'jpeg' || format === 'webp' ? format : 'png';
}

/**
 * Draws the sketch of a recipe, of any provider, in the recipe's size and format. The same arguments
 * give the same bytes, but for letters that only a font of the system knows.
 * @param options `index`: which candidate, from 0; `badge`: a label such as `not generated · $0.05`
 */
export async function drawSketch(recipe: Recipe, options: SceneOptions = {}): Promise<Buffer> {
  const svg = drawScene(recipe, keyOf(recipe), options);
  // Loaded late: most runs find every picture in the store and draw nothing.
  const { default: sharp } = await import('sharp');
  const image = sharp(Buffer.from(svg)).removeAlpha();
  switch (formatOf(recipe)) {
    case 'jpeg':
      return image.jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer();
    case 'webp':
      return image.webp({ quality: 88, effort: 3 }).toBuffer();
    default:
      return image.png({ compressionLevel: 6 }).toBuffer();
  }
}
