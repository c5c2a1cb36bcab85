import { stencil, tag } from '../../drawing/svg.ts';
import { type Color, mix } from './color.ts';
import { paintBirds, paintDisc, paintMist, paintSky } from './motifs.ts';
import type { Composition, Stage } from './stage.ts';

/** One scale of the pattern: rings within rings, on a disc that covers what lies behind. */
function drawScale(r: number, tone: Color, line: Color): string {
  return [1, 0.78, 0.56, 0.34, 0.14]
    .map((part, i) =>
      tag('circle', {
        r: r * part,
        fill: i % 2 === 0 ? tone : mix(tone, line, 0.2),
        stroke: line,
        'stroke-width': r * 0.055,
      }),
    )
    .join('');
}

function paint(stage: Stage): void {
  const { sheet, width, height, unit, palette, random } = stage;
  paintSky(stage);
  const discX = width * random.range(0.28, 0.72);
  const horizon = height * random.range(0.46, 0.56);
  paintDisc(stage, discX, horizon - unit * random.range(0.1, 0.2), unit * random.range(0.17, 0.22));
  paintMist(stage, width - discX, height * random.range(0.14, 0.22), unit * 0.7, 4);
  paintBirds(stage, width - discX * 0.8, height * 0.32, random.int(3, 4));

  const r = unit * random.range(0.08, 0.105);
  const line = mix(palette.sky[1], '#ffffff', 0.3);
  const tones = palette.ramp.map((tone) => stencil(sheet, drawScale(r, tone, line)));
  const bright = stencil(sheet, drawScale(r, palette.disc, line));
  const [pitch, phase] = [random.range(0.9, 1.5), random.range(0, 6)];
  const rows = Math.ceil((height - horizon) / (r * 0.5)) + 3;
  for (let row = 0; row < rows; row += 1) {
    const near = row / rows;
    for (let x = row % 2 === 0 ? 0 : -r; x < width + r * 2; x += r * 2) {
      // The sea heaves: high far out, calm where the caption begins.
      const swell =
        Math.sin((x / unit) * pitch * 3 + phase + row * 0.22) * unit * 0.055 * (1 - near);
      const tone = Math.min(
        4,
        Math.max(0, Math.round(near * 4.4 - 0.2 + random.range(-0.55, 0.55))),
      );
      const href = random.chance(0.035) ? bright : tones[tone]!;
      sheet.body.push(
        tag('use', { 'xlink:href': href, x, y: horizon + r + row * r * 0.5 - swell }),
      );
    }
  }
}

/** The sea as a pattern of scales (seigaiha). */
export const waves: Composition = {
  name: 'waves',
  words: /\b(waves?|sea|ocean|pattern|textile|tiles?|fish|koi|surf|geometric|abstract)\b/,
  edge: 'straight',
  paint,
};
