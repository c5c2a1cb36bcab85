// Runs where Astro renders, in servers too: nothing is imported here.

/** What the spec of an image says of how it is shown; travels with the image that Astro knows. */
export interface ImageMark {
  /** Painted behind the picture while it loads. */
  style?: string;
  /** The rest is for Markdown, where nobody else says anything. */
  alt?: string;
  widths?: readonly number[];
  /** What the spec says, word by word. */
  sizes?: string;
  /** Where neither the spec nor the layout of the site says anything. */
  defaultSizes?: string;
  loading?: string;
  fetchpriority?: string;
}

type Options = Record<string, unknown>;
type Call = (options: Options, ...rest: unknown[]) => unknown;

/** The part of an image service that is dressed. */
interface ImageService {
  validateOptions?: Call;
  getHTMLAttributes?: Call;
}

/**
 * Dresses the image service of a site: what it makes of a spec has the widths, sizes, placeholder and, in Markdown, the
 * text alternative of the spec. Everything else passes through. Only here is it late enough: Astro keeps rendered
 * Markdown by its text.
 */
export function dressService<S extends ImageService>(service: S): S {
  return Object.assign(Object.create(service) as S, {
    async validateOptions(given: Options, ...rest: unknown[]) {
      const valid = ((await service.validateOptions?.(given, ...rest)) ?? given) as Options;
      const mark = markOf(valid);
      if (mark?.widths && !valid['widths'] && !valid['densities']) {
        valid['widths'] = [...mark.widths];
        valid['sizes'] ??= mark.sizes ?? mark.defaultSizes;
      }
      if (mark?.sizes) valid['sizes'] = mark.sizes;
      return valid;
    },

    async getHTMLAttributes(options: Options, ...rest: unknown[]) {
      const attributes = ((await service.getHTMLAttributes?.(options, ...rest)) ?? {}) as Options;
      const mark = markOf(options);
      if (mark === undefined) return attributes;
      const { style, alt, loading, fetchpriority } = mark;
      return {
        ...attributes,
        ...(loading ? { loading } : {}),
        ...(fetchpriority ? { fetchpriority } : {}),
        ...(alt !== undefined && !attributes['alt'] ? { alt } : {}),
        ...joinStyles(style, attributes['style']),
      };
    },
  });
}

function markOf({ src }: Options): ImageMark | undefined {
  return typeof src === 'object' && src !== null
    ? (src as { imagePrompt?: ImageMark }).imagePrompt
    : undefined;
}

/** The author's declarations come last, and win; an object of them is left alone. */
function joinStyles(style: string | undefined, given: unknown): Options {
  if (style === undefined || (given && typeof given !== 'string')) return {};
  return { style: given ? `${style};${given}` : style };
}
