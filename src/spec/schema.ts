import { z } from 'zod';
import { DEFAULT_IMAGE_SIZE, DEFAULT_MODEL } from './models.ts';
import { outputSchema } from './output-schema.ts';
import { MAX_EDGE, mapOf, text, wholeNumber, wordsOf } from './schema-parts.ts';
import { PRESETS, type Preset } from './size.ts';

const PART = 'text or a list of texts';
const part = z.union([text(), z.array(text(), { error: PART })], { error: PART });

const promptSchema = z.union(
  [
    z.string({ error: 'text' }).describe('The prompt as it is.'),
    mapOf({
      scene: part.optional().describe('Where and when: place, light, weather, background.'),
      subject: part.optional().describe('Who or what the picture is about.'),
      details: part.optional().describe('Materials, lens, style, text to show: what matters.'),
      use_case: part.optional().describe('What the picture is for, such as a hero image.'),
      constraints: part.optional().describe('What must hold or be absent.'),
    }).describe('Parts, written out as `Scene: …`, `Subject: …` and so on, one line each.'),
  ],
  { error: 'text or a map of scene, subject, details, use_case and constraints' },
);

const SIZE = 'a preset, {width, height} or text such as 1536x1024';
const imageSizeSchema = z.union(
  [
    z.enum(Object.keys(PRESETS) as [Preset, ...Preset[]], { error: SIZE }).meta({
      enumDescriptions: Object.values(PRESETS).map(({ width, height }) => `${width}×${height}`),
    }),
    z.string({ error: SIZE }).regex(/^[1-9]\d{0,4}x[1-9]\d{0,4}$/, { error: SIZE }),
    mapOf({
      width: wholeNumber(1, MAX_EDGE).describe('Width in pixels.'),
      height: wholeNumber(1, MAX_EDGE).describe('Height in pixels.'),
    }),
  ],
  { error: SIZE },
);

const MODEL = 'a model id such as openai/gpt-image-2';
const PATHS = 'a path or a list of paths';
const REVISION = 'text or a number';
const AXIS = 'a list of texts';
const PICK = 'a number from 1 or at least six hex digits of a digest';

const picked = z.union(
  [
    z.int({ error: PICK }).min(1, { error: PICK }),
    z.string({ error: PICK }).regex(/^[0-9a-fA-F]{6,64}$/, { error: PICK }),
  ],
  { error: PICK },
);

/** Fields of `output` that an item of `sources` may also have itself. */
export const CROP_FIELDS = [
  'aspect',
  'fit',
  'position',
  'widths',
  'width',
  'sizes',
  'formats',
] as const;

const fields = {
  prompt: promptSchema.meta({
    description: 'What the picture shows. `{{name}}` is replaced by the variable.',
    examples: ['A photorealistic Tokyo café interior at golden hour'],
  }),
  alt: text().meta({
    description: 'Text alternative for people who do not see the picture; "" means decorative.',
    examples: ['A quiet café with neon reflections'],
  }),
  model: z
    .string({ error: MODEL })
    .regex(/^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9._-]*)+$/, { error: MODEL })
    .optional()
    .meta({
      description: "Endpoint id of the model on fal. Part of the picture's key.",
      default: DEFAULT_MODEL,
    }),
  image_size: imageSizeSchema.optional().meta({
    description:
      "Size of the picture in pixels: a preset, a map or WIDTHxHEIGHT. Part of the picture's key.",
    default: DEFAULT_IMAGE_SIZE,
    examples: [{ width: 1536, height: 1024 }, '1200x630'],
  }),
  quality: wordsOf({
    low: 'For drafts and small pictures: $0.01 at 1024×768.',
    medium: 'For most pages: $0.04 at 1024×768.',
    high: 'For large pictures and text in them: $0.15 at 1024×768.',
  })
    .optional()
    .meta({
      description: "Effort of the model; decides the price. Part of the picture's key.",
      default: 'high',
    }),
  output_format: wordsOf({
    png: 'Keeps every pixel and transparency; the largest file in the repository.',
    jpeg: 'Smaller, without transparency.',
    webp: 'Smaller, with transparency.',
  })
    .optional()
    .meta({ description: "Format of the original. Part of the picture's key.", default: 'png' }),
  num_images: wholeNumber(1, 4)
    .optional()
    .meta({ description: 'How many candidates to have; each is paid for once.', default: 1 }),
  pick: z
    .union([...picked.options, z.record(z.string(), picked, { error: PICK })], { error: PICK })
    .optional()
    .meta({
      description:
        'The candidate to show: its number from 1, oldest first, or the first hex digits of its digest (in quotes). With a matrix also a map by its pictures.',
      default: 1,
      examples: [2, '3f9a1c'],
    }),
  revision: z
    .union([z.string({ error: REVISION }), z.number({ error: REVISION })], { error: REVISION })
    .optional()
    .meta({
      description: "Change it for a new picture of the same prompt. Part of the picture's key.",
      examples: [2],
    }),
  edit: mapOf({
    images: z
      .array(text(1), { error: 'a list of paths' })
      .min(1, { error: 'a list of at least one path' })
      .meta({
        description:
          'Pictures to work on, at most 16: png, jpeg or webp files, or other specs. Relative to this file.',
        examples: [['./photo.jpg'], ['./hero.image.yaml']],
      }),
    mask: text(1)
      .optional()
      .describe(
        'File that marks what may change, in the size of the first one: transparent there, or white on black.',
      ),
    fields: mapOf({
      images: text(1).optional().describe('Parameter that takes the list of pictures.'),
      image: text(1).optional().describe('Parameter that takes one picture, in place of `images`.'),
      mask: text(1).optional().describe('Parameter that takes the mask.'),
    })
      .optional()
      .describe('Names of the parameters of a model that is not known here.'),
  })
    .optional()
    .meta({
      description:
        "Change existing pictures instead of making one from words. The bytes of the files are part of the picture's key, their names are not.",
      examples: [{ images: ['./photo.jpg'], mask: './mask.png' }],
    }),
  input: z.record(z.string(), z.unknown(), { error: 'a map of fields' }).optional().meta({
    description: "Further fields for the model, passed as they are. Part of the picture's key.",
    default: {},
  }),
  extends: z
    .union([text(1), z.array(text(1), { error: PATHS })], { error: PATHS })
    .optional()
    .meta({
      description:
        'YAML files with fields that this spec builds on, relative to it. Maps merge deeply; later files and the spec itself win.',
      examples: ['./house-style.yaml'],
    }),
  vars: z
    .record(z.string(), z.union([text(), z.record(z.string(), text())], { error: 'text' }), {
      error: 'a map of texts',
    })
    .optional()
    .meta({
      description:
        'Texts for `{{name}}` in the prompt; `{{{{` is a literal `{{`. With a matrix also a text for each value of an axis.',
      default: {},
      examples: [{ city: 'Tokyo' }],
    }),
  output: outputSchema.optional().describe('What the picture becomes on the page; free to change.'),
};

const { prompt, alt: _alt, extends: _extends, ...ofSources } = fields;
const crops = outputSchema.pick({
  aspect: true,
  fit: true,
  position: true,
  widths: true,
  width: true,
  sizes: true,
  formats: true,
} satisfies Record<(typeof CROP_FIELDS)[number], true>);

/** An item of `sources`: what is other where its media query holds. */
const sourceSchema = mapOf({
  media: text(1).meta({
    description:
      'Where this picture is shown in place of the other; the first one that holds counts.',
    examples: ['(max-width: 40rem)', '(prefers-color-scheme: dark)'],
  }),
  prompt: prompt.optional().meta({ description: 'Another picture, paid for like any.' }),
  ...ofSources,
  ...crops.shape,
});

/**
 * The only list of the fields of a spec (contract, section 1). Defaults stand here for editors only;
 * resolve.ts applies them, since what a model gets depends on whether a field was given at all.
 */
export const specSchema = mapOf({
  ...fields,
  sources: z
    .array(sourceSchema, { error: 'a list of maps with `media`' })
    .min(1, { error: 'a list of at least one map with `media`' })
    .optional()
    .meta({
      description:
        'Art direction: other crops, or other pictures, for some screens. `aspect`, `position`, `widths` and the like crop the same picture anew, free; `prompt`, `image_size` and the like make a picture of its own.',
      examples: [[{ media: '(max-width: 40rem)', aspect: '4:5' }]],
    }),
  matrix: z
    .record(
      z.string(),
      z
        .array(z.union([text(1), z.number(), z.boolean()], { error: 'text' }), { error: AXIS })
        .min(1, { error: 'a list of at least one text' }),
      { error: 'a map of lists' },
    )
    .optional()
    .meta({
      description:
        'One picture for each combination of values; `{{name}}` in prompt, alt and vars stands for the value of an axis.',
      examples: [{ locale: ['en', 'ja'], theme: ['light', 'dark'] }],
    }),
});

/** A spec as written, bases merged in. */
export type Spec = z.infer<typeof specSchema>;
/** `prompt` as written. */
export type SpecPrompt = Spec['prompt'];
/** `image_size` as written. */
export type SpecImageSize = NonNullable<Spec['image_size']>;

/** What may stand under every spec: the option `defaults`. */
export const defaultsSchema = specSchema.pick({
  model: true,
  quality: true,
  output_format: true,
  output: true,
});

/** Names of the top-level fields. */
export const SPEC_FIELDS: readonly string[] = Object.keys(specSchema.shape);
