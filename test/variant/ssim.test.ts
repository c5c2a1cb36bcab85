import { describe, expect, it } from 'vitest';
import { hasHardEdges } from '../../src/variant/hard-edges.ts';
import { toLuma } from '../../src/variant/luma.ts';
import { type Luma, measureSsim } from '../../src/variant/ssim.ts';

const width = 64;
const height = 48;

function paint(shade: (x: number, y: number) => number): Luma {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[y * width + x] = Math.max(0, Math.min(255, Math.round(shade(x, y))));
    }
  }
  return { data, width, height };
}

/** The same dice in every run. */
function noise(x: number, y: number): number {
  const value = Math.sin(x * 12.9898 + y * 78.233) * 43_758.5453;
  return (value - Math.floor(value)) * 2 - 1;
}

const waves = paint((x, y) => 128 + 60 * Math.sin(x / 5) + 40 * Math.cos(y / 3));
const noisy = (by: number): Luma => paint((x, y) => waves.data[y * width + x]! + by * noise(x, y));

describe('similarity', () => {
  it('is 1 for the same picture, flat ones included', () => {
    expect(measureSsim(waves, waves)).toBeCloseTo(1, 12);
    const grey = paint(() => 90);
    expect(measureSsim(grey, grey)).toBe(1);
  });

  it('is symmetric', () => {
    expect(measureSsim(waves, noisy(20))).toBeCloseTo(measureSsim(noisy(20), waves), 12);
  });

  it('falls with the strength of a distortion', () => {
    const values = [2, 8, 20, 60].map((by) => measureSsim(waves, noisy(by)));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]).toBeGreaterThan(0.98);
    expect(values[3]).toBeLessThan(0.6);
  });

  it('is the luminance term alone between two greys: (2xy + C1) / (x² + y² + C1)', () => {
    const c1 = (0.01 * 255) ** 2;
    const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1);
    const value = measureSsim(
      paint(() => 100),
      paint(() => 120),
    );
    expect(value).toBeCloseTo(expected, 12);
  });

  // Wang et al., figure 2: a shift of brightness and a change of contrast hardly hurt; at an equal mean
  // squared error, noise and blur do.
  it('orders distortions of one mean squared error as the paper does', () => {
    const shifted = paint((x, y) => waves.data[y * width + x]! + 8);
    const checked = paint((x, y) => waves.data[y * width + x]! + ((x + y) % 2 === 0 ? 8 : -8));
    expect(measureSsim(waves, shifted)).toBeGreaterThan(0.98);
    expect(measureSsim(waves, checked)).toBeLessThan(measureSsim(waves, shifted) - 0.03);
  });

  it('is below zero for a picture turned inside out', () => {
    const mirrored = paint((x, y) => 255 - waves.data[y * width + x]!);
    expect(measureSsim(waves, mirrored)).toBeLessThan(0);
  });

  it('hears a few words on an empty page', () => {
    const page = paint((x, y) => (y > 40 && x % 3 === 0 ? 20 : 250));
    const smeared = paint((x, y) => (y > 40 ? 170 + (x % 3 === 0 ? -20 : 10) : 250));
    expect(measureSsim(page, smeared)).toBeLessThan(0.7);
  });

  it('takes a picture without room for windows as one window', () => {
    const strip = (by: number): Luma => ({
      data: Uint8Array.of(10, 200, 40 + by),
      width: 3,
      height: 1,
    });
    expect(measureSsim(strip(0), strip(0))).toBeCloseTo(1, 12);
    expect(measureSsim(strip(0), strip(90))).toBeLessThan(0.99);
  });

  it('refuses pictures of two sizes', () => {
    expect(() => measureSsim(waves, { ...waves, width: 32 })).toThrow('Expected 64 x 48 pixels');
  });
});

describe('brightness', () => {
  it('is that of BT.601, on a ground where pixels are transparent', () => {
    const data = Buffer.from([255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255, 0, 0, 0, 0]);
    const pixels = { data, width: 4, height: 1, channels: 4 } as const;
    expect([...toLuma(pixels, 255).data]).toEqual([255, 0, 76, 255]);
    expect([...toLuma(pixels, 0).data]).toEqual([255, 0, 76, 0]);
  });
});

describe('hard edges', () => {
  it('are in text, and not in gradients, waves or grain', () => {
    expect(hasHardEdges(paint((x, y) => (y === 20 && x % 9 === 0 ? 20 : 250)))).toBe(true);
    expect(hasHardEdges(waves)).toBe(false);
    expect(hasHardEdges(noisy(20))).toBe(false);
    expect(hasHardEdges(paint((x) => x * 4))).toBe(false);
  });
});
