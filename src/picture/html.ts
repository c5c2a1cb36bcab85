import { type Attributes, mergeAttributes, writeTag } from './attributes.ts';
import type { Picture, PicturePlaceholder, PictureSource } from './types.ts';

/**
 * Writes a picture as `<picture>`, everything escaped.
 * @param attrs attributes of the `<img>`: they replace ours, `style` is appended to the
 * placeholder's, `sizes` applies to every source
 * @throws TypeError for what cannot be the name of an attribute
 */
export function pictureHtml(image: Picture, attrs: Attributes = {}): string {
  const img = mergeAttributes(
    {
      src: image.src,
      srcset: image.srcset,
      sizes: image.sizes,
      width: image.width,
      height: image.height,
      alt: image.alt,
      loading: image.priority ? 'eager' : image.loading,
      decoding: 'async',
      fetchpriority: image.priority ? 'high' : undefined,
      style: writePlaceholder(image.placeholder),
    },
    attrs,
  );
  // Without `alt` a screen reader reads the file name; `alt=""` is how a picture is decorative.
  if (img['alt'] === null || img['alt'] === false) img['alt'] = image.alt;
  if (img['alt'] === true) img['alt'] = '';
  const sources = image.sources.map(({ type, srcset, sizes, media, width, height }) =>
    writeTag('source', {
      ...{ type, srcset, sizes: pickSizes(sizes, img, image), media },
      // Attributes of the chosen source take the place of those of the `<img>`.
      ...{ width, height },
    }),
  );
  return `<picture>${sources.join('')}${writeTag('img', img)}</picture>`;
}

/**
 * Writes the links that let a browser fetch the picture before it finds the `<picture>`: the best
 * format, which browsers that do not know its type skip. `sizes` is that of the `<picture>`.
 */
export function preloadHtml(image: Picture, { sizes: asked, ...attrs }: Attributes = {}): string {
  return listPreloads(image)
    .map(({ type, srcset, sizes, media }) =>
      writeTag(
        'link',
        mergeAttributes(
          {
            rel: 'preload',
            as: 'image',
            type,
            media,
            // `auto` needs a laid-out image, which a preload does not have.
            imagesrcset: srcset,
            imagesizes: asked ?? (sizes?.replace(/^\s*auto\s*(,\s*|$)/i, '') || '100vw'),
            fetchpriority: 'high',
          },
          attrs,
        ),
      ),
    )
    .join('');
}

/**
 * The best format of each choice that a `<picture>` may make. A browser fetches every preload that fits, and
 * of the sources only the first: each is for the screens that none before it takes. Media queries that
 * cannot be negated (lists, types of media) leave nothing that is sure to be shown.
 */
function listPreloads({ sources, srcset, sizes }: Picture): Partial<PictureSource>[] {
  const choices: PictureSource[][] = [];
  for (const source of sources) {
    const last = choices.at(-1);
    if (last && last[0]?.media === source.media) last.push(source);
    else choices.push([source]);
  }
  // Where every format but the fallback was left out, the `<img>` itself is the last choice.
  if (choices.at(-1)?.[0]?.media !== undefined || choices.length === 0) {
    choices.push([{ srcset, sizes } as PictureSource]);
  }
  const before: string[] = [];
  const preloads: Partial<PictureSource>[] = [];
  for (const [best] of choices) {
    const { media, ...rest } = best!;
    if (
      before.some((one) => !isCondition(one)) ||
      (before.length > 0 && media && !isCondition(media))
    ) {
      return [];
    }
    // https://www.w3.org/TR/mediaqueries-4/#media-conditions
    const conditions = [...before.map((one) => `(not (${one}))`), ...(media ? [`(${media})`] : [])];
    const alone = before.length === 0 && media !== undefined;
    const joined = alone ? media : conditions.join(' and ');
    preloads.push({ ...rest, ...(joined === '' ? {} : { media: joined }) });
    if (media !== undefined) before.push(media);
  }
  return preloads;
}

/** Whether a query is one condition on features, which can stand in brackets. */
function isCondition(media: string): boolean {
  return /^\s*(?:\(|not\s*\()/.test(media) && !media.includes(',');
}

function pickSizes(own: string, img: Attributes, image: Picture): Attributes[string] {
  return img['sizes'] === image.sizes ? own : img['sizes'];
}

/** The placeholder as a background of the `<img>`: the file covers it when it arrives. */
export function writePlaceholder({
  color,
  dataUri,
  paint,
}: PicturePlaceholder): string | undefined {
  if (paint === false) return undefined;
  const declarations = [
    // A picture may come from elsewhere than our module: nothing but a colour gets into the style.
    ...(/^#[0-9a-f]{3,8}$/i.test(color) ? [`background-color:${color}`] : []),
    ...(dataUri?.startsWith('data:image/')
      ? [
          `background-image:url(${escapeCssUrl(dataUri)})`,
          'background-position:center',
          'background-repeat:no-repeat',
          'background-size:cover',
        ]
      : []),
  ];
  return declarations.length > 0 ? declarations.join(';') : undefined;
}

/**
 * Escapes a URL for `url(…)` without quotes, which HTML would have to escape once more.
 * Source: https://www.w3.org/TR/css-syntax-3/#consume-url-token
 */
function escapeCssUrl(url: string): string {
  return url.replace(
    /[\s"'()\\\p{Cc}]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}
