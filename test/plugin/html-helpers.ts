import type { Picture } from '../../src/picture/types.ts';
import { rewritePage } from '../../src/plugin/html/rewrite-page.ts';
import { lineAndColumn } from '../../src/plugin/place.ts';
import { tagsOf } from '../helpers/bundlers-page.ts';

/** What every reference gets. */
export const PICTURE: Picture = {
  src: 's.jpg',
  width: 200,
  height: 100,
  alt: 'An "alt" & <more>',
  srcset: 's.jpg 200w',
  sizes: 'auto, 100vw',
  sources: [{ type: 'image/avif', srcset: 's.avif 200w', sizes: 'auto, 100vw' }],
  placeholder: { color: '#123456' },
  loading: 'lazy',
  priority: false,
};

/** A reference that a page was asked about. */
export interface Asked {
  reference: string;
  place: string;
  priority: boolean | null;
}

/** Rewrites a page whose every reference is one picture. */
export async function rewrite(html: string, { absolute = false, spec = PICTURE } = {}) {
  const asked: Asked[] = [];
  const placeOf = (offset: number): string => {
    const { line, column } = lineAndColumn(html, offset);
    return `${line}:${column}`;
  };
  const page = await rewritePage(html, {
    markAbsolute: absolute,
    async pictureOf(reference, offset, priority) {
      asked.push({ reference, place: placeOf(offset), priority });
      const first = priority ?? spec.priority;
      const picture: Picture = first
        ? { ...spec, priority: true, loading: 'eager', sizes: '100vw' }
        : { ...spec, priority: false };
      return { picture, srcSize: { width: 400, height: 200 } };
    },
    refuse: (reference, offset, where) => new Error(`${placeOf(offset)} ${where} ${reference}`),
  });
  return { html: page?.html ?? null, metas: page?.metas, asked };
}

/** Attributes of the first `<img>`. */
export const imgOf = (html: string | null) =>
  tagsOf(html ?? '').find(({ name }) => name === 'img')?.attributes ?? {};
