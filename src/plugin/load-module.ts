import type { BuiltPicture } from '../engine/build-picture.ts';
import { ImagePromptError } from '../errors.ts';
import { type ModuleUrl, writePictureModule, writeUrlModule } from '../picture/module.ts';
import type { VariantSpec } from '../variant/types.ts';
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
  const { alt, plan, analysis, output } = built;
  if (request.kind !== 'url') {
    return writePictureModule({ alt, plan, variants, analysis, output, url: urlOf });
  }
  const src = variants[plan.src];
  if (!src) throw new RangeError(`Expected variant ${plan.src} of ${variants.length}.`);
  return writeUrlModule(urlOf(src));
}

/**
 * Refuses imports that would publish the prompt or that nobody understands.
 * @throws ImagePromptError LEAK_RAW, SPEC_QUERY
 */
export function assertRequest(request: SpecRequest): void {
  if (request.kind === 'raw') {
    throw new ImagePromptError('LEAK_RAW', `${request.file}?raw would publish the prompt.`, {
      hint: 'Import the spec without `?raw`.',
    });
  }
  if (request.unknown.length > 0) {
    const names = request.unknown.map((name) => `"${name}"`).join(', ');
    throw new ImagePromptError(
      'SPEC_QUERY',
      `${request.file} is imported with the unknown query ${names}.`,
    );
  }
}

/** Name of the file of a variant before any bundler adds its hash: `hero-640.avif`. */
export function assetName(built: Pick<BuiltPicture, 'name'>, variant: VariantSpec): string {
  return `${built.name}-${variant.width}.${variant.format === 'jpeg' ? 'jpg' : variant.format}`;
}
