import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { BuiltPicture } from '../engine/build-picture.ts';
import { replaceFile } from '../fs/publish.ts';
import type { Variant } from '../variant/types.ts';
import { assetName } from './load-module.ts';

/**
 * Gives a variant a file under a name for people, `hero-640.avif`, since bundlers name what they emit
 * after the file it came from. It lies beside the variant, in a folder named for the content, or in the
 * spare folder when it cannot be written there.
 * @returns absolute path
 */
export async function nameVariant(
  built: BuiltPicture,
  variant: Variant,
  spareFolder: () => string,
): Promise<string> {
  const name = assetName(built, variant);
  const bytes = await readFile(variant.path);
  return await nameBytes(variant, name, bytes, spareFolder);
}

/** The same for bytes that were made of a variant. */
export async function nameBytes(
  { path, digest }: Pick<Variant, 'path' | 'digest'>,
  name: string,
  bytes: Buffer,
  spareFolder: () => string,
): Promise<string> {
  const folder = digest.slice(0, 16);
  try {
    return await writeNamed(join(dirname(path), folder), name, bytes);
  } catch {
    // What is told of a spare folder that cannot be written either says more.
    return await writeNamed(join(spareFolder(), folder), name, bytes);
  }
}

/** Writes text into a folder of the cache that is named for the content. */
export async function writeByContent(dir: string, name: string, text: string): Promise<string> {
  const bytes = Buffer.from(text);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return await writeNamed(join(dir, digest.slice(0, 16)), name, bytes);
}

async function writeNamed(folder: string, name: string, bytes: Buffer): Promise<string> {
  const target = join(folder, name);
  // What was written before may have been cut short by a power failure.
  const there = await readFile(target).catch(() => null);
  if (there === null || !there.equals(bytes)) {
    await replaceFile({ target, bytes, tmpDir: folder, durable: false });
  }
  return target;
}

/** The URL by which one file of the disk names another: relative, so that bundlers resolve it alike. */
export function relativeUrl(fromFolder: string, path: string): string {
  const url = encodeURI(relative(fromFolder, path).replaceAll('\\', '/'));
  return url.startsWith('.') ? url : `./${url}`;
}
