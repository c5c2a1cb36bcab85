import type { Variant, VariantPlan } from './types.ts';

/**
 * Leaves out every format that came out no smaller than one that more browsers understand: nobody is
 * served by it. Flat drawings in AVIF, for one, can be larger than in WebP.
 * @param variants in the order of the plan: formats grouped, best first, the fallback last
 */
export function dropLarger<P extends VariantPlan>(
  plan: P,
  variants: readonly Variant[],
): { plan: P; variants: readonly Variant[] } {
  const formats = [...new Set(variants.map(({ format }) => format))];
  const bytesOf = (format: string): number =>
    variants.reduce((sum, one) => sum + (one.format === format ? one.bytes : 0), 0);
  const dropped = new Set<string>();
  let least = Number.POSITIVE_INFINITY;
  for (const format of formats.toReversed()) {
    const bytes = bytesOf(format);
    if (bytes >= least) dropped.add(format);
    else least = bytes;
  }
  if (dropped.size === 0) return { plan, variants };
  const src = plan.variants[plan.src]!;
  const kept = plan.variants.filter(({ format }) => !dropped.has(format));
  return {
    plan: { ...plan, variants: kept, src: kept.indexOf(src) },
    variants: variants.filter(({ format }) => !dropped.has(format)),
  };
}
