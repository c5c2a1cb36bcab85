import { z } from 'zod';
import { listWords } from './display.ts';

// In every schema of this room `error` says what is expected, as the middle of the sentence
// "Expected … for `field`, received …"; validate.ts writes the sentence.

/** Largest width or height that anything may ask for, in pixels. */
export const MAX_EDGE = 16_384;

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words, { error: listWords(words) });
}

/** One of some words, each with what editors say of it. */
export function wordsOf<const Texts extends Readonly<Record<string, string>>>(
  texts: Texts,
): z.ZodEnum<{ [Word in keyof Texts & string]: Word }> {
  const words = Object.keys(texts) as [string, ...string[]];
  // What zod says of the type is true of the words, and the texts are for editors alone.
  return oneOf(words).meta({ enumDescriptions: Object.values(texts) }) as never;
}

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most: number): z.ZodInt {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** Text; with a least length of 1 it must not be empty. */
export function text(least = 0): z.ZodString {
  const error = least === 0 ? 'text' : 'text that is not empty';
  return z.string({ error }).min(least, { error });
}

/** `true` or `false`. */
export function flag(): z.ZodBoolean {
  return z.boolean({ error: '`true` or `false`' });
}

/** A map of exactly these fields. */
export function mapOf<const Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: 'a map of fields' });
}
