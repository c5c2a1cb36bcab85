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
  /** Where a variant is found by the page. Called once for each. */
  url: (variant: V) => string;
}

/** Puts a picture together: plain JSON without undefined fields. Pure but for {@link PictureInput.url}. */
export function createPicture<V extends VariantSpec>(input: PictureInput<V>): Picture {
  const { alt, plan, variants, analysis, output, url } = input;
  const files = variants.map((variant) => ({ variant, url: url(variant) }));
  const src = files[plan.src];
  if (src === undefined) throw new RangeError(`Expected variant ${plan.src} of ${files.length}.`);
  // A picture that must not wait is not lazy, whatever the default of `loading` says.
  const loading = output.priority ? 'eager' : output.loading;
  const sizes = output.sizes ?? (loading === 'lazy' ? 'auto, 100vw' : '100vw');
  const srcsetOf = (format: string): string =>
    files
      .filter(({ variant }) => variant.format === format)
      .map((file) => `${toSrcsetUrl(file.url)} ${file.variant.width}w`)
      .join(', ');
  const formats = new Set(variants.map(({ format }) => format));
  formats.delete(src.variant.format);
  return {
    src: src.url,
    width: plan.display.width,
    height: plan.display.height,
    alt,
    srcset: srcsetOf(src.variant.format),
    sizes,
    sources: [...formats].map(
      (format): PictureSource => ({ type: `image/${format}`, srcset: srcsetOf(format), sizes }),
    ),
    placeholder: createPlaceholder(analysis, output.placeholder),
    loading,
    priority: output.priority,
  };
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
  kind: EncodeJob['placeholder'],
): PicturePlaceholder {
  return {
    color,
    ...(dataUri === null ? {} : { dataUri }),
    ...(thumbhash === null ? {} : { thumbhash }),
    ...(alpha || kind === 'none' ? { paint: false } : {}),
  };
}
