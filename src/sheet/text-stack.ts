import { drawText, layoutText } from '../drawing/lettering.ts';
import type { Paint } from '../drawing/svg.ts';

/** One text of a stack, in units of the sheet. */
export interface StackedText {
  text: string;
  /** Height of a capital. */
  size: number;
  ink: Paint;
  /** Thickness of a line of the letters, in their own units. */
  weight?: number;
  maxLines?: number;
}

/** Texts below each other. */
export interface TextStack {
  height: number;
  /** Draws them with the first one's capitals below this point. */
  draw(x: number, y: number): string;
}

/** Air below a text, in heights of its capitals. */
const AIR = 0.95;

/** Lays texts out below each other; what is too wide or too long ends in an ellipsis. */
export function stackTexts(texts: readonly StackedText[], width: number): TextStack {
  let height = 0;
  const placed = texts.map(({ text, size, ink, weight = 2, maxLines = 1 }, index) => {
    const layout = layoutText(text, { width, size, maxLines });
    const at = height;
    height += layout.height + (index === texts.length - 1 ? 0 : size * AIR);
    return { layout, at, ink, weight };
  });
  return {
    height,
    draw: (x, y) =>
      placed
        .map(({ layout, at, ink, weight }) => drawText(layout, x, y + at, ink, weight))
        .join(''),
  };
}
