import type { BuiltPicture } from '../../engine/build-picture.ts';
import { ImagePromptError } from '../../errors.ts';
import type { VariantPlan, VariantSpec } from '../../variant/types.ts';
import { ownVariants, srcOf } from '../load-module.ts';
import type { CssReference } from './scan-css.ts';

/**
 * The file for one URL of a style sheet: `src`, or in an `image-set()` the format its `type()` names
 * and the width its resolution needs.
 * @returns null when the picture is not made in that format
 */
export function chooseVariant<V extends VariantSpec>(
  { plan, variants }: { plan: Pick<VariantPlan, 'display' | 'src'>; variants: readonly V[] },
  { type, resolution = 1 }: Pick<CssReference, 'type' | 'resolution'>,
): V | null {
  const format =
    type === undefined
      ? srcOf(plan, variants).format
      : type.replace(/^image\//, '').replace('jpg', 'jpeg');
  const files = variants.filter((variant) => variant.format === format);
  const wanted = plan.display.width * resolution;
  return files.find(({ width }) => width >= wanted) ?? files.at(-1) ?? null;
}

/**
 * {@link chooseVariant}, or an error that says what to do.
 * @throws ImagePromptError SPEC_VALUE
 */
export function requireVariant<V extends VariantSpec>(
  { file, plan, art }: Pick<BuiltPicture, 'file' | 'plan' | 'art'>,
  variants: readonly V[],
  choice: Pick<CssReference, 'type' | 'resolution'>,
  asker: string,
): V {
  const variant = chooseVariant({ plan, variants: ownVariants({ art }, variants) }, choice);
  if (variant !== null) return variant;
  throw new ImagePromptError(
    'SPEC_VALUE',
    `${asker} asks for ${file} as ${choice.type}, but it is not made in that format.`,
    {
      hint: 'Add the format under `output.formats`, or leave the option out of the image-set().',
    },
  );
}
