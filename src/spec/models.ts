import type { SizeLimits } from './size.ts';
import type { OriginalFormat, Quality } from './types.ts';

/** What is known of a model: enough to check a spec strictly. */
export interface KnownModel {
  id: string;
  limits: SizeLimits;
  /** Written out in the key when the spec does not say. */
  quality: Quality;
  /** Written out in the key when the spec does not say. */
  outputFormat: OriginalFormat;
}

/**
 * The model of a spec that names none.
 *
 * Every default in this file is frozen for key version 1: another value would give every spec that
 * relies on it another key, and its picture would be bought again.
 */
export const DEFAULT_MODEL = 'openai/gpt-image-2';

/** The size of a spec that names none; frozen as {@link DEFAULT_MODEL} is. */
export const DEFAULT_IMAGE_SIZE = 'landscape_4_3';

const KNOWN_MODELS: readonly KnownModel[] = [
  {
    id: 'openai/gpt-image-2',
    // Contract, section 1, "Size"; the service's own words are in the fal notes, section 6.3.
    limits: { step: 16, maxEdge: 3840, maxRatio: 3, minPixels: 655_360, maxPixels: 8_294_400 },
    quality: 'high',
    outputFormat: 'png',
  },
];

/** What is known of a model, or `null` for a model whose fields pass through unchecked. */
export function findModel(id: string): KnownModel | null {
  return KNOWN_MODELS.find((model) => model.id === id) ?? null;
}

/**
 * Why a field may never stand under `input`, or `null` when it may (spec fields are another matter).
 * `sync_mode` would change how the answer travels, not the picture; a key would be stored in records.
 */
export function findRefusedInput(field: string): { message: string; hint: string } | null {
  if (/(^|_)api_?key$/i.test(field)) {
    return {
      message: `\`${field}\` is a secret, and a secret never belongs in a spec.`,
      hint: 'Remove it and revoke the key if the file was shared; keys come from the environment: FAL_KEY, or `fal({ openaiKey })` in the configuration.',
    };
  }
  if (field === 'sync_mode') {
    return {
      message: '`sync_mode` decides how the answer travels, which is the business of this package.',
      hint: 'Remove it.',
    };
  }
  return null;
}
