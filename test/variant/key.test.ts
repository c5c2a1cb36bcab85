import { expect, it } from 'vitest';
import { keyOfAnalysis, keyOfVariant } from '../../src/variant/key.ts';
import type { EncodeJob, VariantSpec } from '../../src/variant/types.ts';
import { makeJob, makeSpec } from './helpers.ts';

const job = makeJob({ width: 1536, height: 1024 });
const spec: VariantSpec = { ...makeSpec(640, 'avif'), options: { quality: 50, effort: 3 } };

function changes(): [string, string, EncodeJob, VariantSpec][] {
  const crop = job.crop;
  return [
    ['encoder', 'e2', job, spec],
    ['source', 'e', { ...job, source: 'b'.repeat(64) }, spec],
    ['picture', 'e', { ...job, crop: { ...crop, picture: { width: 1, height: 1 } } }, spec],
    ['box', 'e', { ...job, crop: { ...crop, box: { width: 9, height: 9, fit: 'cover' } } }, spec],
    ['fit', 'e', { ...job, crop: { ...crop, box: { width: 9, height: 9, fit: 'fill' } } }, spec],
    ['position', 'e', { ...job, crop: { ...crop, position: 'top' } }, spec],
    ['size', 'e', { ...job, crop: { ...crop, size: { width: 1, height: 1 } } }, spec],
    ['no provenance', 'e', { ...job, provenance: null }, spec],
    ['composite', 'e', { ...job, provenance: 'compositeWithTrainedAlgorithmicMedia' }, spec],
    ['width', 'e', job, { ...spec, width: 641 }],
    ['height', 'e', job, { ...spec, height: 1 }],
    ['format', 'e', job, { ...spec, format: 'webp' }],
    ['no options', 'e', job, { ...spec, options: {} }],
    ['quality', 'e', job, { ...spec, options: { quality: 51, effort: 3 } }],
    ['effort', 'e', job, { ...spec, options: { quality: 50, effort: 4 } }],
    ['lossless', 'e', job, { ...spec, options: { quality: 50, effort: 3, lossless: true } }],
    [
      'chroma',
      'e',
      job,
      { ...spec, options: { quality: 50, effort: 3, chromaSubsampling: '4:4:4' } },
    ],
    ['mozjpeg', 'e', job, { ...spec, options: { quality: 50, effort: 3, mozjpeg: true } }],
    ['progressive', 'e', job, { ...spec, options: { quality: 50, effort: 3, progressive: false } }],
  ];
}

it('changes with everything that decides bytes, each change to a key of its own', () => {
  const keys = changes().map(([, id, job, spec]) => keyOfVariant(id, job, spec));
  keys.push(keyOfVariant('e', job, spec));
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
});

it('does not change with the order of fields, fields left open, or the placeholder', () => {
  const key = keyOfVariant('e', job, spec);
  const options = { lossless: undefined, effort: 3, quality: 50 } as unknown as typeof spec.options;
  const blurred: EncodeJob = { ...job, placeholder: 'blur' };
  expect(keyOfVariant('e', blurred, { ...spec, options })).toBe(key);
});

it('changes the key of an analysis with cut, source, encoder and placeholder only', () => {
  const key = keyOfAnalysis('e', job);
  const others = [
    keyOfAnalysis('e2', job),
    keyOfAnalysis('e', { ...job, source: 'b'.repeat(64) }),
    keyOfAnalysis('e', { ...job, placeholder: 'blur' }),
    keyOfAnalysis('e', { ...job, crop: { ...job.crop, position: 'top' } }),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
  const bare: EncodeJob = { ...job, provenance: null };
  expect(keyOfAnalysis('e', bare)).toBe(key);
});
