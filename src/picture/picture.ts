import type { Analysis, EncodeJob, VariantPlan, VariantSpec } from '../variant/types.ts';
import type { Picture, PicturePlaceholder, PictureSource } from './types.ts';

/** What a picture is put together from. */
export interface PictureInput<V extends VariantSpec = VariantSpec> {
  alt: string;
  /** `display` and `src` of the plan; see {@link VariantPlan}. */
  plan: Pick<VariantPlan, 'display' | 'src'>;
  /** In the order of the plan: as planned, or as rendered. */
  variants: readonly V[];
  analysis: Analysis;
  /** The settings of the spec that the page sees; a ResolvedOutput fits. */
  output: {
    sizes: string | null;
    loading: 'lazy' | 'eager';
    priority: boolean;
    placeholder: EncodeJob['placeholder'];
  };
  /** Which of the variants are the picture's own; all but those of {@link art} when left out. */
  range?: VariantRange;
  /** Crops and pictures for some screens. */
  art?: readonly ArtSource[];
  /** Where a variant is found by the page. Called once for each. */
  url: (variant: V) => string;
}

/** Variants that stand beside each other in a list: from an index up to before another. */
export interface VariantRange {
  from: number;
  to: number;
}

/** A source that is shown where its media query holds. */
export interface ArtSource extends VariantRange {
  media: string;
  /** In CSS pixels, for the width and height of the source: nothing moves when it is chosen. */
  display: VariantPlan['display'];
  /** null: those of the picture. */
  sizes: string | null;
  /** Whether it shows something else than the picture itself; else it is a crop of the same. */
  isAnother: boolean;
}

/** Puts a picture together: plain JSON without undefined fields. Pure but for {@link PictureInput.url}. */
export function createPicture<V extends VariantSpec>(input: PictureInput<V>): Picture {
  const { alt, plan, variants, analysis, output, art = [] } = input;
  const { from, to } = input.range ?? { from: 0, to: art[0]?.from ?? variants.length };
  const locate = (variant: V): LocatedFile<V> => ({ variant, url: input.url(variant) });
  const files = variants.slice(from, to).map(locate);
  const src = files[plan.src - from];
  if (src === undefined) throw new RangeError(`Expected variant ${plan.src} of ${files.length}.`);
  // A picture that must not wait is not lazy, whatever the default of `loading` says.
  const loading = output.priority ? 'eager' : output.loading;
  const sizes = output.sizes ?? (loading === 'lazy' ? 'auto, 100vw' : '100vw');
  const formats = listFormats(files);
  formats.delete(src.variant.format);
  const directed = art.flatMap((source): PictureSource[] => {
    const others = variants.slice(source.from, source.to).map(locate);
    // Its last resort is a source too: the `<img>` has another picture.
    return [...listFormats(others)].map((format) => ({
      type: `image/${format}`,
      srcset: writeSrcset(others, format),
      sizes: source.sizes ?? sizes,
      media: source.media,
      width: source.display.width,
      height: source.display.height,
    }));
  });
  return {
    src: src.url,
    width: plan.display.width,
    height: plan.display.height,
    alt,
    srcset: writeSrcset(files, src.variant.format),
    sizes,
    // A browser takes the first that fits: what is for some screens stands before what is for all.
    sources: [
      ...directed,
      ...[...formats].map(
        (format): PictureSource => ({
          type: `image/${format}`,
          srcset: writeSrcset(files, format),
          sizes,
        }),
      ),
    ],
    placeholder: createPlaceholder(analysis, {
      // Day must not shine through where night is to come, and an `<img>` has one background.
      paint: output.placeholder !== 'none' && !art.some(({ isAnother }) => isAnother),
    }),
    loading,
    priority: output.priority,
  };
}

/** A variant, and where it is. */
interface LocatedFile<V extends VariantSpec> {
  variant: V;
  url: string;
}

function listFormats(files: readonly LocatedFile<VariantSpec>[]): Set<string> {
  return new Set(files.map(({ variant }) => variant.format));
}

function writeSrcset(files: readonly LocatedFile<VariantSpec>[], format: string): string {
  return files
    .filter(({ variant }) => variant.format === format)
    .map((file) => `${toSrcsetUrl(file.url)} ${file.variant.width}w`)
    .join(', ');
}

/**
 * Makes a URL safe between the commas and blanks of a `srcset`.
 * Source: https://html.spec.whatwg.org/multipage/images.html#srcset-attributes
 */
function toSrcsetUrl(url: string): string {
  return url
    .replace(/[\t\n\f\r ]/g, (blank) => encodeURIComponent(blank))
    .replace(/^,+|,+$/g, (commas) => '%2C'.repeat(commas.length));
}

function createPlaceholder(
  { alpha, color, dataUri, thumbhash }: Analysis,
  { paint }: { paint: boolean },
): PicturePlaceholder {
  return {
    color,
    ...(dataUri === null ? {} : { dataUri }),
    ...(thumbhash === null ? {} : { thumbhash }),
    ...(alpha || !paint ? { paint: false } : {}),
  };
}
