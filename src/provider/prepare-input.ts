import { ImagePromptError } from '../errors.ts';
import type { OriginalFormat, Size } from '../spec/types.ts';
import { MAX_INPUT_PIXELS } from './input-rules.ts';
import type { InspectedInput } from './inspect-input.ts';

/** A file as it is sent. */
export interface PreparedInput {
  bytes: Buffer;
  contentType: `image/${OriginalFormat}`;
}

/**
 * Bytes that a picture and a mask of the known model must stay below: limits of its maker, known at
 * second hand (docs/decisions/0019-edit-inputs.md).
 */
export const BYTE_LIMITS = { image: 50_000_000, mask: 4_000_000 } as const;
/** Longest edge of what is scaled down: the model makes no longer one. */
const LONGEST_EDGE = 3840;

/**
 * Prepares a picture: turned upright where its EXIF orientation says so, since services differ in whether
 * they look, and scaled down where it is heavier than allowed. Any other goes as it is, byte for byte.
 * @param maxBytes what it has to stay below; Infinity where no limit is known
 */
export async function preparePicture(
  bytes: Buffer,
  { format }: InspectedInput,
  maxBytes: number,
): Promise<PreparedInput> {
  const image = await open(bytes);
  const turned = isTurned(await image.metadata());
  const heavy = bytes.length >= maxBytes;
  if (!turned && !heavy) return { bytes, contentType: `image/${format}` };
  const upright = image.autoOrient();
  const whole = heavy ? null : await encode(upright.clone(), format);
  if (whole !== null && whole.length < maxBytes) {
    return { bytes: whole, contentType: `image/${format}` };
  }
  const size = { width: LONGEST_EDGE, height: LONGEST_EDGE };
  const small = upright.resize({ ...size, fit: 'inside', withoutEnlargement: true });
  const scaled = await encode(small.clone(), format);
  if (scaled.length < maxBytes) return { bytes: scaled, contentType: `image/${format}` };
  // A lossless picture of 3840 × 3840 full of noise; with transparency a jpeg would lose it.
  return { bytes: await encode(small, 'webp'), contentType: 'image/webp' };
}

/**
 * Prepares a mask of the known model: a PNG, transparent where the picture may change. That is how the
 * model's maker defines it; in greyscale, as most tools draw masks, white is what changes.
 * @param size of the first picture as it is sent, which the mask must have
 * @throws ImagePromptError SPEC_EDIT when it stays too heavy
 */
export async function prepareMask(
  bytes: Buffer,
  mask: InspectedInput,
  size: Size,
): Promise<PreparedInput> {
  const image = await open(bytes);
  const fits = mask.width === size.width && mask.height === size.height;
  const upright = !isTurned(await image.metadata());
  const ready = mask.format === 'png' && mask.hasAlpha && fits && upright;
  if (ready && bytes.length < BYTE_LIMITS.mask) return { bytes, contentType: 'image/png' };
  let work = image.autoOrient().toColourspace('srgb');
  if (!fits) work = work.resize({ ...size, fit: 'fill' });
  const { data } = await work
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  // Only the transparency counts: black below it packs best.
  const pixels = Buffer.alloc(data.length);
  for (let at = 0; at < data.length; at += 4) {
    pixels[at + 3] = mask.hasAlpha ? data[at + 3]! : 255 - data[at]!;
  }
  const { default: sharp } = await import('sharp');
  const raw = { width: size.width, height: size.height, channels: 4 as const };
  const made = await sharp(pixels, { raw, limitInputPixels: MAX_INPUT_PIXELS })
    .png({ compressionLevel: 9 })
    .toBuffer();
  if (made.length < BYTE_LIMITS.mask) return { bytes: made, contentType: 'image/png' };
  const most = BYTE_LIMITS.mask / 1_000_000;
  throw new ImagePromptError(
    'SPEC_EDIT',
    `Expected a mask of less than ${most} MB, received one of ${made.length} bytes as a PNG.`,
    { ended: true, hint: 'Draw it with plain edges: a mask full of shades does not pack well.' },
  );
}

/** The size that a prepared picture has, turned upright. */
export async function readSize(bytes: Buffer): Promise<Size> {
  const { width, height } = (await (await open(bytes)).metadata()).autoOrient;
  return { width, height };
}

async function open(bytes: Buffer): Promise<import('sharp').Sharp> {
  // Loaded late: it is native code.
  const { default: sharp } = await import('sharp');
  return sharp(bytes, { failOn: 'error', limitInputPixels: MAX_INPUT_PIXELS });
}

function isTurned({ orientation = 1 }: { orientation?: number | undefined }): boolean {
  return orientation !== 1;
}

async function encode(image: import('sharp').Sharp, format: OriginalFormat): Promise<Buffer> {
  if (format === 'jpeg')
    return await image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  if (format === 'webp') return await image.webp({ quality: 95 }).toBuffer();
  return await image.png().toBuffer();
}
