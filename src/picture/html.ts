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
  const sources = image.sources.map(({ type, srcset, sizes, media }) =>
    writeTag('source', { type, srcset, sizes: pickSizes(sizes, img, image), media }),
  );
  return `<picture>${sources.join('')}${writeTag('img', img)}</picture>`;
}

/**
 * Writes the links that let a browser fetch the picture before it finds the `<picture>`: the best
 * format, which browsers that do not know its type skip. `sizes` is that of the `<picture>`.
 */
export function preloadHtml(image: Picture, { sizes: asked, ...attrs }: Attributes = {}): string {
  const best = image.sources.filter(({ type }) => type === image.sources[0]?.type);
  const files: Partial<PictureSource>[] =
    best.length > 0 ? best : [{ srcset: image.srcset, sizes: image.sizes }];
  return files
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
