import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BuiltPicture } from '../../src/engine/build-picture.ts';
import { createDevDrafts, type DevDrafts } from '../../src/plugin/dev-drafts.ts';
import type { VariantSpec } from '../../src/variant/types.ts';

const specOf = (width: number): VariantSpec => ({ width, height: 1, format: 'avif', options: {} });

/** A picture that knows which variants it has in full. */
function createPicture() {
  const full: number[] = [];
  const built = {
    renderOne: async ({ width }: VariantSpec) => {
      full.push(width);
      return { width };
    },
    renderDraft: async ({ width }: VariantSpec) =>
      full.includes(width) ? null : { width, key: `draft ${width}` },
  } as unknown as BuiltPicture;
  return { built, full };
}

describe('drafts', () => {
  let drafts: DevDrafts;
  beforeEach(() => {
    vi.useFakeTimers();
    drafts = createDevDrafts();
  });
  afterEach(() => vi.useRealTimers());

  test('come first, and the variant itself in a quiet moment', async () => {
    const { built, full } = createPicture();
    for (const width of [1, 2, 1]) {
      expect(await drafts.show(built, specOf(width))).toMatchObject({ draft: true });
      await vi.advanceTimersByTimeAsync(900);
    }
    expect(full).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(full).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1000);
    // Each once, whoever asked how often.
    expect(full).toEqual([1, 2]);
    expect(await drafts.show(built, specOf(1))).toMatchObject({ draft: false });
  });

  test('that nobody looks at any more are left', async () => {
    const { built, full } = createPicture();
    await drafts.show(built, specOf(1));
    drafts.drop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(full).toEqual([]);
  });

  test('go on after one that fails', async () => {
    const { built, full } = createPicture();
    const broken = {
      ...built,
      renderOne: () => Promise.reject(new Error('broken')),
      renderDraft: async () => ({ key: 'other' }),
    } as unknown as BuiltPicture;
    await drafts.show(broken, specOf(1));
    await drafts.show(built, specOf(2));
    await vi.advanceTimersByTimeAsync(2100);
    expect(full).toEqual([2]);
  });
});
