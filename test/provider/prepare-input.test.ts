import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspectInput } from '../../src/provider/inspect-input.ts';
import { prepareMask, preparePicture, readSize } from '../../src/provider/prepare-input.ts';
import { createMask } from './edit-helpers.ts';
import { catchError } from './fal-helpers.ts';

/** A picture that packs badly. */
function createNoise(width: number, height: number, channels: 1 | 3 | 4): Sharp {
  let state = 1;
  const data = Buffer.alloc(width * height * channels);
  for (let at = 0; at < data.length; at += 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    data[at] = state >>> 13;
  }
  return sharp(data, { raw: { width, height, channels } });
}

describe('a picture that is too heavy', () => {
  it('is scaled down to the longest edge that the model makes', async () => {
    const bytes = await createNoise(5000, 500, 3).jpeg({ quality: 100 }).toBuffer();
    const info = await inspectInput(bytes, 'image');
    const limit = Math.floor(bytes.length * 0.7);
    const made = await preparePicture(bytes, info, limit);
    expect(made.contentType).toBe('image/jpeg');
    expect(made.bytes.length).toBeLessThan(limit);
    expect(await readSize(made.bytes)).toEqual({ width: 3840, height: 384 });
    expect((await preparePicture(bytes, info, limit)).bytes.equals(made.bytes)).toBe(true);
  });

  it('keeps its size where packing it anew is enough', async () => {
    const bytes = await createNoise(400, 300, 3).png({ compressionLevel: 0 }).toBuffer();
    const info = await inspectInput(bytes, 'image');
    const limit = bytes.length;
    const made = await preparePicture(bytes, info, limit);
    expect(made.bytes.length).toBeLessThan(limit);
    expect(await readSize(made.bytes)).toEqual({ width: 400, height: 300 });
  });

  it('keeps its transparency where only another format is light enough', async () => {
    const bytes = await createNoise(400, 300, 4).png().toBuffer();
    const limit = Math.floor(bytes.length * 0.8);
    const made = await preparePicture(bytes, await inspectInput(bytes, 'image'), limit);
    expect(made.contentType).toBe('image/webp');
    expect(made.bytes.length).toBeLessThan(limit);
    expect((await sharp(made.bytes).metadata()).hasAlpha).toBe(true);
  });

  it('is not touched where no limit is known', async () => {
    const bytes = await createNoise(400, 300, 3).png().toBuffer();
    const info = await inspectInput(bytes, 'image');
    expect((await preparePicture(bytes, info, Number.POSITIVE_INFINITY)).bytes).toBe(bytes);
  });
});

describe('a mask', () => {
  it('gets the size of a picture that was scaled down', async () => {
    const { bytes } = await createMask('alpha', { width: 90, height: 60 });
    const info = await inspectInput(bytes, 'mask');
    const made = await prepareMask(bytes, info, { width: 60, height: 40 });
    expect(await readSize(made.bytes)).toEqual({ width: 60, height: 40 });
    const { data } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([data[5 * 4 + 3], data[50 * 4 + 3]]).toEqual([0, 255]);
  });

  it('loses the picture under its transparency where that makes it too heavy', async () => {
    const size = { width: 1500, height: 1000 };
    const stripes = Buffer.from(
      Array.from({ length: size.width * size.height }, (_, at) => (at % 1500 < 700 ? 0 : 255)),
    );
    const bytes = await createNoise(size.width, size.height, 3)
      .joinChannel(stripes, { raw: { ...size, channels: 1 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(bytes.length).toBeGreaterThan(4_000_000);
    const made = await prepareMask(bytes, await inspectInput(bytes, 'mask'), size);
    expect(made.bytes.length).toBeLessThan(20_000);
    const { data } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([data[3], data[699 * 4 + 3], data[700 * 4 + 3]]).toEqual([0, 0, 255]);
  });

  it('is refused when it stays too heavy', async () => {
    const bytes = await createNoise(2200, 2000, 1).toColourspace('b-w').png().toBuffer();
    const info = await inspectInput(bytes, 'mask');
    const error = await catchError(prepareMask(bytes, info, { width: 2200, height: 2000 }));
    expect(error).toMatchObject({ code: 'SPEC_EDIT', ended: true });
    expect(error.message).toMatch('less than 4 MB');
  });
});
