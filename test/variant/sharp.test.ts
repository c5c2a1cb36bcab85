import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/recipe/key.ts';
import type { OutputFormat } from '../../src/spec/types.ts';
import { planCrop } from '../../src/variant/plan-crop.ts';
import { planVariants } from '../../src/variant/plan-variants.ts';
import { createSharpEncoder } from '../../src/variant/sharp.ts';
import type { EncodeJob } from '../../src/variant/types.ts';
import { draw, expectNear, FORMATS, flat, photo, pixelAt, type Rgb } from './draw.ts';
import { makeJob, makeSpec, OUTPUT } from './helpers.ts';

const encoder = createSharpEncoder();

async function encodePng(bytes: Buffer, job: EncodeJob): Promise<Buffer> {
  const original = await encoder.open(bytes, job);
  return await original.encode({ ...job.crop.size, format: 'png', options: {} }, null);
}

describe('every variant of a plan', () => {
  const size = { width: 816, height: 544 };
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await photo(size);
  });

  it('decodes, has the promised size and type, is sRGB, and tells how it came to be', async () => {
    const output = { ...OUTPUT, formats: FORMATS, widths: [200, 333, 816] };
    const plan = planVariants({ original: size, picture: size, output, alpha: false });
    const original = await encoder.open(bytes, { ...makeJob(size), crop: plan.crop });
    for (const spec of plan.variants) {
      const file = await original.encode(spec, 'trainedAlgorithmicMedia');
      const metadata = await sharp(file).metadata();
      expect(metadata).toMatchObject({ width: spec.width, height: spec.height, space: 'srgb' });
      expect(metadata.format).toBe(spec.format === 'avif' ? 'heif' : spec.format);
      if (spec.format === 'avif') expect(metadata.compression).toBe('av1');
      expect(metadata.xmp?.toString()).toContain(
        '<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia<',
      );
      expect(metadata.exif).toBeUndefined();
      expect(metadata.icc).toBeUndefined();
      await sharp(file).stats();
    }
  });

  it('can tell an edited photograph, or nothing', async () => {
    const original = await encoder.open(bytes, makeJob(size));
    for (const format of FORMATS) {
      const spec = makeSpec(100, format);
      const edited = await original.encode(spec, 'compositeWithTrainedAlgorithmicMedia');
      expect((await sharp(edited).metadata()).xmpAsString).toContain(
        '/compositeWithTrainedAlgorithmicMedia<',
      );
      const silent = await original.encode(spec, null);
      expect((await sharp(silent).metadata()).xmp).toBeUndefined();
    }
  });

  it('has the same bytes on repeat, in a new encoder, whatever others set', async () => {
    const specs = FORMATS.map((format) => makeSpec(400, format));
    const digests = async (): Promise<string[]> => {
      const original = await createSharpEncoder().open(bytes, makeJob(size));
      const files = specs.map((spec) => original.encode(spec, 'trainedAlgorithmicMedia'));
      return (await Promise.all(files)).map(digestOf);
    };
    const first = await digests();
    expect(await digests()).toEqual(first);
    const original = await encoder.open(bytes, makeJob(size));
    sharp.concurrency(8);
    const avif = await original.encode(specs[0]!, 'trainedAlgorithmicMedia');
    expect(digestOf(avif)).toBe(first[0]);
    expect(sharp.concurrency()).toBe(1);
  });

  it('never enlarges', async () => {
    const original = await encoder.open(bytes, makeJob(size));
    await expect(original.encode(makeSpec(817, 'webp'), null)).rejects.toMatchObject({
      code: 'IMAGE_ENCODE',
    });
  });

  it('follows the options of a format', async () => {
    const original = await encoder.open(bytes, makeJob(size));
    const sizeOf = async (format: OutputFormat, options: object): Promise<number> =>
      (await original.encode({ ...makeSpec(300, format), options }, null)).length;
    for (const format of ['avif', 'webp', 'jpeg'] as const) {
      expect(await sizeOf(format, { quality: 20 })).toBeLessThan(await sizeOf(format, {}));
    }
    const options = { chromaSubsampling: '4:4:4' } as const;
    const full = await original.encode({ ...makeSpec(300, 'jpeg'), options }, null);
    expect((await sharp(full).metadata()).chromaSubsampling).toBe('4:4:4');
    const plain = await original.encode(makeSpec(300, 'jpeg'), null);
    expect(await sharp(plain).metadata()).toMatchObject({
      chromaSubsampling: '4:2:0',
      isProgressive: true,
    });
    const lossless = { ...makeSpec(816, 'webp'), height: 544, options: { lossless: true } };
    const exact = await sharp(await original.encode(lossless, null))
      .removeAlpha()
      .raw()
      .toBuffer();
    expect(exact.equals(await sharp(bytes).raw().toBuffer())).toBe(true);
    const small = { ...makeSpec(300, 'png'), options: { quality: 60 } };
    expect((await sharp(await original.encode(small, null)).metadata()).isPalette).toBe(true);
  });
});

describe('the cut', () => {
  const size = { width: 1200, height: 640 };
  // Each row has a shade of its own, so a cut can be read off the first one.
  const rows = draw(size, (_x, y) => [y >> 2, y >> 2, y >> 2]);
  const jobAt = (position: string): EncodeJob => ({
    ...makeJob(size),
    crop: planCrop({
      original: size,
      picture: { width: 1200, height: 630 },
      output: { ...OUTPUT, position },
    }),
  });

  it.each([
    ['centre', 5],
    ['top', 0],
    ['bottom', 10],
  ])('takes the excess from the %s', async (position, firstRow) => {
    const file = await encodePng(await rows, jobAt(position));
    expect(await sharp(file).metadata()).toMatchObject({ width: 1200, height: 630 });
    expect((await pixelAt(file, 0, 0))[0]).toBe(firstRow >> 2);
    expect((await pixelAt(file, 0, 629))[0]).toBe((firstRow + 629) >> 2);
  });

  it.each(['attention', 'entropy', 'right top', 'north'])('knows the word %s', async (position) => {
    const file = await encodePng(await rows, jobAt(position));
    expect(await sharp(file).metadata()).toMatchObject({ width: 1200, height: 630 });
  });

  it('reduces a larger scale', async () => {
    const bytes = await flat('#336699', { width: 816, height: 816 }).png().toBuffer();
    const file = await encodePng(bytes, makeJob({ width: 512, height: 512 }));
    expect(await sharp(file).metadata()).toMatchObject({ width: 512, height: 512 });
    expect(await pixelAt(file, 0, 0)).toEqual([0x33, 0x66, 0x99]);
  });

  const stripes = draw({ width: 300, height: 200 }, (x) => (x < 100 ? [250, 0, 0] : [0, 0, 250]));
  const aspect = { width: 1, height: 1 };
  it.each([
    ['cover', 'left', { width: 200, height: 200 }, [250, 0, 0]],
    ['cover', 'right', { width: 200, height: 200 }, [0, 0, 250]],
    ['contain', 'centre', { width: 200, height: 200 }, null],
    ['fill', 'centre', { width: 200, height: 200 }, [250, 0, 0]],
    ['inside', 'centre', { width: 200, height: 133 }, [250, 0, 0]],
    ['outside', 'centre', { width: 300, height: 200 }, [250, 0, 0]],
  ] as const)('cuts by ratio: %s %s', async (fit, position, size, first) => {
    const original = { width: 300, height: 200 };
    const crop = planCrop({ original, picture: original, output: { aspect, fit, position } });
    const job = { ...makeJob(original), crop };
    expect(crop.size).toEqual(size);
    const opened = await encoder.open(await stripes, job);
    const file = await opened.encode({ ...size, format: 'png', options: {} }, null);
    expect(await sharp(file).metadata()).toMatchObject(size);
    // The bars of `contain` are transparent.
    expect(opened.analysis.alpha).toBe(fit === 'contain');
    if (first !== null) expectNear(await pixelAt(file, 0, 100), [...first]);
  });
});

describe('what originals may be', () => {
  const size = { width: 60, height: 40 };
  const orange: Rgb = [0xf0, 0x80, 0x20];

  it('turns a rotated one upright', async () => {
    const bytes = await sharp(
      await draw({ width: 40, height: 60 }, (_x, y) => (y < 30 ? [250, 0, 0] : [0, 0, 250])),
    )
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    const file = await encodePng(bytes, makeJob(size));
    expect(await sharp(file).metadata()).toMatchObject(size);
    expect((await sharp(file).metadata()).orientation).toBeUndefined();
    // A quarter turn clockwise brings the top to the right.
    expectNear(await pixelAt(file, 5, 20), [0, 0, 250]);
    expectNear(await pixelAt(file, 55, 20), [250, 0, 0]);
  });

  it.each<[string, () => Promise<Buffer>, Rgb, number]>([
    ['grey', () => flat('#888888').toColourspace('b-w').png().toBuffer(), [136, 136, 136], 2],
    ['16 bits', () => flat('#f08020').toColourspace('rgb16').png().toBuffer(), orange, 2],
    [
      '16 bits of grey',
      () => flat('#888888').toColourspace('grey16').png().toBuffer(),
      [136, 136, 136],
      2,
    ],
    ['Display P3', () => flat('#f08020').withIccProfile('p3').png().toBuffer(), orange, 3],
    [
      'CMYK',
      () =>
        flat('#f08020')
          .toColourspace('cmyk')
          .withIccProfile('cmyk')
          .jpeg({ quality: 100 })
          .toBuffer(),
      orange,
      24,
    ],
    ['a palette', () => flat('#f08020').png({ palette: true }).toBuffer(), orange, 2],
    ['WebP', () => flat('#f08020').webp({ lossless: true }).toBuffer(), orange, 2],
  ])('ends as sRGB of 8 bits: %s', async (_name, make, expected, by) => {
    const file = await encodePng(await make(), makeJob(size));
    const metadata = await sharp(file).metadata();
    expect(metadata).toMatchObject({ space: 'srgb', depth: 'uchar', channels: 3, ...size });
    expect(metadata.icc).toBeUndefined();
    expectNear(await pixelAt(file, 30, 20), expected, by);
  });

  it('reads the colours of a wide gamut as they look, not as they are numbered', async () => {
    const bytes = await flat('#ff0000').withIccProfile('p3').png().toBuffer();
    // In P3 the red of sRGB has other numbers; read as numbers, it would come out dull.
    const numbers = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(numbers[0]).toBeLessThan(240);
    expectNear(await pixelAt(await encodePng(bytes, makeJob(size)), 1, 1), [255, 0, 0], 3);
  });

  it.each([
    ['nonsense', async () => Buffer.from('not a picture')],
    ['nothing', async () => Buffer.alloc(0)],
    ['a truncated file', async () => (await photo({ width: 300, height: 200 })).subarray(0, 9000)],
  ])('refuses %s', async (_name, make) => {
    await expect(encoder.open(await make(), makeJob(size))).rejects.toMatchObject({
      code: 'IMAGE_CORRUPT',
      message: expect.stringContaining('aaaaaaaaaaaaaaaa'),
    });
  });
});

it('names pipeline and libraries', async () => {
  expect(await encoder.id()).toMatch(/^pipeline@\d+ sharp@[\d.]+ vips@[\d.]+ aom@[\d.]+ heif@/);
});
