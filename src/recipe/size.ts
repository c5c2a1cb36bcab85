import { findModel } from '../spec/models.ts';
import { planRequestSize } from '../spec/size.ts';
import type { Size } from '../spec/types.ts';

/**
 * The size to ask a model for so that the picture can be cut from it; the picture's own size for a
 * model of which nothing is known, or `null` when the model cannot make it. The rules are in
 * spec/size.ts, since loading a spec already needs them to name the line of a bad size.
 */
export function findRequestSize(model: string, picture: Size): Size | null {
  const known = findModel(model);
  if (known === null) return { width: picture.width, height: picture.height };
  return planRequestSize(picture, known.limits).request ?? null;
}
