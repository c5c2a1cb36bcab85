import { ImagePromptError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import type { WantedPicture } from './plan.ts';
import type { Plan } from './types.ts';

/** What a frozen build says: every missing picture at once, its price, and the way out. */
export function frozenError(
  { spec }: WantedPicture,
  options: Pick<ResolvedOptions, 'onMissingReason'>,
  plan: Plan,
): ImagePromptError {
  const missing = plan.specs.filter((item) => item.missing > 0);
  const lines = missing.map(
    (item) => `  ${item.file}  ${item.usd === null ? 'price unknown' : `$${item.usd.toFixed(2)}`}`,
  );
  const total = plan.total.usd === null ? 'price unknown' : `$${plan.total.usd.toFixed(2)}`;
  const list =
    missing.length > 1
      ? ` Missing in all (${total}):\n${lines.join('\n')}\n`
      : ` It would cost ${total}.`;
  return new ImagePromptError(
    'MISSING_FROZEN',
    `${spec.file} is not in the store, and this run may not pay (${options.onMissingReason}).${list}`,
    { file: spec.file },
  );
}
