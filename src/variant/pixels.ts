import type sharp from 'sharp';
import type { Sharp } from 'sharp';

export type SharpModule = typeof sharp;

/** Decoded pixels, 8 bits a channel, sRGB; three channels, or four when some are not opaque. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** Eight times the largest original of a known model: a bound on memory, not on pictures. */
export const MOST_PIXELS: number = 8192 * 8192;

/** Hands pixels to sharp. */
export function fromPixels(sharp: SharpModule, pixels: Pixels): Sharp {
  const { data, width, height, channels } = pixels;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: MOST_PIXELS });
}

/** Takes pixels from sharp. */
export async function toPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) {
    throw new Error(`Expected 3 or 4 channels of colour, received ${channels}.`);
  }
  return { data, width, height, channels };
}
