import type { BuiltPicture } from '../engine/build-picture.ts';
import { assetName } from '../plugin/load-module.ts';
import type { Variant } from '../variant/types.ts';

/**
 * Where the pictures of a site go that no bundler emits, below its output folder and its base. Hosts that
 * run Jekyll drop folders whose names begin with `_`, and rules for caching commonly name `/assets/`.
 */
export const IMAGES_FOLDER = 'assets/image-prompt/';

/** Name of a variant: `hero-640-0123456789ab.avif`, the same wherever the same bytes are made. */
export function fileNameOf(built: BuiltPicture, variant: Variant): string {
  const name = assetName(built, variant);
  const at = name.lastIndexOf('.');
  return `${name.slice(0, at)}-${variant.digest.slice(0, 12)}${name.slice(at)}`;
}

/**
 * Writes a base as URLs need it: with a slash at its end and, where it is a bare name, one before it. What is relative in
 * so many words, or an address, stays so.
 */
export function normaliseBase(base: string): string {
  const rooted = base === '' || /^(?:[/.]|[a-z][a-z0-9+.-]*:)/i.test(base) ? base : `/${base}`;
  return rooted.endsWith('/') ? rooted : `${rooted}/`;
}
