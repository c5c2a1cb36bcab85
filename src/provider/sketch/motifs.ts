import { add, fade, glow, group, num, type Point, smooth, tag } from '../../drawing/svg.ts';
import { type Color, luminance, mix } from './color.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** The whole stage in two colours, from top to bottom. */
export function paintSky({ sheet, width, height, palette }: Stage): void {
  const [top, bottom] = palette.sky;
  const fill = fade(sheet, [
    [0, top],
    [0.8, bottom],
    [1, bottom],
  ]);
  add(sheet, 'rect', { width, height: height + 2, fill });
}

/** Sun or moon with the air that it lights. */
export function paintDisc({ sheet, palette }: Stage, x: number, y: number, r: number): void {
  const halo = glow(sheet, [
    [0, palette.disc, 0.5],
    [0.42, palette.disc, 0.26],
    [1, palette.disc, 0],
  ]);
  add(sheet, 'circle', { cx: x, cy: y, r: r * 2.4, fill: halo });
  const fill = fade(sheet, [
    [0, palette.disc],
    [1, mix(palette.disc, palette.sky[1], 0.3)],
  ]);
  add(sheet, 'circle', { cx: x, cy: y, r, fill });
}

/** The mist of old screens: bars with round ends, in a loose stack. */
export function paintMist(stage: Stage, x: number, y: number, length: number, bars: number): void {
  const { sheet, unit, random, palette } = stage;
  const thick = unit * 0.027;
  group(sheet, { fill: mix(palette.sky[1], '#ffffff', 0.25), 'fill-opacity': 0.55 }, () => {
    for (let i = 0; i < bars; i += 1) {
      const long = length * random.range(0.45, 1);
      const left = x + random.range(-0.35, 0.35) * length - long / 2;
      const height = thick * random.range(0.6, 1);
      add(sheet, 'rect', {
        x: left,
        y: y + i * thick * 1.35,
        width: long,
        height,
        rx: height / 2,
      });
    }
  });
}

/** The line of a ridge: three waves on top of each other, from edge to edge. */
export function drawRidge(stage: Stage, base: number, rise: number, stretch: number): Point[] {
  const { width, unit, random } = stage;
  const waves = [1, 2.3, 5.1].map((pitch, i) => ({
    pitch: (pitch * Math.PI * 2) / (unit * stretch),
    phase: random.range(0, Math.PI * 2),
    rise: rise * [0.62, 0.28, 0.1][i]!,
  }));
  const step = unit / 22;
  const points: Point[] = [];
  for (let x = -step; x < width + step * 2; x += step) {
    const y = waves.reduce(
      (sum, wave) => sum + Math.sin(x * wave.pitch + wave.phase) * wave.rise,
      0,
    );
    points.push([x, base - y]);
  }
  return points;
}

/** The height of a ridge at a place. */
export function heightAt(ridge: readonly Point[], x: number): number {
  const next = ridge.findIndex((point) => point[0] >= x);
  if (next <= 0) return ridge[Math.max(0, next)]![1];
  const [from, to] = [ridge[next - 1]!, ridge[next]!];
  return from[1] + ((to[1] - from[1]) * (x - from[0])) / (to[0] - from[0]);
}

/** Fills the land under a ridge; it fades into mist towards its foot. */
export function paintLand(stage: Stage, ridge: readonly Point[], color: Color, haze: number): void {
  const { sheet, width, height, palette } = stage;
  const fill = fade(sheet, [
    [0, color],
    [1, mix(color, palette.sky[1], haze)],
  ]);
  const d = `${smooth(ridge)}L${num(width + 9)} ${num(height + 9)}L-9 ${num(height + 9)}Z`;
  add(sheet, 'path', { d, fill });
}

/** Birds far away. */
export function paintBirds(stage: Stage, x: number, y: number, count: number): void {
  const { sheet, unit, random, palette } = stage;
  const stroke = {
    fill: 'none',
    stroke: palette.ramp[3],
    'stroke-width': unit * 0.0045,
    'stroke-linecap': 'round',
  };
  group(sheet, stroke, () => {
    for (let i = 0; i < count; i += 1) {
      const w = unit * random.range(0.014, 0.026);
      const [cx, cy] = [x + random.range(-0.14, 0.14) * unit, y + random.range(-0.06, 0.06) * unit];
      const left = `M${num(cx - w)} ${num(cy - w * 0.25)}Q${num(cx - w * 0.4)} ${num(cy - w * 0.75)} ${num(cx)} ${num(cy)}`;
      add(sheet, 'path', {
        d: `${left}Q${num(cx + w * 0.4)} ${num(cy - w * 0.75)} ${num(cx + w)} ${num(cy - w * 0.35)}`,
      });
    }
  });
}

/** One leaf from its stalk outwards, folded along the middle. Angles in radians, 0 is right. */
export function drawLeaf(
  x: number,
  y: number,
  length: number,
  angle: number,
  color: Color,
): string {
  const bend = length * 0.27;
  const half = (side: 1 | -1, fill: Color): string =>
    tag('path', {
      d: `M0 0C${num(length * 0.25)} ${num(bend * side)} ${num(length * 0.62)} ${num(bend * 0.92 * side)} ${num(length)} 0Z`,
      fill,
    });
  const halves = half(1, color) + half(-1, mix(color, '#ffffff', 0.13));
  const turn = (angle * 180) / Math.PI;
  return tag('g', { transform: `translate(${num(x)} ${num(y)}) rotate(${num(turn)})` }, halves);
}

/** What grows along a stem. */
export interface Growth {
  from: Point;
  to: Point;
  /** Where the stem is pulled on its way. */
  pull: Point;
  leaf: number;
  leaves: number;
  color: Color;
  /** Colour of the berries between the leaves, where there are any. */
  berry?: Color;
}

/** A stem with pairs of leaves that get smaller towards its tip. */
export function paintStem(stage: Stage, growth: Growth): void {
  const { sheet, unit, random } = stage;
  const { from, to, pull, color } = growth;
  const at = (t: number, i: 0 | 1): number =>
    (1 - t) ** 2 * from[i] + 2 * t * (1 - t) * pull[i] + t ** 2 * to[i];
  add(sheet, 'path', {
    d: `M${num(from[0])} ${num(from[1])}Q${num(pull[0])} ${num(pull[1])} ${num(to[0])} ${num(to[1])}`,
    fill: 'none',
    stroke: color,
    'stroke-width': unit * 0.0075,
    'stroke-linecap': 'round',
  });
  for (let i = 0; i < growth.leaves; i += 1) {
    const t = 0.16 + (0.84 * i) / Math.max(1, growth.leaves - 1);
    const [x, y] = [at(t, 0), at(t, 1)];
    const way = Math.atan2(at(t, 1) - at(t - 0.03, 1), at(t, 0) - at(t - 0.03, 0));
    const last = i === growth.leaves - 1;
    const open = last ? 0 : (i % 2 === 0 ? 1 : -1) * random.range(0.72, 0.98);
    const length = growth.leaf * (1.05 - 0.5 * t) * random.range(0.9, 1.08);
    if (growth.berry && !last && random.chance(0.55)) {
      const [bx, by] = [
        x - Math.cos(way + open) * length * 0.42,
        y + Math.sin(way - open) * length * 0.42,
      ];
      const stalk = `M${num(x)} ${num(y)}L${num(bx)} ${num(by)}`;
      add(sheet, 'path', { d: stalk, stroke: color, 'stroke-width': unit * 0.004 });
      add(sheet, 'circle', { cx: bx, cy: by, r: unit * 0.0135, fill: growth.berry });
    }
    sheet.body.push(drawLeaf(x, y, length, way + open, color));
  }
}

/** Fibres of handmade paper: hardly seen, but the flat colours live. */
export function paintFibres(stage: Stage, random: Random): void {
  const { sheet, width, height, unit, palette } = stage;
  const count = Math.round((width * height) / unit ** 2) * 46;
  let d = '';
  for (let i = 0; i < count; i += 1) {
    const [x, y] = [random.range(0, width), random.range(0, height)];
    const [dx, dy] = [random.range(-0.02, 0.02) * unit, random.range(-0.012, 0.012) * unit];
    const bend = random.range(-0.008, 0.008) * unit;
    d += `M${num(x)} ${num(y)}q${num(dx / 2 + bend)} ${num(dy / 2 - bend)} ${num(dx)} ${num(dy)}`;
  }
  add(sheet, 'path', {
    d,
    fill: 'none',
    stroke: '#ffffff',
    'stroke-opacity': luminance(palette.sky[1]) > 0.4 ? 0.1 : 0.05,
    'stroke-width': unit * 0.0016,
    'stroke-linecap': 'round',
  });
}
