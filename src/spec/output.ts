import type { SpecOutput } from './output-schema.ts';
import type { EncodeOptions, OutputFormat, ResolvedOutput } from './types.ts';

/** Encoder settings of a spec that gives none (contract, section 4). */
const ENCODE_DEFAULTS: Readonly<Record<OutputFormat, EncodeOptions>> = {
  avif: { quality: 50 },
  webp: { quality: 75 },
  jpeg: { quality: 80 },
  png: {},
};

/** Writes the defaults into a checked `output`. */
export function resolveOutput(output: SpecOutput = {}): ResolvedOutput {
  const priority = output.priority ?? false;
  return {
    widths: output.widths ?? null,
    formats: [...new Set(output.formats ?? (['avif', 'webp', 'fallback'] as const))],
    quality: {
      avif: resolveEncode('avif', output.quality?.avif),
      webp: resolveEncode('webp', output.quality?.webp),
      jpeg: resolveEncode('jpeg', output.quality?.jpeg),
      png: resolveEncode('png', output.quality?.png),
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
function parseAspect(aspect: string | number): { width: number; height: number } {
  if (typeof aspect === 'number') return { width: aspect, height: 1 };
  const [width, height] = aspect.split(':').map(Number);
  return { width: width!, height: height! };
}

function resolveEncode(
  format: OutputFormat,
  setting: number | EncodeOptions | undefined,
): EncodeOptions {
  const given = typeof setting === 'number' ? { quality: setting } : setting;
  return { ...ENCODE_DEFAULTS[format], ...given };
}
