import { describe, expect, it } from 'vitest';
import { type QualitySearch, searchQuality } from '../../src/variant/search-quality.ts';

const RANGE: QualitySearch = { least: 20, most: 95, start: 60, target: 0.98 };

/** Searches over a made-up encoder: what it gave, and which qualities it tried. */
async function search(
  similarityOf: (quality: number) => number,
  over: Partial<QualitySearch> = {},
  bytesOf: (quality: number) => number = (quality) => quality * 10,
) {
  const tried: number[] = [];
  const found = await searchQuality({ ...RANGE, ...over }, async (quality) => {
    tried.push(quality);
    return { similarity: similarityOf(quality), bytes: Buffer.alloc(bytesOf(quality)) };
  });
  return { ...found, tried };
}

/** How similarity grows in practice: towards 1, each step of quality a share of what is missing. */
const curve =
  (rate: number, offset = 0) =>
  (quality: number) =>
    1 - 0.4 * Math.exp(-rate * (quality - offset));

describe('the search', () => {
  it.each([0.03, 0.04, 0.05, 0.08, 0.15])(
    'finds the lowest that reaches the target: %d',
    async (rate) => {
      const similarity = curve(rate);
      const expected = Array.from({ length: 76 }, (_, i) => i + 20).find(
        (q) => similarity(q) >= 0.98,
      );
      const { quality, tried, bytes } = await search(similarity);
      expect(quality).toBe(expected ?? 95);
      expect(bytes.length).toBe(quality * 10);
      expect(tried.length).toBeLessThanOrEqual(5);
      expect(new Set(tried).size).toBe(tried.length);
    },
  );

  it('finds a threshold anywhere in at most ten probes, whatever the shape', async () => {
    for (let edge = 20; edge <= 95; edge++) {
      const { quality, tried } = await search((q) => (q >= edge ? 0.99 : 0.2));
      expect(quality).toBe(edge);
      expect(tried.length, `${tried}`).toBeLessThanOrEqual(10);
    }
  });

  it('needs one encode where the lower bound is enough', async () => {
    const { quality, tried } = await search(() => 0.999, { start: 20 });
    expect([quality, tried]).toEqual([20, [20]]);
  });

  it('gives the highest where the target is out of reach', async () => {
    const { quality, similarity, tried } = await search((q) => q / 1000);
    expect([quality, similarity]).toEqual([95, 0.095]);
    expect(tried.at(-1)).toBe(95);
  });

  it('stays within bounds, one of them alone included', async () => {
    const { tried } = await search(curve(0.01), { least: 40, most: 65, start: 90 });
    expect(tried.every((q) => q >= 40 && q <= 65)).toBe(true);
    expect((await search(() => 0, { least: 50, most: 50 })).tried).toEqual([50]);
  });
});

describe('where similarity does not rise with every step', () => {
  const jagged = (quality: number): number =>
    curve(0.05)(quality) + (quality % 3 === 0 ? 0.006 : -0.006);

  it('the file reaches the target, and every run tries the same', async () => {
    const first = await search(jagged);
    expect(first.similarity).toBeGreaterThanOrEqual(0.98);
    expect(await search(jagged)).toEqual(first);
  });

  it('a level that never changes ends too', async () => {
    expect((await search(() => 0.98)).quality).toBe(20);
    expect((await search(() => 0.5)).quality).toBe(95);
  });

  it('the smallest file that reached the target is kept, whatever its quality', async () => {
    const bytesOf = (quality: number): number => (quality === 60 ? 10 : 1000);
    const { quality, bytes } = await search((q) => (q >= 40 ? 0.99 : 0.9), {}, bytesOf);
    expect([quality, bytes.length]).toEqual([60, 10]);
  });

  it('what an encoder throws is thrown', async () => {
    const broken = searchQuality(RANGE, async () => {
      throw new Error('no memory');
    });
    await expect(broken).rejects.toThrow('no memory');
  });
});
