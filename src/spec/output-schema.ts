import { z } from 'zod';
import { flag, MAX_EDGE, mapOf, oneOf, text, wholeNumber } from './schema-parts.ts';

const PERCENT_HINT = 'Quality from 1 to 100.';
const quality = wholeNumber(1, 100).describe(PERCENT_HINT);
const chromaSubsampling = oneOf(['4:2:0', '4:4:4']).describe(
  '`4:4:4` keeps saturated edges (text, logos) sharper.',
);
const lossless = flag().describe('Keep every pixel exactly; larger files.');
const progressive = flag().describe('Store the picture so that it can be shown while it loads.');

const avif = mapOf({
  quality: quality.optional(),
  effort: wholeNumber(0, 9).optional().describe('0–9: more is smaller and slower.'),
  chromaSubsampling: chromaSubsampling.optional(),
  lossless: lossless.optional(),
});
const webp = mapOf({
  quality: quality.optional(),
  effort: wholeNumber(0, 6).optional().describe('0–6: more is smaller and slower.'),
  lossless: lossless.optional(),
});
const jpeg = mapOf({
  quality: quality.optional(),
  chromaSubsampling: chromaSubsampling.optional(),
  mozjpeg: flag().optional().describe('Use mozjpeg: slower, smaller.'),
  progressive: progressive.optional(),
});
const png = mapOf({ quality: quality.optional(), progressive: progressive.optional() });

function numberOr<Settings extends z.ZodType>(settings: Settings) {
  return z.union([quality, settings], { error: 'a quality from 1 to 100 or a map of settings' });
}

const RATIO_ERROR = 'a ratio such as 16:9';
const POSITIVE = '(?:[1-9]\\d{0,4}(?:\\.\\d{1,6})?|0\\.\\d{0,5}[1-9])';
const aspect = z.union(
  [
    z.string({ error: RATIO_ERROR }).regex(new RegExp(`^${POSITIVE} ?: ?${POSITIVE}$`), {
      error: RATIO_ERROR,
    }),
    z.number({ error: RATIO_ERROR }).positive({ error: RATIO_ERROR }).max(MAX_EDGE, {
      error: RATIO_ERROR,
    }),
  ],
  { error: RATIO_ERROR },
);

/** Words of sharp's `resize` for what to keep when cropping (sharp documentation, "resize"). */
const POSITIONS = [
  'centre',
  'center',
  'top',
  'right top',
  'right',
  'right bottom',
  'bottom',
  'left bottom',
  'left',
  'left top',
  'north',
  'northeast',
  'east',
  'southeast',
  'south',
  'southwest',
  'west',
  'northwest',
  'attention',
  'entropy',
] as const;

/** `output` of a spec: what the picture becomes (contract, section 4). Nothing of it is part of the key. */
export const outputSchema = mapOf({
  widths: z
    .array(wholeNumber(1, MAX_EDGE), { error: 'a list of widths' })
    .min(1, { error: 'a list of at least one width' })
    .optional()
    .meta({
      description:
        "Widths of the files in pixels. Widths above the picture's become the picture's. Left out: a list that suits the picture.",
      examples: [[400, 800, 1600]],
    }),
  formats: z
    .array(oneOf(['avif', 'webp', 'jpeg', 'png', 'fallback']), { error: 'a list of formats' })
    .min(1, { error: 'a list of at least one format' })
    .optional()
    .meta({
      description:
        'Formats, best first. `fallback` is png for a picture with transparency, else jpeg.',
      default: ['avif', 'webp', 'fallback'],
    }),
  quality: mapOf({
    avif: numberOr(avif).optional().describe('AVIF: quality, or a map of settings.'),
    webp: numberOr(webp).optional().describe('WebP: quality, or a map of settings.'),
    jpeg: numberOr(jpeg).optional().describe('JPEG: quality, or a map of settings.'),
    png: numberOr(png).optional().describe('PNG: quality of its palette, or a map of settings.'),
  })
    .optional()
    .meta({
      description: 'Settings of each format.',
      default: { avif: 50, webp: 75, jpeg: 80 },
      examples: [{ avif: { quality: 60, effort: 6 } }],
    }),
  sizes: text(1)
    .optional()
    .meta({
      description:
        'The `sizes` attribute. Left out: `auto, 100vw` when loaded lazily, else `100vw`.',
      examples: ['(min-width: 60rem) 50vw, 100vw'],
    }),
  width: wholeNumber(1, MAX_EDGE)
    .optional()
    .meta({
      description:
        "Display width in CSS pixels; caps the widths at twice as much. Left out: the picture's.",
      examples: [800],
    }),
  aspect: aspect.optional().meta({
    description: 'Crop to this ratio of width to height.',
    examples: ['16:9', '1:1', 1.5],
  }),
  fit: oneOf(['cover', 'contain', 'fill', 'inside', 'outside'])
    .optional()
    .meta({ description: 'How the picture fills the ratio.', default: 'cover' }),
  position: oneOf(POSITIONS).optional().meta({
    description:
      'The part to keep when cropping; `attention` and `entropy` look for the interesting one.',
    default: 'centre',
  }),
  placeholder: oneOf(['blur', 'color', 'thumbhash', 'none'])
    .optional()
    .meta({ description: 'What is shown while the picture loads.', default: 'blur' }),
  loading: oneOf(['lazy', 'eager'])
    .optional()
    .meta({ description: 'The `loading` attribute.', default: 'lazy' }),
  priority: flag().optional().meta({
    description:
      'For the main picture of a page: loaded eagerly, with high priority and a preload.',
    default: false,
  }),
  provenance: flag().optional().meta({
    description: 'Whether every file says in its metadata that it was made by a model.',
    default: true,
  }),
});

/** `output` as written. */
export type SpecOutput = z.infer<typeof outputSchema>;
