import { add, fade, glow, num } from '../../drawing/svg.ts';
import { mix } from './color.ts';
import type { Composition, Stage } from './stage.ts';
import { type Placed, paintVessel } from './vessel-drawing.ts';
import { VESSELS, type Vessel } from './vessel-shapes.ts';

/** A paper lantern on its cord, where a tall wall would stay empty. */
function paintLantern({ sheet, unit, palette }: Stage, x: number, y: number): void {
  const [rx, ry] = [unit * 0.13, unit * 0.16];
  const dark = mix(palette.ramp[4], palette.ramp[3], 0.3);
  const air = glow(sheet, [
    [0, palette.disc, 0.5],
    [1, palette.disc, 0],
  ]);
  add(sheet, 'circle', { cx: x, cy: y, r: ry * 2.4, fill: air });
  const cord = `M${num(x)} 0V${num(y - ry)}M${num(x)} ${num(y + ry)}v${num(ry * 0.5)}`;
  add(sheet, 'path', { d: cord, stroke: dark, 'stroke-width': unit * 0.005 });
  const paper = fade(sheet, [
    [0, mix(palette.disc, '#ffffff', 0.35)],
    [1, mix(palette.disc, '#ffffff', 0.1)],
  ]);
  add(sheet, 'ellipse', { cx: x, cy: y, rx, ry, fill: paper });
  let ribs = '';
  for (let k = -3; k <= 3; k += 1) {
    const [down, half] = [(k / 4) * ry, rx * Math.sqrt(1 - (k / 4) ** 2)];
    ribs += `M${num(x - half)} ${num(y + down)}Q${num(x)} ${num(y + down + ry * 0.09)} ${num(x + half)} ${num(y + down)}`;
  }
  add(sheet, 'path', {
    d: ribs,
    fill: 'none',
    stroke: dark,
    'stroke-opacity': 0.35,
    'stroke-width': unit * 0.004,
  });
  for (const side of [-1, 1]) {
    const cap = {
      x: x - rx * 0.36,
      y: y + side * ry - unit * 0.012,
      width: rx * 0.72,
      height: unit * 0.024,
    };
    add(sheet, 'rect', { ...cap, rx: unit * 0.006, fill: dark });
  }
}

/** Chooses vessels and stands them side by side, as many and as large as the table holds. */
function arrange({ width, height, unit, palette, random }: Stage, table: number): Placed[] {
  const count = Math.min(11, Math.max(3, Math.round((width / unit) * 3)));
  const names = ['pot', 'vase', 'cup', 'bottle', 'bowl', 'jar'];
  const kinds = random
    .shuffle(names.slice(0, 3))
    .concat(random.shuffle(names.slice(3)), random.shuffle(names))
    .slice(0, count)
    .map((name) => VESSELS[name]!);
  const colors = [...palette.ramp.slice(1), mix(palette.disc, palette.ramp[4], 0.2)];
  // A spout reaches out to the right by a quarter of its pot.
  const taken = (vessel: Vessel): number =>
    vessel.tall * vessel.shape * (vessel.part === 'spout' ? 1.26 : 1);
  const sum = kinds.reduce((total, vessel) => total + taken(vessel), 0) * unit;
  const scale = Math.min((table * 0.62) / (unit * 0.46), (width * 0.76) / sum, 1.3);
  const free = (width * 0.84 - sum * scale) / (count - 1);
  const gap = Math.min(free, unit * (count > 6 ? 0.17 : 0.07));
  let x = (width - sum * scale - gap * (count - 1)) / 2;
  return kinds.map((vessel) => {
    const tall = vessel.tall * unit * scale;
    const middle = x + (tall * vessel.shape) / 2;
    x += taken(vessel) * unit * scale + gap;
    const foot = table + (height - table) * random.range(0.16, 0.46);
    return { vessel, x: middle, foot, tall, color: random.pick(colors) };
  });
}

function paint(stage: Stage): void {
  const { sheet, width, height, unit, palette, random } = stage;
  const wall = fade(sheet, [
    [0, mix(palette.sky[0], palette.ramp[0], 0.2)],
    [1, palette.sky[1]],
  ]);
  add(sheet, 'rect', { width, height: height + 2, fill: wall });

  // Behind them an arch, the quiet middle of the picture.
  const table = height * 0.84;
  const half = Math.min(width * 0.4, unit * 0.48);
  const rise = Math.max(half * 1.05, Math.min(table * 0.9, unit * 1.1));
  const archX = width / 2 + random.range(-0.05, 0.05) * width;
  const arch = `M${num(archX - half)} ${num(table)}L${num(archX - half)} ${num(table - rise + half)}A${num(half)} ${num(half)} 0 0 1 ${num(archX + half)} ${num(table - rise + half)}L${num(archX + half)} ${num(table)}Z`;
  const depth = fade(sheet, [
    [0, mix(palette.disc, palette.sky[0], 0.08)],
    [1, mix(palette.disc, palette.sky[1], 0.55)],
  ]);
  add(sheet, 'path', { d: arch, fill: depth });
  const warm = glow(sheet, [
    [0, '#ffffff', 0.32],
    [1, '#ffffff', 0],
  ]);
  add(sheet, 'ellipse', { cx: archX, cy: table, rx: half * 1.6, ry: rise * 0.7, fill: warm });

  if (table - rise > unit * 0.55) {
    paintLantern(stage, archX + half * 0.42, (table - rise) * 0.56);
  }
  const top = fade(sheet, [
    [0, mix(palette.ramp[2], palette.sky[1], 0.22)],
    [1, palette.ramp[3]],
  ]);
  add(sheet, 'rect', { y: table, width, height: height - table + 2, fill: top });

  for (const item of arrange(stage, table).sort((a, b) => a.foot - b.foot)) {
    const wide = item.tall * item.vessel.shape;
    const shadow = {
      rx: wide * 0.62,
      ry: unit * 0.014,
      fill: palette.ramp[4],
      'fill-opacity': 0.34,
    };
    add(sheet, 'ellipse', { cx: item.x + wide * 0.2, cy: item.foot, ...shadow });
    paintVessel(stage, item);
  }
}

/** Pots, cups and bowls on a table. */
export const vessels: Composition = {
  name: 'vessels',
  words:
    /\b(cups?|teapots?|pots?|vases?|bowls?|ceramics?|pottery|coffee|still life|table|mugs?|bottles?|kitchen|food|bread|product)\b/,
  edge: 'straight',
  paint,
};
