import { add, group, num, type Point, smooth } from '../../drawing/svg.ts';
import { mix } from './color.ts';
import {
  drawRidge,
  heightAt,
  paintBirds,
  paintDisc,
  paintLand,
  paintMist,
  paintSky,
} from './motifs.ts';
import type { Composition, Stage } from './stage.ts';

/** A tea house: a roof that lifts at its ends, a lit room below it. */
function paintHouse(stage: Stage, x: number, foot: number, size: number): void {
  const { sheet, palette } = stage;
  const dark = mix(palette.ramp[4], '#000000', 0.22);
  const at = (dx: number, dy: number): string => `${num(x + dx * size)} ${num(foot + dy * size)}`;
  const roof = (y: number, half: number, rise: number): string =>
    `M${at(-half, y)}Q${at(-half * 0.55, y - rise * 0.12)} ${at(-half * 0.34, y - rise)}L${at(half * 0.34, y - rise)}Q${at(half * 0.55, y - rise * 0.12)} ${at(half, y)}Q${at(0, y - rise * 0.16)} ${at(-half, y)}Z`;
  add(sheet, 'path', {
    d: `M${at(-0.62, 0.3)}L${at(-0.62, -0.6)}L${at(0.62, -0.6)}L${at(0.62, 0.3)}Z`,
    fill: dark,
  });
  const light = { fill: mix(palette.disc, '#fff3d0', 0.35) };
  for (const dx of [-0.44, -0.13, 0.18]) {
    add(sheet, 'path', {
      d: `M${at(dx, -0.04)}L${at(dx, -0.44)}L${at(dx + 0.26, -0.44)}L${at(dx + 0.26, -0.04)}Z`,
      ...light,
    });
  }
  add(sheet, 'path', { d: roof(-0.52, 1.02, 0.42), fill: dark });
  add(sheet, 'path', {
    d: `M${at(-0.34, -0.9)}L${at(-0.34, -1.06)}L${at(0.34, -1.06)}L${at(0.34, -0.9)}Z`,
    fill: dark,
  });
  add(sheet, 'path', { d: roof(-1.02, 0.66, 0.34), fill: dark });
}

/** Trees clipped into clouds, as gardeners do. */
function paintTrees(stage: Stage, ridge: readonly Point[], x: number, count: number): void {
  const { sheet, unit, palette, random } = stage;
  const dark = mix(palette.ramp[4], '#000000', 0.1);
  for (let i = 0; i < count; i += 1) {
    const tx = x + (i - count / 2) * unit * random.range(0.05, 0.075);
    const foot = heightAt(ridge, tx) + unit * 0.012;
    const tall = unit * random.range(0.09, 0.15);
    const trunk = { stroke: dark, 'stroke-width': unit * 0.007, 'stroke-linecap': 'round' };
    add(sheet, 'path', {
      d: `M${num(tx)} ${num(foot)}L${num(tx + tall * 0.06)} ${num(foot - tall)}`,
      ...trunk,
    });
    for (let k = 0; k < 4; k += 1) {
      const rx = tall * (0.4 - k * 0.075);
      add(sheet, 'ellipse', {
        cx: tx + (k % 2 === 0 ? 0.07 : -0.06) * tall,
        cy: foot - tall * (0.42 + k * 0.22),
        rx,
        ry: rx * 0.42,
        fill: mix(dark, palette.ramp[2], k * 0.12),
      });
    }
  }
}

/** The rows of a tea field: the ridge again and again, further apart as they come closer. */
function paintRows(stage: Stage, ridge: readonly Point[], depth: number): void {
  const { sheet, unit, palette } = stage;
  const stroke = {
    fill: 'none',
    stroke: mix(palette.ramp[2], palette.sky[1], 0.25),
    'stroke-opacity': 0.42,
    'stroke-width': unit * 0.004,
  };
  group(sheet, stroke, () => {
    let gap = unit * 0.02;
    for (let down = gap; down < depth; down += gap) {
      add(sheet, 'path', { d: smooth(ridge.map(([x, y]) => [x, y + down])) });
      gap *= 1.13;
    }
  });
}

/** A single mountain with snow on it. */
function paintPeak(stage: Stage, x: number, top: number, foot: number): void {
  const { sheet, palette } = stage;
  const tall = foot - top;
  const at = (dx: number, dy: number): string => `${num(x + dx * tall)} ${num(top + dy * tall)}`;
  const slope = (side: number): string =>
    `${at(side * 0.34, 0.42)} ${at(side * 0.72, 0.84)} ${at(side * 1.5, 1.04)}`;
  add(sheet, 'path', {
    d: `M${at(-1.5, 1.04)}C${at(-0.72, 0.84)} ${at(-0.34, 0.42)} ${at(-0.11, 0)}Q${at(0, 0.035)} ${at(0.11, 0)}C${slope(1)}Z`,
    fill: mix(palette.ramp[1], palette.ramp[2], 0.35),
  });
  const hem = [
    [0.215, 0.2],
    [0.13, 0.17],
    [0.1, 0.3],
    [0.03, 0.2],
    [-0.05, 0.33],
    [-0.1, 0.2],
    [-0.17, 0.25],
    [-0.215, 0.2],
  ] as const;
  add(sheet, 'path', {
    d: `M${at(-0.11, 0)}Q${at(0, 0.035)} ${at(0.11, 0)}L${hem.map(([dx, dy]) => at(dx, dy)).join('L')}Z`,
    fill: mix(palette.sky[1], '#ffffff', 0.5),
  });
}

function paint(stage: Stage): void {
  const { width, height, unit, palette, random } = stage;
  paintSky(stage);
  const side = random.chance(0.5) ? 1 : -1;
  const across = (place: number): number => width / 2 + side * (place - 0.5) * width;
  const discY = height * random.range(0.22, 0.34);
  paintDisc(stage, across(random.range(0.26, 0.4)), discY, unit * random.range(0.11, 0.16));
  paintMist(stage, across(random.range(0.2, 0.5)), discY + unit * 0.06, unit * 0.55, 3);
  paintBirds(
    stage,
    across(random.range(0.62, 0.8)),
    height * random.range(0.16, 0.28),
    random.int(3, 5),
  );

  const far = height * random.range(0.5, 0.56);
  if (random.chance(0.5)) {
    paintPeak(
      stage,
      across(random.range(0.6, 0.78)),
      far - unit * random.range(0.2, 0.28),
      far + unit * 0.1,
    );
  }
  const layers = height > width * 1.5 ? 6 : 5;
  const houseOn = layers - random.int(2, 3);
  for (let i = 0; i < layers; i += 1) {
    const near = i / (layers - 1);
    const base = far + (height * 0.97 - far) * near ** 1.1;
    const ridge = drawRidge(stage, base, unit * (0.085 - near * 0.035), random.range(0.9, 1.6));
    const color = mix(
      palette.ramp[Math.floor(near * 4)]!,
      palette.ramp[Math.ceil(near * 4)]!,
      (near * 4) % 1,
    );
    const houseX = across(random.range(0.58, 0.76));
    if (i === houseOn) {
      paintTrees(stage, ridge, houseX - side * unit * 0.22, 3);
      paintHouse(stage, houseX, heightAt(ridge, houseX) + unit * 0.004, unit * 0.078);
      paintTrees(stage, ridge, houseX + side * unit * 0.21, 2);
    }
    paintLand(stage, ridge, color, near < 1 ? 0.42 - near * 0.2 : 0);
    if (i >= houseOn && i < layers - 1) paintRows(stage, ridge, height * 0.16);
    if (i === 1)
      paintMist(stage, across(random.range(0.5, 0.9)), base + unit * 0.02, unit * 0.7, 2);
  }
}

/** Hills behind hills, and a tea house on one of them. */
export const hills: Composition = {
  name: 'hills',
  words:
    /\b(hills?|mountains?|valley|landscape|village|house|tea ?house|field|fuji|castle|sunset|sunrise)\b/,
  edge: 'hill',
  paint,
};
