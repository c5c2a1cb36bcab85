import { writeChoice } from '../ids.ts';
import { isReference } from '../references.ts';
import { applyEdits } from '../text-edits.ts';
import { writeReference } from './rewrite-css.ts';
import { scanCss } from './scan-css.ts';

/**
 * Gives the references to specs in `image-set()` queries that name their `type()` and resolution: whoever
 * resolves URLs in the name of a style sheet is told the URL alone.
 * @param plain whether it is plain CSS
 * @returns null when there is nothing to do
 */
export function rewriteImageSets(css: string, plain: boolean): string | null {
  if (!/image-set/i.test(css) || !/\.image\.ya?ml/i.test(css)) return null;
  const edits = scanCss(css, { lineComments: !plain }).flatMap((reference) => {
    const { kind, value, start, end, type, resolution } = reference;
    const chosen = type !== undefined || resolution !== undefined;
    if (!chosen || (kind !== 'url' && kind !== 'image') || !isReference(value)) return [];
    const choice = writeChoice({
      ...(type === undefined ? {} : { type }),
      ...(resolution === undefined ? {} : { resolution }),
    });
    const url = `${value}${value.includes('?') ? '&' : '?'}${choice}`;
    return [{ start, end, text: writeReference(url, reference) }];
  });
  return edits.length === 0 ? null : applyEdits(css, edits);
}
