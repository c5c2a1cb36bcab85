import { digestOf, keyOf } from '../../recipe/key.ts';
import type { Digest, Recipe } from '../../recipe/types.ts';
import type { OriginalFormat, Size } from '../../spec/types.ts';
import type { EditInputs } from '../types.ts';
import { formatOf } from './format.ts';
import { drawOverlay } from './overlay.ts';
import { chooseLook, drawScene, type SceneOptions } from './scene.ts';

/** A sketch that is drawn only when somebody looks at it: a preview, kept nowhere. */
export interface PreparedSketch {
  /** Changes whenever the drawing would: the digest of its lines and files, not of its pixels. */
  digest: Digest;
  draw: () => Promise<Buffer>;
  /** The same in miniature: colour and placeholder of a page full of previews come from these. */
  miniature: { digest: Digest; size: Size; draw: () => Promise<Buffer> };
}

/** What a sketch may vary beside its recipe. */
export interface SketchOptions extends SceneOptions {
  /**
   * The files of an edit: it is drawn over the first of them, and what its mask lets change is marked.
   * Without them it is a sketch like any other.
   */
  inputs?: EditInputs;
}

/** Longest edge of a miniature, in pixels: as much as an analysis looks at. */
const MINIATURE_EDGE = 128;
/** Density at which SVG has one pixel for each of its units. */
const DENSITY = 72;

/** Prepares the sketch of a recipe as a PNG; takes the arguments of {@link drawSketch}. */
export function prepareSketch(recipe: Recipe, options: SketchOptions = {}): PreparedSketch {
  // Drawing the lines again takes a few milliseconds; a dev server would hold them for hours.
  const digest = digestOf(`preview\n${trace(recipe, options)}${nameInputs(options)}`);
  const { width, height } = recipe.input.image_size;
  const scale = Math.min(1, MINIATURE_EDGE / Math.max(width, height));
  return {
    digest,
    draw: () => rasterise(recipe, options, { format: 'png', quick: true }),
    miniature: {
      digest: digestOf(`miniature\n${digest}`),
      size: {
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
      },
      draw: () => rasterise(recipe, options, { format: 'png', quick: true, scale }),
    },
  };
}

/**
 * Draws the sketch of a recipe, of any provider, in the recipe's size and format. The same arguments
 * give the same bytes, but for letters that only a font of the system knows.
 * @param options `index`: which candidate, from 0; `badge`: a label such as `not generated · $0.05`
 */
export async function drawSketch(recipe: Recipe, options: SketchOptions = {}): Promise<Buffer> {
  return await rasterise(recipe, options, { format: formatOf(recipe) });
}

function hasPicture({ inputs }: SketchOptions): boolean {
  return inputs !== undefined && inputs.images.length > 0;
}

function trace(recipe: Recipe, options: SketchOptions): string {
  const draw = hasPicture(options) ? drawOverlay : drawScene;
  return draw(recipe, keyOf(recipe), options);
}

/** A preview may stand over a picture that is a preview itself, and that no key knows. */
function nameInputs(options: SketchOptions): string {
  const { inputs } = options;
  if (!inputs || !hasPicture(options)) return '';
  return `\n${inputs.images[0]?.digest} ${inputs.mask?.digest ?? ''}`;
}

interface RasterOptions {
  format: OriginalFormat;
  /** Larger files, in half the time. */
  quick?: boolean;
  scale?: number;
}

async function rasterise(
  recipe: Recipe,
  options: SketchOptions,
  { format, quick = false, scale = 1 }: RasterOptions,
): Promise<Buffer> {
  // Loaded late: most runs find every picture in the store and draw nothing.
  const { default: sharp } = await import('sharp');
  const lines = sharp(Buffer.from(trace(recipe, options)), { density: DENSITY * scale });
  const image = hasPicture(options) ? await lay(lines, recipe, options) : lines.removeAlpha();
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer();
    case 'webp':
      return image.webp({ quality: 88, effort: 3 }).toBuffer();
    default:
      return image.png({ compressionLevel: quick ? 1 : 6 }).toBuffer();
  }
}

/** Lays lines over the picture of an edit. */
async function lay(
  lines: import('sharp').Sharp,
  recipe: Recipe,
  { inputs, index = 0 }: SketchOptions,
): Promise<import('sharp').Sharp> {
  const [{ default: sharp }, { drawBackdrop }] = await Promise.all([
    import('sharp'),
    import('./backdrop.ts'),
  ]);
  const { data, info } = await lines.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const { palette } = chooseLook(recipe, keyOf(recipe), index);
  const backdrop = await drawBackdrop(inputs!, { width, height }, palette);
  const over = { input: data, raw: { width, height, channels: 4 as const } };
  return sharp(backdrop, { raw: { width, height, channels: 3 } })
    .composite([over])
    .removeAlpha();
}
