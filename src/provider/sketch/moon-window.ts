import { add, clip, fade, glow, group, num, tag } from '../../drawing/svg.ts';
import { mix } from './color.ts';
import { drawRidge, paintDisc, paintLand, paintMist, paintSky, paintStem } from './motifs.ts';
import type { Composition, Stage } from './stage.ts';

/** What is seen through the window: a small landscape of its own. */
function paintView(stage: Stage, x: number, y: number, r: number): void {
  const { sheet, palette, random } = stage;
  const inside = clip(sheet, tag('circle', { cx: x, cy: y, r }));
  const view: Stage = { ...stage, width: r * 2, height: r * 2, unit: r * 2 };
  group(sheet, { 'clip-path': inside }, () => {
    group(sheet, { transform: `translate(${num(x - r)} ${num(y - r)})` }, () => {
      paintSky(view);
      paintDisc(view, r * random.range(0.6, 1.4), r * random.range(0.55, 0.8), r * 0.26);
      paintMist(view, r * random.range(0.4, 1.6), r * 0.8, r * 1.1, 3);
      for (let i = 0; i < 4; i += 1) {
        const ridge = drawRidge(
          view,
          r * (1.16 + i * 0.22),
          r * (0.2 - i * 0.03),
          random.range(0.7, 1.3),
        );
        paintLand(view, ridge, palette.ramp[i]!, 0.4 - i * 0.08);
      }
      const side = random.chance(0.5) ? 1 : -1;
      const edge = r - side * r * 1.05;
      for (const [up, reach] of [
        [0.3, 1.35],
        [0.62, 0.9],
      ] as const) {
        paintStem(view, {
          from: [edge, r * up],
          to: [edge + side * r * reach, r * (up + 0.22)],
          pull: [edge + side * r * reach * 0.5, r * (up - 0.16)],
          leaf: r * 0.2,
          leaves: 9,
          color: palette.ramp[4],
          berry: palette.disc,
        });
      }
    });
  });
}

/** A paper screen: its wood a fine grid, light behind it. */
function paintScreen(stage: Stage, x: number, y: number, wide: number, tall: number): void {
  const { sheet, unit, palette } = stage;
  const paper = fade(sheet, [
    [0, mix(palette.sky[1], '#ffffff', 0.35)],
    [1, mix(palette.sky[1], palette.disc, 0.28)],
  ]);
  add(sheet, 'rect', { x, y, width: wide, height: tall, fill: paper });
  const [columns, rows] = [
    Math.max(2, Math.round(wide / (unit * 0.12))),
    Math.max(3, Math.round(tall / (unit * 0.17))),
  ];
  let d = '';
  for (let i = 1; i < columns; i += 1)
    d += `M${num(x + (wide * i) / columns)} ${num(y)}v${num(tall)}`;
  for (let i = 1; i < rows; i += 1) d += `M${num(x)} ${num(y + (tall * i) / rows)}h${num(wide)}`;
  const wood = { fill: 'none', stroke: mix(palette.ramp[4], palette.ramp[3], 0.4) };
  add(sheet, 'path', { d, ...wood, 'stroke-width': unit * 0.0055 });
  add(sheet, 'rect', { x, y, width: wide, height: tall, ...wood, 'stroke-width': unit * 0.017 });
}

function paint(stage: Stage): void {
  const { sheet, width, height, unit, palette, random } = stage;
  const floor = height * 0.86;
  const plaster = mix(palette.ramp[0], palette.sky[1], 0.45);
  const wall = fade(sheet, [
    [0, mix(plaster, palette.ramp[1], 0.4)],
    [1, plaster],
  ]);
  add(sheet, 'rect', { width, height: height + 2, fill: wall });

  const r = Math.min(width * 0.36, floor * 0.41);
  const wideRoom = width > floor * 1.5;
  const side = random.chance(0.5) ? 1 : -1;
  const veryWide = width > floor * 2.6;
  const x = wideRoom && !veryWide ? width / 2 + side * width * 0.17 : width / 2;
  const y = Math.min(floor * 0.49, r * 1.5);
  if (veryWide) {
    const screen = Math.min(width / 2 - r * 1.7, floor * 1.35);
    const air = (width / 2 - r * 1.1 - screen) / 2;
    for (const left of [air, width - air - screen]) {
      paintScreen(stage, left, floor * 0.1, screen, floor * 0.9);
    }
  } else if (wideRoom) {
    const screen = Math.min(width * 0.34, floor * 0.9);
    paintScreen(
      stage,
      width / 2 - side * width * 0.3 - screen / 2,
      floor * 0.1,
      screen,
      floor * 0.9,
    );
  } else if (floor - y - r > r * 1.1) {
    paintScreen(stage, width * 0.14, y + r * 1.3, width * 0.72, floor - y - r * 1.3);
  }
  const rim = mix(palette.ramp[4], palette.ramp[3], 0.25);
  const shade = glow(sheet, [
    [0.84, '#000000', 0.34],
    [1, '#000000', 0],
  ]);
  add(sheet, 'circle', { cx: x + r * 0.03, cy: y + r * 0.06, r: r * 1.16, fill: shade });
  paintView(stage, x, y, r);
  add(sheet, 'circle', { cx: x, cy: y, r, fill: 'none', stroke: rim, 'stroke-width': r * 0.075 });
  add(sheet, 'circle', {
    cx: x,
    cy: y,
    r: r * 1.065,
    fill: 'none',
    stroke: mix(rim, palette.sky[1], 0.3),
    'stroke-width': r * 0.02,
  });

  // Boards that run towards us, and the window's light on them.
  const boards = fade(sheet, [
    [0, mix(palette.ramp[3], palette.ramp[2], 0.4)],
    [1, palette.ramp[4]],
  ]);
  add(sheet, 'rect', { y: floor, width, height: height - floor + 2, fill: boards });
  const light = glow(sheet, [
    [0, palette.disc, 0.6],
    [1, palette.disc, 0],
  ]);
  add(sheet, 'ellipse', {
    cx: x,
    cy: floor + (height - floor) * 0.5,
    rx: r * 1.25,
    ry: (height - floor) * 0.6,
    fill: light,
  });
  const seams = Math.round((width / unit) * 9);
  let d = `M0 ${num(floor)}H${num(width)}`;
  for (let i = 0; i <= seams; i += 1) {
    const at = (i / seams - 0.5) * width;
    d += `M${num(width / 2 + at)} ${num(floor)}L${num(width / 2 + at * 1.5)} ${num(height + 2)}`;
  }
  add(sheet, 'path', {
    d,
    fill: 'none',
    stroke: mix(palette.ramp[4], '#000000', 0.2),
    'stroke-width': unit * 0.0035,
    'stroke-opacity': 0.6,
  });

  // A bowl of tea, for whoever looks out.
  const [bx, by, b] = [x - side * r * 0.55, floor + (height - floor) * 0.42, unit * 0.055];
  add(sheet, 'ellipse', {
    cx: bx,
    cy: by,
    rx: b * 2.2,
    ry: b * 0.42,
    fill: mix(palette.ramp[4], '#000000', 0.3),
  });
  add(sheet, 'path', {
    d: `M${num(bx - b)} ${num(by - b * 1.15)}C${num(bx - b)} ${num(by + b * 0.22)} ${num(bx + b)} ${num(by + b * 0.22)} ${num(bx + b)} ${num(by - b * 1.15)}Z`,
    fill: mix(palette.accent, palette.ramp[4], 0.15),
  });
  add(sheet, 'ellipse', {
    cx: bx,
    cy: by - b * 1.15,
    rx: b,
    ry: b * 0.2,
    fill: mix(palette.ramp[1], palette.disc, 0.3),
  });
}

/** A round window in a quiet room, and the hills outside it. */
export const moonWindow: Composition = {
  name: 'moon-window',
  words:
    /\b(interior|room|window|caf[eé]|café|shop|house|tea ?house|tea ?room|restaurant|office|indoors?|home|hotel|library|architecture)\b/,
  edge: 'straight',
  paint,
};
