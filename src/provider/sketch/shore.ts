import { add, fade, group, num } from '../../drawing/svg.ts';
import { mix } from './color.ts';
import { drawRidge, paintBirds, paintDisc, paintLand, paintMist, paintSky } from './motifs.ts';
import type { Composition, Stage } from './stage.ts';

function paintBoat({ sheet, palette }: Stage, x: number, y: number, size: number): void {
  const at = (dx: number, dy: number): string => `${num(x + dx * size)} ${num(y + dy * size)}`;
  const dark = mix(palette.ramp[4], '#000000', 0.15);
  add(sheet, 'path', {
    d: `M${at(-1, -0.16)}Q${at(0, 0.04)} ${at(1.05, -0.22)}Q${at(0.7, 0.2)} ${at(0.5, 0.2)}L${at(-0.6, 0.2)}Q${at(-0.85, 0.16)} ${at(-1, -0.16)}Z`,
    fill: dark,
  });
  add(sheet, 'path', {
    d: `M${at(0.06, -0.1)}L${at(0.06, -1.9)}`,
    stroke: dark,
    'stroke-width': size * 0.07,
  });
  const sail = mix(palette.sky[1], '#ffffff', 0.45);
  add(sheet, 'path', {
    d: `M${at(-0.02, -1.82)}Q${at(-0.78, -1.1)} ${at(-0.74, -0.34)}L${at(-0.02, -0.28)}Z`,
    fill: sail,
  });
  add(sheet, 'path', {
    d: `M${at(0.15, -1.7)}Q${at(0.66, -1)} ${at(0.62, -0.36)}L${at(0.15, -0.3)}Z`,
    fill: mix(sail, palette.ramp[0], 0.5),
  });
}

/** Water in strokes of a broad brush: narrow far away, wide in front. */
function paintWater(stage: Stage, horizon: number, discX: number, r: number): void {
  const { sheet, width, height, unit, palette, random } = stage;
  const depth = fade(sheet, [
    [0, mix(palette.ramp[1], palette.sky[1], 0.25)],
    [0.45, palette.ramp[2]],
    [1, palette.ramp[4]],
  ]);
  add(sheet, 'rect', { y: horizon, width, height: height - horizon + 2, fill: depth });
  let thick = unit * 0.0075;
  for (let y = horizon + thick; y < height + thick; y += thick * 1.55) {
    const near = (y - horizon) / (height - horizon);
    const count = Math.max(2, Math.round((width / unit) * (4.2 - near * 2)));
    for (let i = 0; i < count; i += 1) {
      const long = unit * random.range(0.1, 0.42) * (0.5 + near);
      const low = Math.floor(near * 3);
      const tone = mix(palette.ramp[low + 1]!, palette.ramp[Math.min(4, low + 2)]!, random.next());
      add(sheet, 'rect', {
        x: random.range(-0.1, 1) * width,
        y,
        width: long,
        height: thick,
        rx: thick / 2,
        fill: random.chance(0.3) ? mix(tone, palette.sky[1], 0.32) : tone,
        'fill-opacity': 0.75,
      });
    }
    // The light lies on the water as a column that frays.
    const half = r * (1.02 - near * 0.55) * random.range(0.45, 1);
    const left = discX - half + random.range(-0.3, 0.3) * r;
    const shine = { fill: palette.disc, 'fill-opacity': 0.92 - near * 0.5 };
    add(sheet, 'rect', {
      x: left,
      y,
      width: half * 2,
      height: thick * 0.9,
      rx: thick / 2,
      ...shine,
    });
    thick *= 1.09;
  }
}

function paint(stage: Stage): void {
  const { sheet, width, height, unit, palette, random } = stage;
  paintSky(stage);
  const horizon = height * random.range(0.5, 0.58);
  const r = unit * random.range(0.2, 0.26);
  const discX = width * random.range(0.34, 0.66);
  const discY = horizon - r * random.range(0.25, 0.75);
  paintDisc(stage, discX, discY, r);
  // Thin bars of evening sky cut the disc.
  group(sheet, { fill: mix(palette.sky[0], palette.sky[1], 0.75), 'fill-opacity': 0.85 }, () => {
    for (let k = 1; k <= 3; k += 1) {
      const thick = r * 0.035 * (4 - k);
      add(sheet, 'rect', {
        x: discX - r * 1.1,
        y: discY + r * (0.72 - k * 0.3),
        width: r * 2.2,
        height: thick,
        rx: thick / 2,
      });
    }
  });
  for (const [i, tone] of [palette.ramp[0], palette.ramp[1]].entries()) {
    const ridge = drawRidge(
      stage,
      horizon + unit * (0.012 - i * 0.004),
      unit * (0.075 - i * 0.03),
      random.range(1, 2.2),
    );
    paintLand(stage, ridge, tone, 0.3);
  }
  const left = discX > width / 2;
  paintMist(stage, width * (left ? 0.16 : 0.84), height * random.range(0.12, 0.26), unit * 0.8, 4);
  paintMist(stage, width * (left ? 0.92 : 0.08), horizon - unit * 0.2, unit * 0.5, 3);
  paintBirds(
    stage,
    width * (left ? 0.4 : 0.6),
    height * random.range(0.16, 0.24),
    random.int(3, 6),
  );
  paintWater(stage, horizon, discX, r);
  const boatX = width * (left ? random.range(0.14, 0.28) : random.range(0.72, 0.86));
  paintBoat(stage, boatX, horizon + (height - horizon) * random.range(0.24, 0.4), unit * 0.07);
}

/** A low sun over water. */
export const shore: Composition = {
  name: 'shore',
  words:
    /\b(sea|ocean|coast|beach|lake|river|harbou?r|boats?|ships?|sunset|sunrise|dusk|horizon|island|neon)\b/,
  edge: 'straight',
  paint,
};
