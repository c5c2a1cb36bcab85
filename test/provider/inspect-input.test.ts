import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { checkEditInputs } from '../../src/provider/input-rules.ts';
import { type InspectedInput, inspectInput } from '../../src/provider/inspect-input.ts';
import { catchError } from './fal-helpers.ts';

const RED = { width: 60, height: 40, channels: 3, background: '#c03020' } as const;
const photo = (): Sharp => sharp({ create: RED });

/** A raw picture as a PNG: `pixel` gives the channels of each place. */
async function paint(
  channels: 1 | 2 | 3 | 4,
  pixel: (x: number, y: number) => number[],
): Promise<Buffer> {
  const data = Buffer.from(
    Array.from({ length: 60 * 40 }, (_, at) => pixel(at % 60, Math.floor(at / 60))).flat(),
  );
  const image = sharp(data, { raw: { width: 60, height: 40, channels } });
  return await (channels < 3 ? image.toColourspace('b-w') : image).png().toBuffer();
}

describe('a picture to edit', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('may be a %s', async (format) => {
    const bytes = await photo().toFormat(format).toBuffer();
    expect(await inspectInput(bytes, 'image')).toEqual({
      format,
      width: 60,
      height: 40,
      hasAlpha: false,
      isGreyscale: false,
    });
  });

  it('is as wide as a viewer shows it', async () => {
    for (const orientation of [5, 6, 7, 8]) {
      const bytes = await photo().withMetadata({ orientation }).jpeg().toBuffer();
      expect(await inspectInput(bytes, 'image')).toMatchObject({ width: 40, height: 60 });
    }
    const turned = await photo().withMetadata({ orientation: 3 }).jpeg().toBuffer();
    expect(await inspectInput(turned, 'image')).toMatchObject({ width: 60, height: 40 });
  });

  it('says what its header says of transparency and colour', async () => {
    const clear = await photo().ensureAlpha(0.5).png().toBuffer();
    expect(await inspectInput(clear, 'image')).toMatchObject({ hasAlpha: true });
    const grey = await photo().toColourspace('b-w').jpeg().toBuffer();
    expect(await inspectInput(grey, 'image')).toMatchObject({ isGreyscale: true });
  });

  it.each([
    ['a gif', () => photo().gif().toBuffer()],
    ['a tiff', () => photo().tiff().toBuffer()],
    ['an svg', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['nothing', async () => Buffer.alloc(0)],
  ])('may not be %s', async (_, make) => {
    const error = await catchError(inspectInput(await make(), 'image'));
    expect(error).toMatchObject({ code: 'SPEC_EDIT' });
    expect(error.message).toMatch('Expected a png, jpeg or webp file for a picture to edit');
  });

  it.each(['png', 'jpeg', 'webp'] as const)('may not be a %s that was cut off', async (format) => {
    const noise = Buffer.from(Array.from({ length: 300 * 200 * 3 }, (_, at) => (at * 7919) % 251));
    const image = sharp(noise, { raw: { width: 300, height: 200, channels: 3 } });
    const bytes = await image.toFormat(format).toBuffer();
    expect(await inspectInput(bytes, 'image')).toMatchObject({ width: 300 });
    for (const share of [0.05, 0.5, 0.95]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      const error = await catchError(inspectInput(cut, 'image'));
      expect(error).toMatchObject({ code: 'SPEC_EDIT' });
      expect(error.message).toMatch('received a damaged one');
    }
  });

  it('may not move', async () => {
    const frames = await Promise.all(
      ['#f00', '#0f0'].map((background) =>
        sharp({ create: { ...RED, background } })
          .png()
          .toBuffer(),
      ),
    );
    const bytes = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    const error = await catchError(inspectInput(bytes, 'image'));
    expect(error.message).toMatch('received an animated one');
  });

  it('may not claim more pixels than can be read', async () => {
    const bytes = await photo().png().toBuffer();
    const huge = Buffer.from(bytes);
    huge.writeUInt32BE(30_000, 16);
    huge.writeUInt32BE(30_000, 20);
    const zlib: { crc32?: (bytes: Buffer) => number } = await import('node:zlib');
    const { crc32 } = zlib;
    // Node 20 has no crc32; libpng then takes the header for damaged, which is refused as well.
    if (crc32) huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    const error = await catchError(inspectInput(huge, 'image'));
    expect(error.code).toBe('SPEC_EDIT');
    if (crc32) expect(error.message).toMatch('received 30000×30000');
  });
});

describe('a mask', () => {
  const left = (x: number): boolean => x < 30;

  it.each<[string, () => Promise<Buffer>, object]>([
    [
      'transparency',
      () => paint(4, (x) => [9, 200, 9, left(x) ? 0 : 255]),
      { hasAlpha: true, isGreyscale: false },
    ],
    [
      'grey and transparency',
      () => paint(2, (x) => [0, left(x) ? 0 : 255]),
      { hasAlpha: true, isGreyscale: true },
    ],
    ['grey', () => paint(1, (x) => [left(x) ? 255 : 0]), { hasAlpha: false, isGreyscale: true }],
    [
      'grey that was saved as colour',
      () => paint(3, (x) => Array.from({ length: 3 }, () => (left(x) ? 255 : 0))),
      { hasAlpha: false, isGreyscale: true },
    ],
    [
      'grey with a transparency that hides nothing',
      () => paint(4, (x) => (left(x) ? [255, 255, 255, 255] : [0, 0, 0, 255])),
      { hasAlpha: false, isGreyscale: true },
    ],
  ])('may mark by %s', async (_, make, expected) => {
    expect(await inspectInput(await make(), 'mask')).toMatchObject(expected);
  });

  it('may be a grey jpeg, and a grey picture of 16 bits', async () => {
    const grey = sharp(await paint(1, (x) => [left(x) ? 255 : 0]));
    expect(await inspectInput(await grey.clone().jpeg().toBuffer(), 'mask')).toMatchObject({
      isGreyscale: true,
    });
    const deep = await grey.clone().toColourspace('grey16').png().toBuffer();
    expect(await inspectInput(deep, 'mask')).toMatchObject({ isGreyscale: true, hasAlpha: false });
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    ['has colours and hides nothing', () => photo().png().toBuffer(), 'opaque colour picture'],
    [
      'has colours and an alpha channel that hides nothing',
      () => photo().ensureAlpha(1).png().toBuffer(),
      'opaque colour picture',
    ],
    ['is black all over', () => paint(1, () => [0]), 'black all over'],
  ])('is refused when it %s', async (_, make, words) => {
    const error = await catchError(inspectInput(await make(), 'mask'));
    expect(error).toMatchObject({ code: 'SPEC_EDIT' });
    expect(error.message).toMatch(words);
    expect(error.hint).toMatch('transparent, or save a greyscale picture that is white');
  });
});

describe('the files of an edit together', () => {
  const MODEL = 'openai/gpt-image-2/edit';
  const file = (width: number, height: number): InspectedInput => ({
    format: 'png',
    width,
    height,
    hasAlpha: false,
    isGreyscale: false,
  });
  const many = (count: number): InspectedInput[] => Array.from({ length: count }, () => file(9, 9));

  it('may be sixteen pictures of any sizes, and a mask of the size of the first', () => {
    expect(checkEditInputs([file(8, 6), ...many(15)], file(8, 6), MODEL)).toEqual([]);
  });

  it('are not seventeen, but for a model of which nothing is known', () => {
    const [problem, ...more] = checkEditInputs(many(17), null, MODEL);
    expect(problem).toMatchObject({ input: 16, message: expect.stringContaining('17') });
    expect(more).toEqual([]);
    expect(checkEditInputs(many(17), null, 'acme/painter/edit')).toEqual([]);
  });

  it.each([
    [8, 7],
    [9, 6],
    [6, 8],
  ])('have no mask of %i×%i for a picture of 8×6', (width, height) => {
    const problems = checkEditInputs([file(8, 6)], file(width, height), MODEL);
    expect(problems.map(({ input }) => input)).toEqual(['mask']);
    expect(problems[0]?.message).toMatch(
      `8×6, as the first picture is, received ${width}×${height}`,
    );
  });

  it('are one at least', () => {
    expect(checkEditInputs([], file(1, 1), MODEL).map(({ input }) => input)).toEqual([null]);
  });
});
