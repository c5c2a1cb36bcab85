import { z } from 'zod';
import { flag, MAX_EDGE, mapOf, text, wholeNumber, wordsOf } from './schema-parts.ts';

const PERCENT_HINT = 'Quality from 1 to 100.';
const quality = wholeNumber(1, 100).describe(PERCENT_HINT);
const AUTO_HINT =
  'The lowest quality at which the picture looks the same: files as small as they can be, slower builds.';
const auto = wordsOf({ auto: AUTO_HINT }).describe(AUTO_HINT);
const qualityOrAuto = z
  .union([quality, auto], { error: 'a quality from 1 to 100 or `auto`' })
  .describe('Quality from 1 to 100, or `auto`.');
const TARGET_ERROR = 'a number from 0.5 to 0.999';
const target = z
  .number({ error: TARGET_ERROR })
  .min(0.5, { error: TARGET_ERROR })
  .max(0.999, { error: TARGET_ERROR })
  .describe('With `quality: auto`: how alike file and picture have to look (SSIM).');
const chromaSubsampling = wordsOf({
  '4:2:0': 'A quarter of the colour values: smaller files.',
  '4:4:4': 'All colour values: sharp edges between strong colours.',
}).describe('`4:4:4` keeps saturated edges (text, logos) sharper.');
const lossless = flag().describe('Keep every pixel exactly; larger files.');
const progressive = flag().describe('Store the picture so that it can be shown while it loads.');

const avif = mapOf({
  quality: qualityOrAuto.optional(),
  target: target.optional(),
  effort: wholeNumber(0, 9).optional().describe('0–9: more is smaller and slower.'),
  chromaSubsampling: chromaSubsampling.optional(),
  lossless: lossless.optional(),
});
const webp = mapOf({
  quality: qualityOrAuto.optional(),
  target: target.optional(),
  effort: wholeNumber(0, 6).optional().describe('0–6: more is smaller and slower.'),
  lossless: lossless.optional(),
});
const jpeg = mapOf({
  quality: qualityOrAuto.optional(),
  target: target.optional(),
  chromaSubsampling: chromaSubsampling.optional(),
  mozjpeg: flag().optional().describe('Use mozjpeg: slower, smaller.'),
  progressive: progressive.optional(),
});
const png = mapOf({ quality: quality.optional(), progressive: progressive.optional() });

function numberOr<Settings extends z.ZodType>(settings: Settings) {
  return z.union([quality, settings], { error: 'a quality from 1 to 100 or a map of settings' });
}

function lossy<
  Settings extends z.ZodType<{
    quality?: number | 'auto' | undefined;
    target?: number | undefined;
  }>,
>(settings: Settings) {
  // A target that nothing looks at would pass for one that was reached.
  const checked = settings.refine(
    ({ quality, target }) => target === undefined || quality === 'auto',
    { path: ['target'], error: '`quality: auto` beside it' },
  );
  return z.union([quality, auto, checked], {
    error: '`auto`, a quality from 1 to 100 or a map of settings',
  });
}

const qualities = mapOf({
  avif: lossy(avif).optional().describe('AVIF: quality, `auto`, or a map of settings.'),
  webp: lossy(webp).optional().describe('WebP: quality, `auto`, or a map of settings.'),
  jpeg: lossy(jpeg).optional().describe('JPEG: quality, `auto`, or a map of settings.'),
  png: numberOr(png).optional().describe('PNG: quality of its palette, or a map of settings.'),
});

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
const POSITIONS = {
  centre: 'The middle.',
  center: 'The middle, as `centre`.',
  top: 'The upper edge.',
  'right top': 'The upper right corner.',
  right: 'The right edge.',
  'right bottom': 'The lower right corner.',
  bottom: 'The lower edge.',
  'left bottom': 'The lower left corner.',
  left: 'The left edge.',
  'left top': 'The upper left corner.',
  north: 'The upper edge, as `top`.',
  northeast: 'The upper right corner, as `right top`.',
  east: 'The right edge, as `right`.',
  southeast: 'The lower right corner, as `right bottom`.',
  south: 'The lower edge, as `bottom`.',
  southwest: 'The lower left corner, as `left bottom`.',
  west: 'The left edge, as `left`.',
  northwest: 'The upper left corner, as `left top`.',
  attention: 'Where skin, strong colours and light are.',
  entropy: 'Where most details are.',
} as const;

const format = wordsOf({
  avif: 'The smallest files, for browsers from 2022 on.',
  webp: 'Small files, for browsers from 2020 on.',
  jpeg: 'For every browser, without transparency.',
  png: 'For every browser, with transparency; large.',
  fallback: 'png for a picture with transparency, else jpeg.',
});

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
    .array(format, { error: 'a list of formats' })
    .min(1, { error: 'a list of at least one format' })
    .optional()
    .meta({
      description:
        'Formats, best first. `fallback` is png for a picture with transparency, else jpeg.',
      default: ['avif', 'webp', 'fallback'],
    }),
  quality: z
    .union([auto, qualities], { error: '`auto` or a map of formats' })
    .optional()
    .meta({
      description: 'Settings of each format; `auto`: each picture gets the quality that it needs.',
      default: { avif: 50, webp: 75, jpeg: 80 },
      examples: [
        { avif: { quality: 60, effort: 6 } },
        'auto',
        { avif: 'auto', jpeg: { quality: 'auto', target: 0.97 } },
      ],
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
  fit: wordsOf({
    cover: 'Fills the ratio and crops what is beyond.',
    contain: 'Shows the whole picture, with transparent bars beside it.',
    fill: 'Stretches the picture to the ratio.',
    inside: 'Shrinks the picture until it is within; it keeps its own ratio.',
    outside: 'Leaves the picture as it is.',
  })
    .optional()
    .meta({ description: 'How the picture fills the ratio.', default: 'cover' }),
  position: wordsOf(POSITIONS).optional().meta({
    description:
      'The part to keep when cropping; `attention` and `entropy` look for the interesting one.',
    default: 'centre',
  }),
  placeholder: wordsOf({
    blur: 'A tiny blurred picture within the page.',
    color: 'The main colour.',
    thumbhash: 'A hash of 25 bytes that a script of yours can draw.',
    none: 'Nothing.',
  })
    .optional()
    .meta({ description: 'What is shown while the picture loads.', default: 'blur' }),
  loading: wordsOf({
    lazy: 'When the reader comes near it.',
    eager: 'At once, with the page.',
  })
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
