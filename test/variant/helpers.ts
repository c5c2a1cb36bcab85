import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { OutputFormat, ResolvedOutput, Size } from '../../src/spec/types.ts';
import type { CropPlan, EncodeJob, Encoder, VariantSpec } from '../../src/variant/types.ts';

/** A folder that goes when the test file is done. */
export function makeTempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'image-prompt-variant-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const OUTPUT: ResolvedOutput = {
  widths: null,
  formats: ['avif', 'webp', 'fallback'],
  quality: { avif: {}, webp: {}, jpeg: {}, png: {} },
  sizes: null,
  width: null,
  aspect: null,
  fit: 'cover',
  position: 'centre',
  placeholder: 'blur',
  loading: 'lazy',
  priority: false,
  provenance: true,
};

export function makeJob(size: Size, over: Partial<EncodeJob> = {}): EncodeJob {
  const crop: CropPlan = { picture: size, box: null, position: 'centre', size };
  return {
    source: 'a'.repeat(64),
    crop,
    placeholder: 'none',
    provenance: 'trainedAlgorithmicMedia',
    ...over,
  };
}

export function makeSpec(width: number, format: OutputFormat, ratio = 2 / 3): VariantSpec {
  return { width, height: Math.round(width * ratio), format, options: {} };
}

/** An encoder that counts, and answers when the test says so. */
export function createFakeEncoder(): Encoder & {
  opened: number;
  encoded: string[];
  busiest: number;
  openAtOnce: number;
  fail: (spec: VariantSpec) => boolean;
} {
  let busy = 0;
  const fake = {
    opened: 0,
    encoded: [] as string[],
    busiest: 0,
    openAtOnce: 0,
    fail: (_spec: VariantSpec): boolean => false,
    id: async () => 'fake@1',
    warm() {},
    close: async () => true,
    open: async (bytes: Buffer | null, job: EncodeJob) => {
      fake.opened++;
      busy++;
      fake.busiest = Math.max(fake.busiest, busy);
      await new Promise((resolve) => setTimeout(resolve, 2));
      busy--;
      return {
        analysis: { alpha: false, color: '#123456', dataUri: null, thumbhash: null },
        close: () => {},
        encode: async (spec: VariantSpec) => {
          busy++;
          fake.busiest = Math.max(fake.busiest, busy);
          fake.encoded.push(`${spec.width}.${spec.format}`);
          await new Promise((resolve) => setTimeout(resolve, 2));
          busy--;
          if (fake.fail(spec)) throw new Error(`no ${spec.width}`);
          return Buffer.from(`${bytes} ${job.source} ${spec.width} ${spec.format}`);
        },
      };
    },
  };
  return fake;
}
