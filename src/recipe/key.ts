import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { checkData } from './normalise.ts';
import type { Digest, Key, Recipe } from './types.ts';

/**
 * Version of the rules that make a key. Another version is another key for every spec, and every
 * picture bought anew: the committed vectors of the tests guard it.
 */
export const KEY_VERSION = 1;

/**
 * The key of a recipe: SHA-256 of its canonical JSON (RFC 8785), lower-case hex.
 * @throws ImagePromptError SPEC_TEXT or SPEC_NUMBER for what canonical JSON cannot carry exactly
 */
export function keyOf(recipe: Recipe): Key {
  return digestOf(canonicalJson(recipe));
}

/**
 * The very text that is hashed into the key. Nothing is normalised here: a record whose request was
 * changed by one blank must not hash to its key.
 */
export function canonicalJson(recipe: Recipe): string {
  const { v, provider, model, input, files, revision } = recipe;
  const exact = { v, provider, model, input, files, revision };
  checkData(exact, 'recipe');
  return canonicalize(exact) ?? '';
}

/** SHA-256 of bytes (or of a text in UTF-8), lower-case hex. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return hash('sha256', bytes);
}
