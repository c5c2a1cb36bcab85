import { join, relative } from 'node:path';
import { splitId } from '../../plugin/ids.ts';
import { isReference } from '../../plugin/references.ts';
import { findSlots } from '../find-slots.ts';
import type { ParsedFile } from './types.ts';

/** Begins the names that stand for specs in what Nuxt Content keeps. */
export const PREFIX = '/@image-prompt/';

const NAME = /\/@image-prompt\/[\w\-.!~*()%/]+\.ya?ml(?:\?[^"'\\\s<>)]*)?/gi;

/**
 * Names a spec for what Nuxt Content keeps and publishes: a path there would pass for a spec that nobody rewrote, and
 * a URL would be that of yesterday's picture.
 * @param id absolute path with the query
 */
export function nameContentSpec(id: string, root: string): string {
  const { path, query } = splitId(id);
  const within = relative(root, path).replaceAll('\\', '/');
  const named = within
    .replace(/\.image(\.ya?ml)$/i, '$1')
    .split('/')
    .map(encodeURIComponent);
  // Quotes would end it in the database.
  return `${PREFIX}${named.join('/')}${encodeURI(query)}`.replaceAll("'", '%27');
}

/** The names in a text, with what they stand for: absolute paths with queries. */
export function readContentNames(text: string, root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name] of text.matchAll(NAME)) {
    const id = readName(name, root);
    if (id !== null) found.set(name, id);
  }
  return found;
}

function readName(name: string, root: string): string | null {
  const [path = '', ...query] = name.slice(PREFIX.length).split('?');
  try {
    const within = decodeURIComponent(path).replace(/\.(ya?ml)$/i, '.image.$1');
    return [join(root, within), ...query.map(decodeURI)].join('?');
  } catch {
    // Content may speak of names; ours can all be decoded.
    return null;
  }
}

/** Puts names in place of the references of a file that was parsed: what `src` says in its text, and fields of its front matter. */
export function rewriteParsed(
  { content }: ParsedFile,
  rename: (reference: string) => string,
): void {
  const { body, ...fields } = content;
  rewriteBody(body, rename);
  for (const { holder, key, reference } of findSlots(fields)) {
    // The copy that was looked through shares all but the fields themselves.
    const target = holder === fields ? content : holder;
    target[key] = rename(reference);
  }
}

function rewriteBody(node: unknown, rename: (reference: string) => string): void {
  if (Array.isArray(node)) {
    // Of components too: they ask `usePicture` for it.
    const [tag, attributes] = node as unknown[];
    if (typeof tag === 'string' && isAttributes(attributes)) {
      const { src } = attributes;
      if (typeof src === 'string' && isReference(src)) attributes['src'] = rename(src);
    }
    for (const child of node) rewriteBody(child, rename);
  } else if (isAttributes(node) && node['type'] === 'minimark') {
    rewriteBody(node['value'], rename);
  }
}

function isAttributes(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
