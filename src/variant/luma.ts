import type { Pixels } from './pixels.ts';
import type { Luma } from './ssim.ts';

/**
 * Reduces pixels to brightness (ITU-R BT.601, as JPEG has it), transparent ones as they look on a grey.
 * @param background the grey, 0–255
 */
export function toLuma({ data, width, height, channels }: Pixels, background: number): Luma {
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += channels) {
    const value = 77 * data[from]! + 150 * data[from + 1]! + 29 * data[from + 2]!;
    const alpha = channels === 4 ? data[from + 3]! : 255;
    luma[at] = ((value >> 8) * alpha + background * (255 - alpha) + 127) / 255;
  }
  return { data: luma, width, height };
}
