import { digestOf, keyOf } from '../../recipe/key.ts';
import type { Digest, Recipe } from '../../recipe/types.ts';
import type { OriginalFormat, Size } from '../../spec/types.ts';
import type { EditInputs } from '../types.ts';
import { formatOf } from './format.ts';
import { drawScene, type SceneOptions } from './scene.ts';

/** A sketch that is drawn only when somebody looks at it: a preview, kept nowhere. */
export interface PreparedSketch {
  /** Changes whenever the drawing would: the digest of its lines, not of its pixels. */
  digest: Digest;
  draw: () => Promise<Buffer>;
  /** The same in miniature: colour and placeholder of a page full of previews come from these. */
  miniature: { digest: Digest; size: Size; draw: () => Promise<Buffer> };
}

/** What a sketch may vary beside its recipe. */
export interface SketchOptions extends SceneOptions {
  /** The files of an edit: its sketch is drawn over the first; without them it is a plain one. */
  inputs?: EditInputs;
}

/** Longest edge of a miniature, in pixels: as much as an analysis looks at. */
const MINIATURE_EDGE = 128;
/** Density at which SVG has one pixel for each of its units. */
const DENSITY = 72;

/** Prepares the sketch of a recipe as a PNG; takes the arguments of {@link drawSketch}. */
export function prepareSketch(recipe: Recipe, options: SketchOptions = {}): PreparedSketch {
  // Drawing the lines again takes a few milliseconds; a dev server would hold them for hours.
  const trace = (): string => drawScene(recipe, keyOf(recipe), options);
  const digest = digestOf(`preview\n${trace()}`);
  const { width, height } = recipe.input.image_size;
  const scale = Math.min(1, MINIATURE_EDGE / Math.max(width, height));
  return {
    digest,
    draw: () => rasterise(trace(), { format: 'png', quick: true }),
    miniature: {
      digest: digestOf(`miniature\n${digest}`),
      size: {
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
      },
      draw: () => rasterise(trace(), { format: 'png', quick: true, density: DENSITY * scale }),
    },
  };
}

/**
 * Draws the sketch of a recipe, of any provider, in the recipe's size and format. The same arguments
 * give the same bytes, but for letters that only a font of the system knows.
 * @param options `index`: which candidate, from 0; `badge`: a label such as `not generated · $0.05`
 */
export async function drawSketch(recipe: Recipe, options: SketchOptions = {}): Promise<Buffer> {
  return await rasterise(drawScene(recipe, keyOf(recipe), options), { format: formatOf(recipe) });
}

interface RasterOptions {
  format: OriginalFormat;
  /** Larger files, in half the time. */
  quick?: boolean;
  density?: number;
}

async function rasterise(
  svg: string,
  { format, quick = false, density = DENSITY }: RasterOptions,
): Promise<Buffer> {
  // Loaded late: most runs find every picture in the store and draw nothing.
  const { default: sharp } = await import('sharp');
  const image = sharp(Buffer.from(svg), { density }).removeAlpha();
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer();
    case 'webp':
      return image.webp({ quality: 88, effort: 3 }).toBuffer();
    default:
      return image.png({ compressionLevel: quick ? 1 : 6 }).toBuffer();
  }
}
