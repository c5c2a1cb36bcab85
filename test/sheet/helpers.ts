import sharp from 'sharp';
import type { SheetCandidate, SheetSection } from '../../src/sheet/types.ts';

/** A candidate without a thumbnail, unless there is more to say. */
export function createCandidate(more: Partial<SheetCandidate> = {}): SheetCandidate {
  return {
    number: 1,
    digest: '0123456789abcdef'.repeat(4),
    picked: false,
    width: 1536,
    height: 1024,
    bytes: 1_234_567,
    usd: 0.05,
    billed: true,
    createdAt: '2026-11-21T14:05:59.000Z',
    requestId: null,
    thumbnail: null,
    problem: null,
    ...more,
  };
}

export function createSection(
  candidates: readonly SheetCandidate[],
  more: Partial<SheetSection> = {},
): SheetSection {
  const file = 'src/a.image.yaml';
  return { file, name: null, pickAs: file, alt: 'A', notes: [], candidates, ...more };
}

/** A thumbnail of one colour. */
export async function createThumbnail(
  background: string,
  [width, height]: readonly [number, number],
): Promise<NonNullable<SheetCandidate['thumbnail']>> {
  const bytes = await sharp({ create: { width, height, channels: 4, background } })
    .webp({ lossless: true })
    .toBuffer();
  return { bytes, width, height };
}
