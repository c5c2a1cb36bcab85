import { isReference } from '../plugin/references.ts';

/**
 * What stands at a place: an image of the theme, which is one `<img>`, in one of three sizes or any; the URL of a
 * `<meta>` or another tag of the head; or a plain URL.
 */
export type SlotKind = 'hero' | 'logo' | 'icon' | 'image' | 'meta' | 'link' | 'url';

/** A reference in front matter or in the configuration of a site. */
export interface Slot {
  /** The object or list that holds it. */
  holder: Record<string, unknown>;
  key: string;
  reference: string;
  kind: SlotKind;
  /** What the holder said at first. */
  original: Readonly<Record<string, unknown>>;
}

/** Fields for people to read, or to follow: a page about specs names them there. */
const PROSE =
  /^(?:text|title|titleTemplate|description|details|name|tagline|label|alt|link|linkText|prev|next)$/;

/** Parts of an image of the theme: what they belong to says what it is. */
const PARTS = new Set(['src', 'light', 'dark']);

/** Finds every reference below a value: texts that are the path of a spec, and nothing else. Pure. */
export function findSlots(value: unknown, path: readonly string[] = []): Slot[] {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, inner]) => {
    const at = [...path, key];
    if (typeof inner !== 'string') return findSlots(inner, at);
    if (PROSE.test(key) || /\s/.test(inner.trim()) || !isReference(inner)) return [];
    return [{ holder, key, reference: inner, kind: kindOf(at), original: { ...holder } }];
  });
}

/** Copies maps and lists all the way down, and leaves dates and functions as they are. */
export function copyData<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => copyData(item)) as T;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, copyData(inner)]),
  ) as T;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(path: readonly string[]): SlotKind {
  const last = path.at(-1)!;
  if (path.includes('head')) return last === 'content' ? 'meta' : 'link';
  const named = path.filter((name) => !PARTS.has(name));
  const [above, name] = [named.at(-2), named.at(-1)];
  if (name === 'logo' || name === 'icon') return name;
  if (name === 'image' && above === 'hero') return 'hero';
  // Themes of others take URLs for what they call an image.
  return PARTS.has(last) ? 'image' : 'url';
}
