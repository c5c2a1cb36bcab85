import type { Luma } from './ssim.ts';

/** From this step of brightness between two neighbours: ink on paper; a lens spreads an edge over more pixels. */
const STEP = 100;
/** One such pixel in so many: a few words on a large picture. */
const ONE_IN = 2000;

/** Whether a picture has edges as hard as those of text and drawings, where artefacts show first. */
export function hasHardEdges({ data, width, height }: Luma): boolean {
  let hard = 0;
  for (let y = 0; y + 1 < height; y++) {
    for (let at = y * width; at < (y + 1) * width - 1; at++) {
      const here = data[at]!;
      const right = Math.abs(here - data[at + 1]!);
      const below = Math.abs(here - data[at + width]!);
      if (right >= STEP || below >= STEP) hard++;
    }
  }
  return hard * ONE_IN >= width * height;
}
