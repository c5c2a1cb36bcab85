import type { BuiltPicture } from '../engine/build-picture.ts';
import { ImagePromptError } from '../errors.ts';
import {
  type ModuleUrl,
  writePictureMapModule,
  writePictureModule,
  writeUrlModule,
} from '../picture/module.ts';
import type { VariantPlan, VariantSpec } from '../variant/types.ts';
import type { SpecRequest } from './ids.ts';

/** How a host lets the page find a variant; called once for each. */
export type UrlOf<V extends VariantSpec> = (variant: V) => ModuleUrl;

/** The module that an import of a spec gets. */
export function writeModule<V extends VariantSpec>(
  request: SpecRequest,
  built: BuiltPicture,
  variants: readonly V[],
  urlOf: UrlOf<V>,
): string {
  if (request.kind === 'url') return writeUrlModule(urlOf(srcOf(built.plan, variants)));
  const { alt, plan, analysis, output, art, cells } = built;
  if (cells === null) {
    return writePictureModule({ alt, plan, variants, analysis, output, art, url: urlOf });
  }
  const inputs = cells.map((cell) => ({
    path: cell.path,
    input: { ...cell, variants, url: urlOf },
  }));
  return writePictureMapModule(inputs);
}

/** The variants of the picture itself, without those of its sources. */
export function ownVariants<V>(
  { art }: Pick<BuiltPicture, 'art'>,
  variants: readonly V[],
): readonly V[] {
  return variants.slice(0, art[0]?.from ?? variants.length);
}

/** The variant that stands for the whole picture where only one file fits. */
export function srcOf<V extends VariantSpec>(
  { src }: Pick<VariantPlan, 'src'>,
  variants: readonly V[],
): V {
  const found = variants[src];
  if (!found) throw new RangeError(`Expected variant ${src} of ${variants.length}.`);
  return found;
}

/**
 * Refuses imports that would publish the prompt.
 * @throws ImagePromptError LEAK_RAW
 */
export function assertRequest({ kind, file }: SpecRequest): void {
  if (kind !== 'raw') return;
  throw new ImagePromptError('LEAK_RAW', `${file}?raw would publish the prompt.`, {
    hint: 'Import the spec without `?raw`.',
  });
}

/** Name of the file of a variant before any bundler adds its hash: `hero-640.avif`. */
export function assetName(built: Pick<BuiltPicture, 'name'>, variant: VariantSpec): string {
  const label = variant.label === undefined ? '' : `-${variant.label}`;
  const ending = variant.format === 'jpeg' ? 'jpg' : variant.format;
  return `${built.name}${label}-${variant.width}.${ending}`;
}
