import { basename } from 'node:path';
import type { Digest, Key } from '../recipe/types.ts';
import type { OriginalFormat } from '../spec/types.ts';

/** Hex digits of key and of digest in a file name: enough to find a file; the record holds both in full. */
const SHORT = 16;

/** Names that Windows reserves for devices, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** File extension of each type of original. */
export const EXTENSION: Record<OriginalFormat, string> = { png: 'png', jpeg: 'jpg', webp: 'webp' };

const NAME =
  /^(?<slug>[a-z0-9-]{1,40})--(?<key>[0-9a-f]{16})--(?<digest>[0-9a-f]{16})\.(?<extension>png|jpg|webp|json)$/;

/** Whether a text is a full lower-case SHA-256 in hex; checked before it becomes part of a path. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

/**
 * The part of a file name that is for people: the spec's base name at the time, safe on every file
 * system. It never decides anything.
 */
export function slugOf(specFile: string): string {
  const stem = basename(specFile).replace(/\.image\.ya?ml$/i, '');
  const slug = stem
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  if (slug === '') return 'image';
  return DEVICE.test(slug) ? `image-${slug}` : slug;
}

/** Names of the two files of an original within `originals/`. */
export function fileNamesOf(original: {
  slug: string;
  key: Key;
  digest: Digest;
  type: OriginalFormat;
}): { file: string; recordFile: string } {
  const stem = `${original.slug}--${original.key.slice(0, SHORT)}--${original.digest.slice(0, SHORT)}`;
  return { file: `${stem}.${EXTENSION[original.type]}`, recordFile: `${stem}.json` };
}

/** What a file name of the store says. */
export interface ParsedName {
  slug: string;
  /** First 16 hex digits of the key. */
  key16: string;
  /** First 16 hex digits of the digest. */
  digest16: string;
  extension: 'png' | 'jpg' | 'webp' | 'json';
}

/** Reads a file name of `originals/`, or null when it is none of the store's. */
export function parseName(name: string): ParsedName | null {
  const groups = NAME.exec(name)?.groups;
  if (!groups) return null;
  return {
    slug: groups['slug']!,
    key16: groups['key']!,
    digest16: groups['digest']!,
    extension: groups['extension'] as ParsedName['extension'],
  };
}
