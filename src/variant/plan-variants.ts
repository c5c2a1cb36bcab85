import type { OutputFormat, ResolvedOutput, Size } from '../spec/types.ts';
import { planCrop, planShape } from './plan-crop.ts';
import type { VariantPlan, VariantSpec } from './types.ts';

/**
 * Widths of the default list: those of common screens and of half a screen, as Next.js ships them.
 * https://nextjs.org/docs/app/api-reference/components/image#devicesizes
 */
export const DEFAULT_WIDTHS: readonly number[] = [640, 750, 828, 1080, 1200, 1920, 2048, 3840];
/** A width closer than this to the next larger one costs an encode and saves nobody bytes. */
const SMALLEST_STEP = 1.25;
/** Screens above two device pixels per CSS pixel show no more detail to the eye. */
const DENSEST_SCREEN = 2;

/** What the variants of a picture are planned from. */
export interface VariantRequest {
  /** Size of the original as a viewer shows it. */
  original: Size;
  /** Size the page was promised. */
  picture: Size;
  output: ResolvedOutput;
  /** Whether the cropped picture has transparency; known once it was decoded. */
  alpha: boolean;
}

/** Plans the crop and every variant of a picture. Pure: the same request gives the same plan. */
export function planVariants({ original, picture, output, alpha }: VariantRequest): VariantPlan {
  const crop = planCrop({ original, picture, output });
  const display = planDisplay(picture, output);
  const widths = planWidths(crop.size.width, output.widths, output.width);
  const formats = planFormats(output.formats, alpha);
  const variants = formats.flatMap((format) =>
    widths.map(
      (width): VariantSpec => ({
        width,
        height: heightOf(width, crop.size),
        format,
        options: output.quality[format],
      }),
    ),
  );
  const wideEnough = widths.findIndex((width) => width >= display.width);
  const ofFormat = wideEnough === -1 ? widths.length - 1 : wideEnough;
  return { crop, display, variants, src: variants.length - widths.length + ofFormat };
}

/**
 * Chooses the widths in pixels, ascending: at least one, none above the picture's, none above twice
 * the display width.
 * @param asked the author's list, or `null` for the default one
 */
export function planWidths(
  picture: number,
  asked: readonly number[] | null,
  display: number | null,
): number[] {
  const cap = display === null ? picture : Math.min(picture, Math.round(display * DENSEST_SCREEN));
  if (asked !== null && asked.length > 0) {
    return [...new Set(asked.map((width) => Math.min(width, cap)))].sort((a, b) => a - b);
  }
  const kept = [cap];
  for (const width of DEFAULT_WIDTHS.toReversed()) {
    if (width * SMALLEST_STEP <= kept[0]!) kept.unshift(width);
  }
  return kept;
}

/** Writes `fallback` out and drops repeats. The last one stays last: it is what `src` is made of. */
export function planFormats(formats: ResolvedOutput['formats'], alpha: boolean): OutputFormat[] {
  // `src` is for those who understand nothing newer, wherever the author wrote the fallback.
  const ordered = [...formats].sort((a, b) => Number(a === 'fallback') - Number(b === 'fallback'));
  const named = ordered.map((format) =>
    format === 'fallback' ? (alpha ? 'png' : 'jpeg') : format,
  );
  return named.filter((format, index) => named.lastIndexOf(format) === index);
}

function planDisplay(picture: Size, output: ResolvedOutput): Size {
  const shape = planShape({ picture, output });
  return output.width === null
    ? shape
    : { width: output.width, height: heightOf(output.width, shape) };
}

function heightOf(width: number, shape: Size): number {
  return Math.max(1, Math.round((width * shape.height) / shape.width));
}
