import { isKnownModel } from './fal-url.ts';
import type { InspectedInput } from './inspect-input.ts';

/** More pixels than any camera has; sharp refuses to decode more as well. */
export const MAX_INPUT_PIXELS = 268_402_689;
/** Pictures that one edit may work on (fal-protocol.md, section 6.2). */
export const MAX_INPUTS = 16;

/** Something that makes an edit impossible. */
export interface InputProblem {
  /** Which file: a picture by its place, from 0; null for the list as a whole. */
  input: number | 'mask' | null;
  message: string;
  hint: string;
}

/**
 * Finds what is wrong with the files of an edit as a set. Pure. No limit of pixels is published for the
 * inputs of a model, so none is made up here.
 * @param model endpoint id; how many pictures an unknown one takes is not known
 */
export function checkEditInputs(
  images: readonly InspectedInput[],
  mask: InspectedInput | null,
  model: string,
): InputProblem[] {
  const problems: InputProblem[] = [];
  const [first] = images;
  if (first === undefined) {
    const message = 'Expected at least one picture to edit, received none.';
    problems.push({ input: null, message, hint: 'Name one under `edit.images`.' });
  }
  if (images.length > MAX_INPUTS && isKnownModel(model)) {
    const message = `Expected at most ${MAX_INPUTS} pictures to edit, received ${images.length}.`;
    problems.push({ input: MAX_INPUTS, message, hint: 'Remove some of them.' });
  }
  if (first && mask && (mask.width !== first.width || mask.height !== first.height)) {
    const message = `Expected a mask of ${sayOf(first)}, as the first picture is, received ${sayOf(mask)}.`;
    const hint = 'Save the mask in the size of the first picture, turned as a viewer shows it.';
    problems.push({ input: 'mask', message, hint });
  }
  return problems;
}

function sayOf({ width, height }: InspectedInput): string {
  return `${width}×${height}`;
}
