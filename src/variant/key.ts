import canonicalize from 'canonicalize';
import { digestOf } from '../recipe/key.ts';
import { findAutoRule } from './auto-quality.ts';
import type { EncodeJob, VariantSpec } from './types.ts';

/**
 * Hashes everything that decides the bytes of a variant. Two variants with one key have equal bytes.
 * @param encoderId what {@link Encoder.id} says: pipeline and library versions
 */
export function keyOfVariant(
  encoderId: string,
  job: Pick<EncodeJob, 'source' | 'crop' | 'provenance'>,
  spec: VariantSpec,
): string {
  const { source, crop, provenance } = job;
  const { width, height, format, options } = spec;
  const order = { encoderId, source, crop, provenance, width, height, format, options };
  // Only where it decides: the keys of fixed qualities are what they were before there were others.
  const auto = findAutoRule(format, options);
  return hash(auto === null ? order : { ...order, auto });
}

/** Hashes everything that decides an analysis. */
export function keyOfAnalysis(
  encoderId: string,
  job: Pick<EncodeJob, 'source' | 'crop' | 'placeholder'>,
): string {
  const { source, crop, placeholder } = job;
  return hash({ encoderId, source, crop, placeholder });
}

function hash(value: object): string {
  return digestOf(canonicalize(value) ?? '');
}
