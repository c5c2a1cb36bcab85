import { describe, expect, it } from 'vitest';
import { pictureHtml, preloadHtml } from '../../src/picture/html.ts';
import { createPicture } from '../../src/picture/picture.ts';
import type { Picture } from '../../src/picture/types.ts';
import { INPUT } from './helpers.ts';

const PHONE = '(max-width: 40rem)';
const DARK = '(prefers-color-scheme: dark)';
const own = INPUT.variants.length;

/** A picture with the same files again for some screens. */
function direct(...media: string[]): Picture {
  const variants = [...INPUT.variants, ...media.flatMap(() => INPUT.variants)];
  const art = media.map((one, at) => ({
    media: one,
    display: { width: 300, height: 400 },
    sizes: at === 0 ? '50vw' : null,
    isAnother: one === DARK,
    from: own * (at + 1),
    to: own * (at + 2),
  }));
  return createPicture({ ...INPUT, variants, art });
}

const preloads = (picture: Picture): (string | undefined)[] =>
  [...preloadHtml(picture).matchAll(/<link [^>]*>/g)].map(
    ([link]) => /media="([^"]*)"/.exec(link)?.[1],
  );

describe('a picture with sources', () => {
  it('has theirs first, every format of them, with their sizes on the page', () => {
    const { sources } = direct(PHONE);
    expect(
      sources.map(({ type, media, width, height, sizes }) => ({
        type,
        media,
        width,
        height,
        sizes,
      })),
    ).toEqual([
      { type: 'image/avif', media: PHONE, width: 300, height: 400, sizes: '50vw' },
      { type: 'image/webp', media: PHONE, width: 300, height: 400, sizes: '50vw' },
      { type: 'image/jpeg', media: PHONE, width: 300, height: 400, sizes: '50vw' },
      { type: 'image/avif', sizes: 'auto, 100vw' },
      { type: 'image/webp', sizes: 'auto, 100vw' },
    ]);
    expect(direct(PHONE).src).toBe(createPicture(INPUT).src);
    expect(direct().sources).toEqual(createPicture(INPUT).sources);
  });

  it('writes them into the page', () => {
    const html = pictureHtml(direct(PHONE));
    expect(html).toContain(
      `sizes="50vw" media="${PHONE}" width="300" height="400"><source type="image/webp"`,
    );
    expect(html).toMatch(/<source type="image\/avif" srcset="[^"]*" sizes="auto, 100vw"><source/);
    expect(html).toMatch(/<img [^>]*width="1024" height="512"/);
  });
});

it('paints its placeholder behind crops of the same, and never behind another picture', () => {
  expect(direct(PHONE).placeholder).toEqual(createPicture(INPUT).placeholder);
  expect(pictureHtml(direct(PHONE))).toContain('background-image');
  const { paint, dataUri } = direct(PHONE, DARK).placeholder;
  expect([paint, dataUri]).toEqual([false, createPicture(INPUT).placeholder.dataUri]);
  expect(pictureHtml(direct(PHONE, DARK))).not.toContain('background');
});

describe('preloads of a picture with sources', () => {
  it.each<[string[], (string | undefined)[]]>([
    [[], [undefined]],
    [[PHONE], [PHONE, `(not (${PHONE}))`]],
    [
      [PHONE, DARK],
      [PHONE, `(not (${PHONE})) and (${DARK})`, `(not (${PHONE})) and (not (${DARK}))`],
    ],
    // Whether such a query holds can be asked, but not whether it does not.
    [['print'], []],
    [['(width > 1px), print'], []],
    [[PHONE, 'screen and (width > 1px)'], []],
  ])('%j: each is for the screens that none before it takes', (media, expected) => {
    expect(preloads(direct(...media))).toEqual(expected);
  });
});
