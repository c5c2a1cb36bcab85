import { CATALOGUE, ImagePromptError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import { formatUsd, labelOf } from '../report.ts';
import type { WantedPicture } from './plan.ts';
import type { Plan } from './types.ts';

/** What a frozen build says: every missing picture at once, its price, and the way out. */
export function frozenError(
  { spec }: WantedPicture,
  { onMissingReason, onlyInline }: Pick<ResolvedOptions, 'onMissingReason' | 'onlyInline'>,
  plan: Plan,
): ImagePromptError {
  const missing = plan.specs.filter((item) => item.missing > 0);
  const lines = missing.map((item) => `  ${labelOf(item)}  ${formatUsd(item.usd)}`);
  const total = formatUsd(plan.total.usd);
  const list =
    missing.length > 1
      ? ` Missing in all (${total}):\n${lines.join('\n')}\n`
      : ` It would cost ${total}.`;
  return new ImagePromptError(
    'MISSING_FROZEN',
    `${labelOf(spec)} is not in the store, and this run may not pay (${onMissingReason}).${list}`,
    { file: spec.file, hint: writeHint(onlyInline, onMissingReason) },
  );
}

function writeHint(onlyInline: readonly string[], reason: string): string {
  const [, usual] = CATALOGUE.MISSING_FROZEN;
  // What the command line buys without these options is another picture.
  const first =
    onlyInline.length === 0
      ? ''
      : `Move ${onlyInline.map((name) => `\`${name}\``).join(' and ')} from the bundler's configuration into image-prompt.config first: the command line reads only that. `;
  const key = /\bkey\b/i.test(reason) ? 'With a key (FAL_KEY) the build makes them itself. ' : '';
  return `${first}${key}${usual}`;
}
