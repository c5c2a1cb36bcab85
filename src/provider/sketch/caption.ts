import { drawText, layoutText, type TextLayout } from '../../drawing/lettering.ts';
import { add, clip, group, num, type Point, type Sheet, smooth, tag } from '../../drawing/svg.ts';
import { mix } from './color.ts';
import type { Palette } from './palette.ts';
import type { Random } from './random.ts';
import type { Composition } from './stage.ts';

/** A rectangle in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the caption's parts stand. */
export interface CaptionLayout {
  /** Top of the paper that the caption is written on. */
  top: number;
  /** Air at the sides. */
  margin: number;
  text: TextLayout;
  /** Top left corner of the text. */
  at: Point;
  /** The stamp's letters, and where the stamp is. */
  mark: TextLayout;
  stamp: Box;
}

/** Lays the caption out at the foot of a picture: as few and as large lines as its words allow. */
export function layoutCaption(prompt: string, width: number, height: number): CaptionLayout {
  const ratio = width / height;
  const margin = Math.min(width, height) * (ratio > 2 ? 0.075 : 0.055);
  // At 400 pixels wide a capital is still ten pixels tall.
  const size =
    Math.min(width * 0.0265, height * 0.066) * (ratio < 0.6 ? 1.3 : ratio < 0.9 ? 1.15 : 1);
  const mark = layoutText('sketch', { width, size: size * 0.84, maxLines: 1 });
  const stamp = { width: mark.width + size * 1.5, height: size * 2.25 };
  // Beside the text where there is room, else on the paper's edge.
  const beside = ratio >= 0.9;
  const room = width - margin * 2 - (beside ? stamp.width + margin * 0.8 : 0);
  const maxLines = ratio > 2 ? 2 : ratio < 0.6 ? 5 : ratio < 0.9 ? 4 : 3;
  const fits = [1.5, 1.3, 1.15].map((grow) =>
    layoutText(prompt, { width: room, size: size * grow, maxLines: Math.max(1, maxLines - 1) }),
  );
  const text =
    fits.find((each) => !each.cut) ?? layoutText(prompt, { width: room, size, maxLines });
  const above = size * (ratio > 2 ? 1.35 : beside ? 1.55 : 2.5);
  const below = size * (ratio > 2 ? 1.5 : 1.7);
  const top =
    height - Math.max(above + text.height + below, stamp.height + size * (ratio > 2 ? 1.3 : 1.9));
  const y = top + above + (height - top - above - text.height - below) / 2;
  const middle = top + above + (height - top - above - below) / 2;
  return {
    top,
    margin,
    text,
    at: [margin, y],
    mark,
    stamp: {
      ...stamp,
      x: width - margin - stamp.width,
      y: (beside ? middle : top) - stamp.height / 2,
    },
  };
}

/** Paper in the colour of the caption, cut like what lies before it. */
function paintPaper(
  sheet: Sheet,
  layout: CaptionLayout,
  { width, height }: Pick<Box, 'width' | 'height'>,
  palette: Palette,
  edge: Composition['edge'],
  random: Random,
): void {
  const { top, text } = layout;
  const swing = edge === 'hill' ? text.size * 0.55 : 0;
  const points: Point[] = [];
  const phase = random.range(0, 6);
  for (let x = -10; x <= width + 10 + width / 12; x += width / 12) {
    points.push([x, top - swing - Math.sin((x / width) * 5 + phase) * swing]);
  }
  const line = swing === 0 ? `M-10 ${num(top)}L${num(width + 10)} ${num(top)}` : smooth(points);
  const d = `${line}L${num(width + 10)} ${num(height + 10)}L-10 ${num(height + 10)}Z`;
  // Two soft copies lift the paper off the picture.
  const lift = text.size * 0.16;
  for (const step of [2, 1]) {
    const shadow = {
      fill: '#000000',
      'fill-opacity': 0.1,
      transform: `translate(0 ${num(-lift * step)})`,
    };
    add(sheet, 'path', { d, ...shadow });
  }
  add(sheet, 'path', { d, fill: palette.ground });
}

/** The stamp that says what this is. */
function paintStamp(sheet: Sheet, { mark, stamp }: CaptionLayout, palette: Palette): void {
  const { x, y, width, height } = stamp;
  const turn = `rotate(-2.5 ${num(x + width / 2)} ${num(y + height / 2)})`;
  group(sheet, { transform: turn }, () => {
    add(sheet, 'rect', { x, y, width, height, rx: height * 0.16, fill: palette.accent });
    const inset = height * 0.1;
    add(sheet, 'rect', {
      x: x + inset,
      y: y + inset,
      width: width - inset * 2,
      height: height - inset * 2,
      rx: height * 0.09,
      fill: 'none',
      stroke: palette.stampInk,
      'stroke-opacity': 0.55,
      'stroke-width': height * 0.025,
    });
    const left = x + (width - mark.width) / 2;
    sheet.body.push(drawText(mark, left, y + (height - mark.size) / 2, palette.stampInk, 2.4));
  });
}

/** Draws the caption: paper, words, stamp. */
export function paintCaption(
  sheet: Sheet,
  layout: CaptionLayout,
  size: { width: number; height: number },
  palette: Palette,
  edge: Composition['edge'],
  random: Random,
): void {
  paintPaper(sheet, layout, size, palette, edge, random);
  const { text, at, margin, stamp } = layout;
  // Widths of a system's font are a guess: whatever is wider ends at the margin.
  const right = stamp.y > layout.top ? stamp.x - margin * 0.3 : size.width - margin * 0.5;
  const frame = { x: 0, y: layout.top, width: right, height: size.height - layout.top };
  const inside = clip(sheet, tag('rect', frame));
  group(sheet, { 'clip-path': inside }, () => {
    sheet.body.push(drawText(text, at[0], at[1], palette.ink, 2.1));
  });
  paintStamp(sheet, layout, palette);
}

/** Lays a badge out in the picture's top left corner. */
export function layoutBadge(
  badge: string,
  width: number,
  height: number,
): { text: TextLayout; box: Box } {
  const size = Math.min(width * 0.026, height * 0.07) * (width < height * 0.6 ? 1.3 : 1);
  const edge = Math.min(width, height) * 0.05;
  const text = layoutText(badge, { width: width - edge * 2 - size * 3.4, size, maxLines: 1 });
  return { text, box: { x: edge, y: edge, width: text.width + size * 3.4, height: size * 2.7 } };
}

/** Draws a badge: a label with a dot, readable on any picture. */
export function paintBadge(
  sheet: Sheet,
  badge: string,
  size: { width: number; height: number },
  palette: Palette,
): void {
  const { text, box } = layoutBadge(badge, size.width, size.height);
  const rx = box.height / 2;
  add(sheet, 'rect', {
    ...box,
    rx,
    fill: palette.ground,
    stroke: mix(palette.ground, palette.ink, 0.35),
    'stroke-width': text.size * 0.09,
  });
  add(sheet, 'circle', {
    cx: box.x + text.size * 1.4,
    cy: box.y + rx,
    r: text.size * 0.36,
    fill: palette.accent,
  });
  sheet.body.push(
    drawText(text, box.x + text.size * 2.2, box.y + (box.height - text.size) / 2, palette.ink, 2.3),
  );
}
