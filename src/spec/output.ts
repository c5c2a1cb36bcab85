import type { SpecOutput } from './output-schema.ts';
import type { EncodeOptions, OutputFormat, ResolvedOutput } from './types.ts';

/** Encoder settings of a spec that gives none (contract, section 4). */
const ENCODE_DEFAULTS: Readonly<Record<OutputFormat, EncodeOptions>> = {
  avif: { quality: 50 },
  webp: { quality: 75 },
  jpeg: { quality: 80 },
  png: {},
};

/** PNG keeps every pixel: there is nothing to choose. */
const ALL_AUTO = { avif: 'auto', webp: 'auto', jpeg: 'auto', png: undefined } as const;

/** Takes the search out of settings, for pictures that are looked at once. */
export function withoutSearch(
  format: OutputFormat,
  { target: _, ...settings }: EncodeOptions,
): EncodeOptions {
  return settings.quality === 'auto' ? { ...settings, ...ENCODE_DEFAULTS[format] } : settings;
}

/** Writes the defaults into a checked `output`. */
export function resolveOutput(output: SpecOutput = {}): ResolvedOutput {
  const priority = output.priority ?? false;
  const quality = output.quality === 'auto' ? ALL_AUTO : output.quality;
  return {
    widths: output.widths ?? null,
    formats: [...new Set(output.formats ?? (['avif', 'webp', 'fallback'] as const))],
    quality: {
      avif: resolveEncode('avif', quality?.avif),
      webp: resolveEncode('webp', quality?.webp),
      jpeg: resolveEncode('jpeg', quality?.jpeg),
      png: resolveEncode('png', quality?.png),
    },
    sizes: output.sizes ?? null,
    width: output.width ?? null,
    aspect: output.aspect === undefined ? null : parseAspect(output.aspect),
    fit: output.fit ?? 'cover',
    position: output.position ?? 'centre',
    placeholder: output.placeholder ?? 'blur',
    // A picture that has priority is never lazy, whatever a base says.
    loading: priority ? 'eager' : (output.loading ?? 'lazy'),
    priority,
    provenance: output.provenance ?? true,
  };
}

/** Reads a ratio that the schema has accepted: `16:9` or width divided by height. */
export function parseAspect(aspect: string | number): { width: number; height: number } {
  if (typeof aspect === 'number') return { width: aspect, height: 1 };
  const [width, height] = aspect.split(':').map(Number);
  return { width: width!, height: height! };
}

/** Lays a quality over settings; a target is of no use beside a number. */
export function setQuality(
  format: OutputFormat,
  { target, ...settings }: EncodeOptions,
  quality: number | 'auto',
): EncodeOptions {
  if (quality !== 'auto') return { ...settings, quality };
  // What keeps every pixel has nothing to search.
  if (settings.lossless) return { ...settings, ...ENCODE_DEFAULTS[format] };
  return { ...settings, quality, ...(target === undefined ? {} : { target }) };
}

function resolveEncode(
  format: OutputFormat,
  setting: number | 'auto' | EncodeOptions | undefined,
): EncodeOptions {
  const given = typeof setting === 'object' ? setting : {};
  const quality = typeof setting === 'object' ? setting.quality : setting;
  const settings = { ...ENCODE_DEFAULTS[format], ...given };
  return quality === undefined ? settings : setQuality(format, settings, quality);
}
