import sharp from 'sharp';
import { findUpload } from './files.mjs';

/**
 * Checks of the files of an edit. The types are the service's (fal-protocol.md, section 5); the words,
 * and that a mask needs an alpha channel and the size of the first picture, are its upstream's.
 * @typedef {import('./validate.mjs').Detail} Detail
 * @typedef {{ width: number, height: number, hasAlpha: boolean, format: string, bytes: number }} Seen
 */

/**
 * @param {import('./state.mjs').State} state @param {Record<string, any>} input
 * @returns {Promise<Detail[]>}
 */
export async function validateFiles(state, input) {
  /** @type {Detail[]} */
  const details = [];
  /** @param {unknown[]} loc @param {string} type @param {string} msg @param {unknown} value */
  const say = (loc, type, msg, value) =>
    details.push({ loc: ['body', ...loc], msg, type, input: value });
  /** @param {unknown[]} loc @param {unknown} url @returns {Promise<Seen | null>} */
  const look = async (loc, url) => {
    const bytes = readBytes(state, url);
    if (bytes === null) {
      say(loc, 'file_download_error', 'Failed to download the file.', url);
      return null;
    }
    // The file as it lies there: who looks at EXIF and who does not is nothing to rely on.
    const header = await sharp(bytes)
      .metadata()
      .catch(() => null);
    if (header === null || !['png', 'jpeg', 'webp'].includes(header.format ?? '')) {
      say(loc, 'image_load_error', 'Failed to load the image.', url);
      return null;
    }
    const { width = 0, height = 0, hasAlpha = false, format = '' } = header;
    if (bytes.length >= 50_000_000) {
      say(loc, 'file_too_large', 'File size exceeds the maximum allowed size of 50MB.', url);
    }
    return { width, height, hasAlpha, format, bytes: bytes.length };
  };

  const urls = /** @type {unknown[]} */ (input['image_urls']);
  const images = await Promise.all(urls.map((url, index) => look(['image_urls', index], url)));
  const maskUrl = input['mask_url'];
  if (maskUrl === undefined || maskUrl === null) return details;
  const mask = await look(['mask_url'], maskUrl);
  const [first] = images;
  if (!mask || !first) return details;
  if (mask.format !== 'png' || !mask.hasAlpha || mask.bytes >= 4_000_000) {
    say(
      ['mask_url'],
      'value_error',
      'Invalid mask image format: expected a PNG with alpha.',
      maskUrl,
    );
  }
  if (mask.width !== first.width || mask.height !== first.height) {
    say(['mask_url'], 'value_error', 'Mask size does not match the image size.', maskUrl);
  }
  return details;
}

/** @param {import('./state.mjs').State} state @param {unknown} url */
function readBytes(state, url) {
  const data =
    typeof url === 'string' ? /^data:image\/\w+;base64,(.*)$/s.exec(url)?.[1] : undefined;
  return data === undefined ? (findUpload(state, url)?.bytes ?? null) : Buffer.from(data, 'base64');
}
