import type { ResolvedOutput, Size } from '../spec/types.ts';
import type { CropPlan } from './types.ts';

/** What decides the cut. */
export interface CropRequest {
  /** Size of the original as a viewer shows it: after its EXIF orientation. */
  original: Size;
  /** Size the page was promised. */
  picture: Size;
  output: Pick<ResolvedOutput, 'aspect' | 'fit' | 'position'>;
}

/**
 * Plans the cut of an original: first to the promised shape, then to the ratio of `aspect`. An
 * original that is smaller than promised keeps its pixels, and the promised shape, never enlarged.
 */
export function planCrop({ original, picture, output }: CropRequest): CropPlan {
  const shrink = Math.min(1, original.width / picture.width, original.height / picture.height);
  return cut(scale(picture, shrink), output);
}

/** The shape the page sees, in pixels of the promised picture, whatever size the original has. */
export function planShape(request: Omit<CropRequest, 'original'>): Size {
  return cut(request.picture, request.output).size;
}

function cut(picture: Size, { aspect, fit, position }: CropRequest['output']): CropPlan {
  if (aspect === null) return { picture, box: null, position, size: picture };
  // The largest box of the ratio inside the picture: whatever the fit, nothing is enlarged by it.
  const box = {
    width: Math.min(picture.width, atLeastOne((picture.height * aspect.width) / aspect.height)),
    height: Math.min(picture.height, atLeastOne((picture.width * aspect.height) / aspect.width)),
  };
  return { picture, box: { ...box, fit }, position, size: sizeAfter(picture, box, fit) };
}

/** The size that sharp's `resize` gives for a fit. */
function sizeAfter(picture: Size, box: Size, fit: ResolvedOutput['fit']): Size {
  if (fit === 'inside') {
    return scale(picture, Math.min(box.width / picture.width, box.height / picture.height));
  }
  // The box touches the picture on one side, so covering it from outside leaves the picture as it is.
  return fit === 'outside' ? picture : box;
}

function scale(size: Size, by: number): Size {
  return { width: atLeastOne(size.width * by), height: atLeastOne(size.height * by) };
}

function atLeastOne(pixels: number): number {
  return Math.max(1, Math.round(pixels));
}
