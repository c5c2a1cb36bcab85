import { add, fade, group, num, outline, type Point, smooth, tag } from '../../drawing/svg.ts';
import { mix } from './color.ts';
import { drawLeaf } from './motifs.ts';
import type { Composition, Stage } from './stage.ts';

interface Island {
  x: number;
  y: number;
  r: number;
  rings: number;
}

/** Lays islands out so that they keep clear of each other as far as the stage allows. */
function placeIslands({ width, height, unit, random }: Stage): Island[] {
  const count = Math.min(6, Math.max(2, Math.round((width * height) / unit ** 2) + 1));
  const islands: Island[] = [];
  for (let tries = 0; tries < 60 && islands.length < count; tries += 1) {
    const first = islands.length === 0;
    const r = unit * (first ? random.range(0.13, 0.17) : random.range(0.055, 0.1));
    const island: Island = {
      x: width * random.range(0.12, 0.88),
      y: height * random.range(0.2, 0.84),
      r,
      rings: first ? 6 : random.int(3, 5),
    };
    const clear = islands.every(
      (other) => Math.hypot(other.x - island.x, (other.y - island.y) * 1.3) > (other.r + r) * 1.75,
    );
    if (clear) islands.push(island);
  }
  return islands;
}

function drawStone({ random }: Stage, x: number, y: number, rx: number, ry: number): string {
  const points: Point[] = [];
  for (let i = 0; i < 9; i += 1) {
    const angle = (i / 9) * Math.PI * 2;
    const reach = random.range(0.88, 1.1);
    points.push([x + Math.cos(angle) * rx * reach, y + Math.sin(angle) * ry * reach]);
  }
  return outline(points);
}

function paintStones(stage: Stage, island: Island): void {
  const { sheet, palette, random } = stage;
  const { x, y, r } = island;
  const moss = fade(sheet, [
    [0, mix(palette.ramp[2], palette.disc, 0.14)],
    [1, palette.ramp[3]],
  ]);
  add(sheet, 'path', { d: drawStone(stage, x, y + r * 0.2, r * 0.92, r * 0.56), fill: moss });
  const count = r > stage.unit * 0.11 ? 3 : random.int(1, 2);
  const spots = random.shuffle([-0.42, 0.05, 0.48]).slice(0, count);
  const stones = spots.map((spot, i) => ({ spot, tall: i === 0 ? 0.62 : random.range(0.26, 0.4) }));
  for (const { spot, tall } of stones.sort((a, b) => b.tall - a.tall)) {
    const [cx, cy] = [x + spot * r, y + r * (0.14 - tall * 0.45)];
    const d = drawStone(stage, cx, cy, r * (0.2 + tall * 0.32), r * tall);
    const fill = fade(sheet, [
      [0, mix(palette.ramp[3], palette.sky[1], 0.3)],
      [0.5, palette.ramp[3]],
      [1, mix(palette.ramp[4], '#000000', 0.12)],
    ]);
    add(sheet, 'path', { d, fill });
  }
}

/** Sand in straight lines, and in rings around its islands. */
function paint(stage: Stage): void {
  const { sheet, width, height, unit, palette, random } = stage;
  const light = mix(palette.sky[1], palette.sky[0], 0.15);
  const sand = fade(sheet, [
    [0, light],
    [1, mix(light, palette.ramp[0], 0.55)],
  ]);
  add(sheet, 'rect', { width, height: height + 2, fill: sand });

  const gap = unit * 0.03;
  const groove = {
    fill: 'none',
    stroke: mix(palette.ramp[1], palette.ramp[2], 0.35),
    'stroke-opacity': 0.62,
    'stroke-width': unit * 0.0052,
  };
  const phase = random.range(0, 6);
  group(sheet, groove, () => {
    for (let y = -gap; y < height + gap * 2; y += gap) {
      const points: Point[] = [];
      for (let x = -unit * 0.1; x < width + unit * 0.2; x += unit * 0.1) {
        points.push([x, y + Math.sin(x / (unit * 0.42) + phase + y / (unit * 0.9)) * gap * 0.42]);
      }
      add(sheet, 'path', { d: smooth(points) });
    }
  });

  const islands = placeIslands(stage);
  // First all the rings, so that those of two neighbours meet like waves, then what stands in them.
  for (const { x, y, r, rings } of islands) {
    const reach = r + rings * gap;
    const shade = mix(light, palette.ramp[0], (0.55 * y) / height);
    add(sheet, 'ellipse', {
      cx: x,
      cy: y,
      rx: reach + gap * 0.5,
      ry: (reach + gap * 0.5) * 0.78,
      fill: shade,
    });
    group(sheet, groove, () => {
      for (let k = rings; k >= 0; k -= 1) {
        const rx = r + k * gap;
        add(sheet, 'ellipse', { cx: x, cy: y, rx, ry: rx * 0.78 });
      }
    });
  }
  for (const island of islands) {
    const { x, y, r } = island;
    add(sheet, 'ellipse', {
      cx: x + r * 0.16,
      cy: y + r * 0.36,
      rx: r * 1.02,
      ry: r * 0.52,
      fill: palette.ramp[4],
      'fill-opacity': 0.2,
    });
    paintStones(stage, island);
  }

  const leaves = Math.round((width * height) / unit ** 2) * 4 + 3;
  for (let i = 0; i < leaves; i += 1) {
    const [x, y] = [width * random.next(), height * random.range(0.04, 0.92)];
    const long = unit * random.range(0.026, 0.042);
    const angle = random.range(0, Math.PI * 2);
    const color = random.chance(0.7) ? palette.disc : palette.ramp[2];
    const shadow = {
      transform: `translate(${num(long * 0.1)} ${num(long * 0.16)})`,
      'fill-opacity': 0.22,
    };
    sheet.body.push(tag('g', shadow, drawLeaf(x, y, long, angle, palette.ramp[4])));
    sheet.body.push(drawLeaf(x, y, long, angle, color));
  }
}

/** A garden of raked sand, seen from above. */
export const garden: Composition = {
  name: 'garden',
  words:
    /\b(zen|stones?|rocks?|sand|gravel|ripples?|calm|courtyard|meditat\w+|pond|rain\w*|puddles?|pavement)\b/,
  edge: 'straight',
  paint,
};
