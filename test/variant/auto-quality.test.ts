// `quality: auto` with the real library.
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/recipe/key.ts';
import type { EncodeOptions, OutputFormat, Size } from '../../src/spec/types.ts';
import { findAutoRule } from '../../src/variant/auto-quality.ts';
import { keyOfVariant } from '../../src/variant/key.ts';
import { toLuma } from '../../src/variant/luma.ts';
import { toPixels } from '../../src/variant/pixels.ts';
import { createSharpEncoder } from '../../src/variant/sharp.ts';
import { measureSsim } from '../../src/variant/ssim.ts';
import type { VariantSpec } from '../../src/variant/types.ts';
import { draw } from './draw.ts';
import { makeJob, makeSpec } from './helpers.ts';

const LOSSY = ['avif', 'webp', 'jpeg'] as const;
const DEFAULTS = { avif: 50, webp: 75, jpeg: 80 };
const size: Size = { width: 240, height: 160 };

const gentle = (x: number, y: number): number[] => [
  120 + 60 * Math.sin(x / 37),
  130 + 50 * Math.sin(y / 29),
  110 + 30 * Math.sin((x + y) / 41),
];
const rough = (x: number, y: number): number[] => {
  const grain = 24 * Math.sin(x * 12.9898 + y * 78.233 + x * y);
  return gentle(x, y).map((value) => value + grain);
};
const letters = (x: number, y: number): number[] =>
  y % 16 < 9 && (x * 7 + (y >> 4)) % 11 < 4 ? [20, 20, 30] : [250, 250, 245];

async function encode(bytes: Buffer, format: OutputFormat, options: EncodeOptions) {
  const original = await createSharpEncoder().open(bytes, makeJob(size));
  const variant: VariantSpec = { ...size, format, options };
  return await original.encode(variant, 'trainedAlgorithmicMedia');
}

async function similarity(file: Buffer, to: Buffer): Promise<number> {
  const [a, b] = await Promise.all([file, to].map((one) => toPixels(sharp(one).removeAlpha())));
  return measureSsim(toLuma(a!, 255), toLuma(b!, 255));
}

let smooth: Buffer;
let noisy: Buffer;
let text: Buffer;
beforeAll(async () => {
  smooth = await draw(size, gentle);
  noisy = await draw(size, rough);
  text = await draw(size, letters);
});

describe.each(LOSSY)('%s', (format) => {
  const auto = (bytes: Buffer, target?: number): Promise<Buffer> =>
    encode(bytes, format, { quality: 'auto', ...(target === undefined ? {} : { target }) });

  it('reaches the target that was named, and no quality below does', async () => {
    const file = await auto(noisy, 0.9);
    expect(await similarity(file, noisy)).toBeGreaterThanOrEqual(0.9);
    const fixed = await Promise.all(
      Array.from({ length: 76 }, async (_, i) => encode(noisy, format, { quality: 20 + i })),
    );
    const quality = fixed.findIndex((one) => one.equals(file)) + 20;
    // The file is that of a fixed quality: nothing but the number was searched.
    expect(quality).toBeGreaterThan(20);
    expect(await similarity(fixed[quality - 21]!, noisy)).toBeLessThan(0.9);
  });

  it('gives a smooth picture far fewer bytes than a noisy one, and fewer than the default', async () => {
    const [few, many] = [await auto(smooth), await auto(noisy)];
    expect(few.length).toBeLessThan(many.length / 2);
    expect(few.length).toBeLessThan((await encode(smooth, format, {})).length);
  });

  it('takes the default for text, and never more than it', async () => {
    const fixed = { quality: DEFAULTS[format] };
    expect((await auto(text)).equals(await encode(text, format, fixed))).toBe(true);
    expect((await auto(noisy)).equals(await encode(noisy, format, fixed))).toBe(true);
  });

  it('gives the same bytes in every run', async () => {
    const [one, other] = await Promise.all([auto(noisy), auto(noisy)]);
    expect(digestOf(one)).toBe(digestOf(other));
  });

  it('tells how the picture came to be', async () => {
    const { xmpAsString } = await sharp(await auto(smooth)).metadata();
    expect(xmpAsString).toContain('/trainedAlgorithmicMedia<');
  });
});

it('judges transparent pictures too', async () => {
  const bytes = await draw(size, (x, y) => [...gentle(x, y), 127 + 127 * Math.sin((x * y) / 300)]);
  for (const format of LOSSY) {
    const file = await encode(bytes, format, { quality: 'auto' });
    expect((await sharp(file).metadata()).hasAlpha).toBe(format !== 'jpeg');
  }
});

describe('the key', () => {
  const job = makeJob(size);
  const keyOf = (format: OutputFormat, options: EncodeOptions): string =>
    keyOfVariant('e', job, { ...makeSpec(240, format), options });

  it('holds auto, the target, and the rule with the version of the metric', () => {
    const options = [
      { quality: 50 },
      { quality: 'auto' },
      { quality: 'auto', target: 0.97 },
      { quality: 'auto', target: 0.98 },
    ] as const;
    expect(new Set(options.map((one) => keyOf('avif', one))).size).toBe(4);
    expect(findAutoRule('avif', { quality: 'auto', target: 0.9 })).toMatchObject({
      target: 0.9,
      version: 1,
    });
  });

  // Another key has every project encode everything anew: that happens on purpose or not at all.
  it('of a fixed quality is what it was', () => {
    expect(keyOf('avif', { quality: 50 })).toBe(
      '6be4975c7d20f6a908a1b4b1e6a63325b51c745412ed88d699cd33c769fe1e58',
    );
    expect(findAutoRule('avif', { quality: 50 })).toBe(null);
    expect(findAutoRule('png', {})).toBe(null);
  });
});
