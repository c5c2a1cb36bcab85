import { MARK, splitId } from '../../plugin/ids.ts';
import type { QueryOverrides } from '../../spec/query.ts';

/**
 * Whom an import of a spec is for: code that hands it to `astro:assets`, or Markdown, where nobody but the spec says
 * how it is shown; `markdown-alt` when the author gave no text alternative.
 */
export type ImageFace = 'image' | 'markdown' | 'markdown-alt';

/** What Astro's own images of a spec are asked for by. */
export interface ImageRequest {
  /** Path of the spec, as it was written or absolute. */
  path: string;
  face: ImageFace;
  overrides: QueryOverrides;
}

/** Names the face in an id. */
const FACE = 'astro';
/** Astro asks the name itself whether it is an image, wherever no module does: its ending has to say so. */
const ALIAS = /\.image\.ya?ml#([^#]*)\.(?:png|jpe?g|webp|avif)$/i;
const FACES: readonly string[] = ['markdown', 'markdown-alt'];

/**
 * Writes a reference of Markdown as an image: `./hero.image.yaml?w=400` becomes
 * `./hero.image.yaml#markdown/w=400.png`. Not with a `?`, which Astro takes for its own, nor with a `&`, which it does not
 * find again in the HTML of a page.
 */
export function writeAlias(url: string, face: ImageFace): string {
  const { path, query } = splitId(url);
  const parameters = query.slice(1).replaceAll('/', '%2F').split('&').filter(Boolean);
  return `${path}#${[face, ...parameters].join('/')}.png`;
}

/** Reads what {@link writeAlias} wrote, or `./hero.image.yaml#.png` of an author; null when it is something else. */
export function readAlias(source: string): ImageRequest | null {
  const found = ALIAS.exec(source);
  if (!found) return null;
  const fragment = found[1]!.replaceAll('/', '&');
  const parameters = [...new URLSearchParams(fragment)];
  const face = parameters.find(([name]) => FACES.includes(name))?.[0] ?? 'image';
  return {
    path: source.slice(0, source.length - found[0].length) + found[0].split('#')[0],
    face: face as ImageFace,
    overrides: Object.fromEntries(parameters.filter(([name]) => !FACES.includes(name)).sort()),
  };
}

/** The id of an image of a spec. @param path absolute */
export function writeImageId({ path, face, overrides }: ImageRequest): string {
  return `${path}?${MARK}&${new URLSearchParams({ ...overrides, [FACE]: face })}`;
}

/** Reads what {@link writeImageId} wrote; Astro adds a second `?` with a note of its own. */
export function readImageId(id: string): ImageRequest | null {
  const { path, query } = splitId(id);
  const [own = ''] = query.slice(1).split('?');
  const { [FACE]: face, [MARK]: _mark, ...rest } = Object.fromEntries(new URLSearchParams(own));
  if (face === undefined) return null;
  const { t: _time, import: _import, ...overrides } = rest;
  return { path, face: face as ImageFace, overrides };
}
