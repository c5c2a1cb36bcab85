import { add, clip, fade, num, type Point, smooth, tag } from '../../drawing/svg.ts';
import { type Color, mix } from './color.ts';
import { paintStem } from './motifs.ts';
import type { Stage } from './stage.ts';
import type { Vessel } from './vessel-shapes.ts';

/** A vessel where it stands. */
export interface Placed {
  vessel: Vessel;
  x: number;
  foot: number;
  tall: number;
  color: Color;
}

function paintPart(stage: Stage, { vessel, x, foot, tall, color }: Placed): void {
  const { sheet, unit, palette, random } = stage;
  const wide = tall * vessel.shape;
  const at = (dx: number, dy: number): string =>
    `${num(x + dx * wide)} ${num(foot + (dy - 1) * tall)}`;
  const line = { fill: 'none', stroke: mix(color, '#000000', 0.12), 'stroke-linecap': 'round' };
  if (vessel.part === 'spout') {
    add(sheet, 'path', {
      d: `M${at(0.36, 0.78)}C${at(0.6, 0.74)} ${at(0.56, 0.36)} ${at(0.76, 0.24)}L${at(0.66, 0.2)}C${at(0.5, 0.3)} ${at(0.48, 0.42)} ${at(0.36, 0.46)}Z`,
      fill: mix(color, '#000000', 0.12),
    });
    add(sheet, 'path', {
      d: `M${at(-0.34, 0.26)}C${at(-0.3, -0.42)} ${at(0.3, -0.42)} ${at(0.34, 0.26)}`,
      ...line,
      'stroke-width': unit * 0.012,
    });
  } else if (vessel.part === 'ear') {
    for (const side of [-1, 1]) {
      add(sheet, 'path', {
        d: `M${at(side * 0.4, 0.2)}C${at(side * 0.62, 0.14)} ${at(side * 0.64, 0.4)} ${at(side * 0.47, 0.42)}`,
        ...line,
        'stroke-width': unit * 0.01,
      });
    }
  } else if (vessel.part === 'steam') {
    for (const [i, dx] of [-0.14, 0.08].entries()) {
      const rise = unit * (0.11 + i * 0.03);
      const points: Point[] = [0, 0.25, 0.5, 0.75, 1].map((t, k) => [
        x + dx * wide + (k % 2 === 0 ? -1 : 1) * unit * 0.009 * (1 + t),
        foot - tall - unit * 0.025 - t * rise,
      ]);
      add(sheet, 'path', {
        ...line,
        d: smooth(points),
        stroke: mix(palette.sky[1], '#ffffff', 0.5),
        'stroke-width': unit * 0.006,
        'stroke-opacity': 0.75,
      });
    }
  } else if (vessel.part === 'branch') {
    const leaf = unit * 0.095;
    const side = random.chance(0.5) ? 1 : -1;
    for (const [lean, up, leaves] of [
      [0.34, 0.62, 8],
      [-0.2, 0.44, 6],
    ] as const) {
      const top = foot - tall;
      paintStem(stage, {
        from: [x, top + tall * 0.06],
        to: [x + side * lean * tall, Math.max(leaf * 0.4, top - up * tall)],
        pull: [x, top - up * tall * 0.5],
        leaf,
        leaves,
        color: palette.ramp[3],
        berry: palette.disc,
      });
    }
  }
}

/** One vessel: half in the light, half in shade, glazed down to an uneven line. */
export function paintVessel(stage: Stage, placed: Placed): void {
  const { sheet, unit, palette, random } = stage;
  const { vessel, x, foot, tall, color } = placed;
  paintPart(stage, placed);
  const wide = tall * vessel.shape;
  const top = foot - tall;
  const right: Point[] = vessel.profile.map(([half, down]) => [x + half * wide, top + down * tall]);
  const left: Point[] = vessel.profile
    .map(([half, down]): Point => [x - half * wide, top + down * tall])
    .reverse();
  const d = `${smooth(right)}${smooth(left, 'L')}Z`;
  const inside = clip(sheet, tag('path', { d }));
  const body = { 'clip-path': inside };
  add(sheet, 'path', { d, fill: color });
  const dip = top + tall * random.range(0.36, 0.55);
  const drips: Point[] = [-0.6, -0.35, -0.12, 0.1, 0.34, 0.6].map((dx) => [
    x + dx * wide,
    dip + random.range(-0.06, 0.12) * tall,
  ]);
  const glaze = mix(color, random.chance(0.5) ? palette.sky[1] : palette.disc, 0.42);
  const over = `${smooth(drips)}L${num(x + wide)} ${num(top - 9)}L${num(x - wide)} ${num(top - 9)}Z`;
  add(sheet, 'g', body, tag('path', { d: over, fill: glaze }));
  const shade = fade(
    sheet,
    [
      [0, '#000000', 0],
      [0.42, '#000000', 0.02],
      [1, '#000000', 0.34],
    ],
    true,
  );
  add(sheet, 'path', { d, fill: shade });
  const mouth = vessel.profile[0]![0] * wide;
  add(sheet, 'ellipse', {
    cx: x,
    cy: top,
    rx: mouth,
    ry: Math.min(mouth * 0.13, unit * 0.014),
    fill: mix(color, '#000000', 0.3),
  });
}
