import type { VariantRange } from '../picture/picture.ts';
import type { ResolvedOutput } from '../spec/types.ts';
import type { Analysis, EncodeJob, Variant, VariantPlan, VariantSpec } from '../variant/types.ts';
import type { BuiltCell, BuiltPicture } from './build-picture.ts';
import type { WantedPart } from './load-picture.ts';
import type { PictureSource } from './picture-source.ts';

/** One crop of one original, planned, and encoded where that was asked for. */
export interface BuiltPart {
  source: PictureSource;
  output: ResolvedOutput;
  job: EncodeJob;
  analysis: Analysis;
  plan: VariantPlan;
  variants: readonly Variant[];
}

/** Parts put together. */
export interface AssembledPicture {
  picture: Pick<BuiltPicture, 'plan' | 'variants' | 'art' | 'cells' | 'identity'>;
  /** The part that a variant belongs to: one of the plan, or one that was encoded. */
  partOf(variant: VariantSpec): BuiltPart;
}

/**
 * Puts the parts of an import together: one list of variants, which bundlers emit and servers serve, and
 * beside it what of the list belongs together.
 * @param parts each picture, followed by its sources
 * @param openAxes indexes of the axes that tell the pictures apart
 */
export function assemblePicture(
  parts: readonly (WantedPart & BuiltPart)[],
  openAxes: readonly number[],
): AssembledPicture {
  const owners = new Map<VariantSpec, BuiltPart>();
  const planned: VariantSpec[] = [];
  const variants: Variant[] = [];
  const labels = createLabels(parts);
  const ranges = parts.map((part, at): VariantRange => {
    const from = planned.length;
    const label = labels[at]!;
    for (const spec of part.plan.variants) {
      const labelled = label === '' ? spec : { ...spec, label };
      owners.set(labelled, part);
      planned.push(labelled);
    }
    for (const one of part.variants) {
      const labelled = label === '' ? one : { ...one, label };
      owners.set(labelled, part);
      variants.push(labelled);
    }
    return { from, to: planned.length };
  });
  const cells: BuiltCell[] = [];
  for (const [at, part] of parts.entries()) {
    const range = ranges[at]!;
    const { plan, output, analysis, media, cell, isAnother } = part;
    if (media === null) {
      const src = range.from + plan.src;
      const path = openAxes.map((axis) => cell[axis]!);
      const { alt } = part.picture.spec;
      cells.push({
        path,
        alt,
        output,
        analysis,
        art: [],
        plan: { display: plan.display, src },
        range,
      });
    } else {
      const art = { media, ...range, display: plan.display, sizes: output.sizes, isAnother };
      const last = cells.at(-1)!;
      cells[cells.length - 1] = { ...last, art: [...last.art, art] };
    }
  }
  const [first] = parts;
  return {
    picture: {
      plan: { ...first!.plan, variants: planned },
      variants,
      art: cells[0]!.art,
      cells: openAxes.length === 0 ? null : cells,
      identity: JSON.stringify(parts.map(({ source, plan }) => [source.digest, plan.crop])),
    },
    partOf(variant) {
      const part = owners.get(variant);
      if (part === undefined) throw new RangeError('Expected a variant of the picture.');
      return part;
    },
  };
}

/** What names of files have behind the name of the spec, so that no two parts share one. */
function createLabels(parts: readonly WantedPart[]): string[] {
  const used = new Set<string>();
  let source = 0;
  return parts.map(({ cell, media }) => {
    source = media === null ? 0 : source + 1;
    const words = [...cell, ...(source === 0 ? [] : [String(source)])];
    const label = words
      .join('-')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    const base = label === '' && words.length > 0 ? 'cell' : label;
    let unique = base;
    for (let count = 2; used.has(unique); count++) unique = `${base}-${count}`;
    used.add(unique);
    return unique;
  });
}
