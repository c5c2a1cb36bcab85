import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import type { OutputFormat, Size } from '../../src/spec/types.ts';

export const FORMATS: OutputFormat[] = ['avif', 'webp', 'jpeg', 'png'];

export type Rgb = [number, number, number];

/** A picture whose rows are told by the caller. */
export async function draw(size: Size, paint: (x: number, y: number) => number[]): Promise<Buffer> {
  const channels = paint(0, 0).length as 3 | 4;
  const data = Buffer.alloc(size.width * size.height * channels);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      data.set(paint(x, y), (y * size.width + x) * channels);
    }
  }
  return await sharp(data, { raw: { ...size, channels } })
    .png()
    .toBuffer();
}

export function photo(size: Size): Promise<Buffer> {
  return draw(size, (x, y) => [
    128 + 100 * Math.sin(x / 37),
    128 + 100 * Math.sin(y / 23 + x / 91),
    128 + 60 * Math.sin((x + y) / 11),
  ]);
}

export function flat(color: string, size: Size = { width: 60, height: 40 }): Sharp {
  return sharp({ create: { ...size, channels: color.length > 7 ? 4 : 3, background: color } });
}

export async function pixelAt(bytes: Buffer, x: number, y: number): Promise<Rgb> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

export function expectNear(actual: Rgb, expected: Rgb, by = 6): void {
  actual.forEach((value, channel) => {
    expect(Math.abs(value - expected[channel]!), `${actual} for ${expected}`).toBeLessThan(by);
  });
}
