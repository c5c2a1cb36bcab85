import * as z from 'zod';

// What the service answers, leniently: a field that is odd is read as absent, further fields are let be.
const text = z.string().nullish().catch(null);

/** Answer of a submit; the id is checked as a UUID by its reader. */
export const submitAnswer = z.object({
  request_id: z.string(),
  status_url: text,
  response_url: text,
  cancel_url: text,
});

/** Answer of a status call. The service has no state for failure: a failed job is COMPLETED. */
export const statusAnswer = z.object({
  status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']),
  queue_position: z.number().int().nonnegative().nullish().catch(null),
  error: z.unknown().optional(),
  error_type: text,
});

const media = z.object({ url: z.string(), content_type: text });

/** A result: `images`, or `image` of models that make one. */
export const resultAnswer = z.union([
  z.object({ images: z.array(media) }),
  z.object({ image: media }).transform(({ image }) => ({ images: [image] })),
]);

/** An error: a list of the model's, or a text with `error_type` of the platform's. `input` is dropped. */
export const errorAnswer = z.object({
  detail: z
    .union([
      z.string(),
      z.array(
        z.object({
          msg: text,
          type: text,
          loc: z
            .array(z.union([z.string(), z.number()]))
            .nullish()
            .catch(null),
        }),
      ),
    ])
    .nullish()
    .catch(null),
  error_type: text,
  status: text,
});

/** A page of the account's request history. */
export const historyAnswer = z.object({
  items: z.array(
    z.object({
      request_id: z.string(),
      sent_at: text,
      started_at: text,
      json_input: z.record(z.string(), z.unknown()).nullish().catch(null),
    }),
  ),
  has_more: z.boolean().nullish().catch(null),
  next_cursor: text,
});

/** Parsed JSON, or undefined when the text is none: a portal's page, a cut answer. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
