import { DEFAULT_MODEL } from '../spec/models.ts';
import type { Quality, Size } from '../spec/types.ts';
import type { Recipe } from './types.ts';

/** Tokens along the longer edge, by quality. */
const FACTOR: Readonly<Record<Quality, number>> = { low: 16, medium: 48, high: 96 };
/** Cents for each edit input. */
const CENTS_PER_INPUT = 1;

/**
 * Image tokens of one picture. The formula and its constants are the contract's (section 7, "Price");
 * they reproduce every cell of the published price table of openai/gpt-image-2.
 */
export function countImageTokens(quality: Quality, size: Size): number {
  const { width, height } = size;
  const factor = FACTOR[quality];
  const across = Math.round((factor * Math.min(width, height)) / Math.max(width, height));
  return Math.ceil((factor * across * (2_000_000 + width * height)) / 4_000_000);
}

/**
 * Estimated price of one picture in whole US cents, rounded up: $30 for a million image tokens.
 * Tokens of the prompt, under a cent, are left out.
 */
export function estimateCents(quality: Quality, size: Size, editInputs = 0): number {
  // 30 dollars / 10^6 = 3 cents / 1000, in integers so that a whole cent is not rounded up again.
  const cents = Math.ceil((countImageTokens(quality, size) * 3) / 1000);
  return cents + editInputs * CENTS_PER_INPUT;
}

/**
 * Estimated price of `count` pictures of a recipe in US dollars, or `null` when the model's price is
 * not known.
 */
export function priceOf(recipe: Recipe, count: number): number | null {
  const { model, input, files } = recipe;
  const quality = input['quality'];
  const isPriced = model === DEFAULT_MODEL || model === `${DEFAULT_MODEL}/edit`;
  if (!isPriced || !isQuality(quality)) return null;
  const editInputs = files.images.length + (files.mask === null ? 0 : 1);
  // An edit endpoint whose inputs are not in the recipe (written by hand under `input`) is not ours
  // to price.
  if (model !== DEFAULT_MODEL && editInputs === 0) return null;
  return (estimateCents(quality, input.image_size, editInputs) * count) / 100;
}

function isQuality(value: unknown): value is Quality {
  return typeof value === 'string' && Object.hasOwn(FACTOR, value);
}
