import { digestOf } from '../recipe/key.ts';
import { findAutoRule } from './auto-quality.ts';
import type { CropPlan, EncodeJob, VariantSpec } from './types.ts';

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
  const asked = Object.entries(options).filter(([, value]) => value !== undefined);
  return hash([
    ...[encoderId, source, listCrop(crop), provenance, width, height, format],
    asked.sort(([a], [b]) => (a < b ? -1 : 1)),
    findAutoRule(format, options),
  ]);
}

/** Hashes everything that decides an analysis. */
export function keyOfAnalysis(
  encoderId: string,
  job: Pick<EncodeJob, 'source' | 'crop' | 'placeholder'>,
): string {
  const { source, crop, placeholder } = job;
  return hash([encoderId, source, listCrop(crop), placeholder]);
}

function listCrop({ picture, box, position, size }: CropPlan): readonly unknown[] {
  const cut = box && [box.width, box.height, box.fit];
  return [picture.width, picture.height, cut, position, size.width, size.height];
}

/**
 * Lists have one order, so that nothing need be sorted as in canonical JSON, which takes ten times as long: a
 * warm build does little else for each of its variants.
 */
function hash(parts: readonly unknown[]): string {
  return digestOf(JSON.stringify(parts));
}
