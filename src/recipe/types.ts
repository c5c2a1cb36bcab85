import type { Size } from '../spec/types.ts';

/** A lower-case hex SHA-256 of a recipe: the address of what was asked. */
export type Key = string;
/** A lower-case hex SHA-256 of bytes: the address of what came back. */
export type Digest = string;

/**
 * Everything that decides the pixels, and nothing else. Its canonical JSON (RFC 8785) hashes to the
 * {@link Key}; a record keeps this very object as `request`.
 */
export interface Recipe {
  v: 1;
  /** Name of the provider: a sketch never answers for a paid picture. */
  provider: string;
  /** Endpoint id as sent. */
  model: string;
  /** Every field that is sent and decides pixels, defaults written out. */
  input: { prompt: string; image_size: Size; [field: string]: unknown };
  /** Digests of the edit inputs, in order, and of the mask. */
  files: { images: Digest[]; mask: Digest | null };
  revision: string | null;
}
