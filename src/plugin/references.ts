import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseId, SPEC_ID, type SpecRequest, splitId } from './ids.ts';

/** Whether a text may hold a reference at all: a quick look before anything is parsed. */
export const MAY_REFER: RegExp = /\.image\.ya?ml/i;

/** Whether a URL of a page or a style sheet names a spec of the project. */
export function isReference(url: string): boolean {
  return SPEC_ID.test(url.trim()) && !isElsewhere(url);
}

/** Whether a URL leads out of the project: a scheme, another host, or a part of the same document. */
export function isElsewhere(url: string): boolean {
  return /^\s*(?:[a-z][a-z0-9+.-]+:|\/\/|#)/i.test(url);
}

/**
 * Reads a reference: relative to its file, or below the root when it begins with `/`. The query is
 * that of an import.
 */
export function locateReference(url: string, from: { file: string; root: string }): SpecRequest {
  const { path, query } = splitId(url.trim());
  return parseId(locatePath(decodePath(path), from) + query)!;
}

/** The absolute path of a relative or root-relative one. */
export function locatePath(path: string, { file, root }: { file: string; root: string }): string {
  if (!path.startsWith('/')) return resolve(dirname(file), path);
  const below = join(root, path);
  // An absolute path of the disk is found as well, as Vite finds it.
  return !existsSync(below) && existsSync(path) ? path : below;
}

/** Decodes `%20` and the like; what is no encoding stays as it is. */
export function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
