import type { Size } from '../../spec/types.ts';
import { MAX_INPUT_PIXELS } from '../input-rules.ts';
import { inspectInput } from '../inspect-input.ts';
import type { EditInput, EditInputs } from '../types.ts';
import type { Palette } from './palette.ts';

/** Colours of the stripes on what may change: one of them shows on any picture. */
const STRIPES = [
  [255, 255, 255],
  [20, 20, 24],
] as const;
/** How much of the picture the stripes cover. */
const COVER = 0.62;
/** Stripes along the shorter edge. */
const COUNT = 24;

/**
 * Draws what an edit works on: its first picture, covering the given size, with stripes over what its
 * mask lets change. Three channels of eight bits.
 */
export async function drawBackdrop(
  { images: [first], mask }: EditInputs,
  { width, height }: Size,
  { ground }: Pick<Palette, 'ground'>,
): Promise<Buffer> {
  if (first === undefined) throw new Error('An edit has a picture.');
  const open = await opener();
  const data = await open(first)
    .autoOrient()
    .resize({ width, height, fit: 'cover' })
    .toColourspace('srgb')
    .flatten({ background: ground })
    .raw({ depth: 'uchar' })
    .toBuffer();
  if (mask === null) return data;
  const marked = await readMarked(mask, { width, height });
  const period = Math.max(4, Math.min(width, height) / COUNT);
  for (let at = 0; at < width * height; at += 1) {
    const share = (marked[at]! / 255) * COVER;
    if (share === 0) continue;
    const across = (at % width) + Math.floor(at / width);
    const stripe = STRIPES[across % period < period / 2 ? 0 : 1]!;
    for (let channel = 0; channel < 3; channel += 1) {
      const place = at * 3 + channel;
      data[place] = Math.round(data[place]! * (1 - share) + stripe[channel]! * share);
    }
  }
  return data;
}

/** How far each pixel may change, from 0 to 255, on a mask that covers the size as the picture does. */
async function readMarked(mask: EditInput, { width, height }: Size): Promise<Uint8Array> {
  const { hasAlpha } = await inspectInput(mask.bytes, 'mask');
  const open = await opener();
  const data = await open(mask)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .extractChannel(hasAlpha ? 3 : 0)
    .resize({ width, height, fit: 'cover' })
    .raw({ depth: 'uchar' })
    .toBuffer();
  const channels = data.length / (width * height);
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const value = data[at * channels]!;
    return hasAlpha ? 255 - value : value;
  });
}

async function opener(): Promise<(input: EditInput) => import('sharp').Sharp> {
  // Loaded late: it is native code.
  const { default: sharp } = await import('sharp');
  return ({ bytes }) => sharp(bytes, { failOn: 'error', limitInputPixels: MAX_INPUT_PIXELS });
}
