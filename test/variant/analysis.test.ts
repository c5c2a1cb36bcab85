import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/recipe/key.ts';
import { createSharpEncoder } from '../../src/variant/sharp.ts';
import type { EncodeJob } from '../../src/variant/types.ts';
import { draw, expectNear, FORMATS, flat, photo, pixelAt } from './draw.ts';
import { makeJob } from './helpers.ts';

const encoder = createSharpEncoder();

describe('transparency', () => {
  const size = { width: 64, height: 64 };

  it('is kept where the format can, and laid on white where not', async () => {
    const bytes = await draw(size, (x) => [0, 0, 200, x < 32 ? 0 : 255]);
    const original = await encoder.open(bytes, makeJob(size));
    expect(original.analysis).toMatchObject({ alpha: true, color: '#0000c8' });
    for (const format of FORMATS) {
      const file = await original.encode({ ...size, format, options: {} }, null);
      expect((await sharp(file).metadata()).hasAlpha).toBe(format !== 'jpeg');
      if (format === 'jpeg') expectNear(await pixelAt(file, 4, 30), [255, 255, 255]);
    }
  });

  it('is not claimed by a channel that is opaque everywhere', async () => {
    const bytes = await draw(size, () => [10, 20, 30, 255]);
    const original = await encoder.open(bytes, makeJob(size));
    expect(original.analysis.alpha).toBe(false);
    const file = await original.encode({ ...size, format: 'png', options: {} }, null);
    expect((await sharp(file).metadata()).hasAlpha).toBe(false);
  });

  it('is claimed for a single pixel', async () => {
    const bytes = await draw(size, (x, y) => [10, 20, 30, x === 63 && y === 63 ? 254 : 255]);
    expect((await encoder.open(bytes, makeJob(size))).analysis.alpha).toBe(true);
  });
});

describe('placeholders', () => {
  const size = { width: 600, height: 400 };
  const open = async (placeholder: EncodeJob['placeholder']) =>
    (await encoder.open(await photo(size), makeJob(size, { placeholder }))).analysis;

  it('blur: at most 20 pixels of WebP in at most 400 characters', async () => {
    const { dataUri, thumbhash, color } = await open('blur');
    expect(thumbhash).toBe(null);
    expect(color).toMatch(/^#[0-9a-f]{6}$/);
    expect(dataUri!.length).toBeLessThanOrEqual(400);
    const [head, body] = dataUri!.split(',');
    expect(head).toBe('data:image/webp;base64');
    expect(await sharp(Buffer.from(body!, 'base64')).metadata()).toMatchObject({
      format: 'webp',
      width: 20,
      height: 13,
    });
  });

  it('blur of noise, the worst there is, stays small', async () => {
    const noise = await draw({ width: 20, height: 20 }, (x, y) =>
      [0, 1, 2].map((channel) => digestOf(`${x} ${y} ${channel}`).charCodeAt(0) * 2),
    );
    const square = { width: 20, height: 20 };
    const { analysis } = await encoder.open(noise, makeJob(square, { placeholder: 'blur' }));
    expect(analysis.dataUri!.length).toBeLessThanOrEqual(600);
  });

  it('thumbhash: about 25 bytes that give the picture back', async () => {
    const { thumbHashToApproximateAspectRatio } = await import('thumbhash');
    const { dataUri, thumbhash } = await open('thumbhash');
    expect(dataUri).toBe(null);
    const hash = Buffer.from(thumbhash!, 'base64');
    expect(hash.length).toBeLessThanOrEqual(30);
    expect(thumbHashToApproximateAspectRatio(hash)).toBeCloseTo(1.5, 0);
  });

  it.each(['color', 'none'] as const)('%s: only the colour', async (placeholder) => {
    expect(await open(placeholder)).toMatchObject({ dataUri: null, thumbhash: null });
  });

  it.each([
    ['#ffffff', '#ffffff'],
    ['#000000', '#000000'],
    ['#f08020', '#f08020'],
  ])('the colour of a flat picture is its own: %s', async (color, expected) => {
    const bytes = await flat(color).png().toBuffer();
    const { analysis } = await encoder.open(bytes, makeJob({ width: 60, height: 40 }));
    expect(analysis.color).toBe(expected);
  });

  it('the colour of two is one of them', async () => {
    const bytes = await draw(size, (x) => (x < 350 ? [240, 120, 0] : [0, 60, 240]));
    const { analysis } = await encoder.open(bytes, makeJob(size));
    expect(analysis.color).toBe('#f07800');
  });

  it('works on a single pixel', async () => {
    const one = { width: 1, height: 1 };
    const bytes = await flat('#123456', one).png().toBuffer();
    for (const placeholder of ['blur', 'thumbhash'] as const) {
      const { analysis } = await encoder.open(bytes, makeJob(one, { placeholder }));
      expect(analysis.color).toBe('#123456');
    }
  });
});
