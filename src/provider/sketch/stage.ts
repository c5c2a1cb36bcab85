import type { Sheet } from '../../drawing/svg.ts';
import type { Palette } from './palette.ts';
import type { Random } from './random.ts';

/** Where a composition plays: the picture down to the caption, and a little behind its edge. */
export interface Stage {
  /** Pixels. */
  width: number;
  height: number;
  /** The shorter of both: everything is measured in it, so that shapes keep their size. */
  unit: number;
  palette: Palette;
  random: Random;
  sheet: Sheet;
}

/** A family of pictures. Draws from the back to the front; covers the whole stage. */
export interface Composition {
  name: string;
  /** Words of a prompt that call for it. */
  words: RegExp;
  /** How the caption's paper is cut: like the land before it, or straight like a table. */
  edge: 'hill' | 'straight';
  paint(stage: Stage): void;
}
