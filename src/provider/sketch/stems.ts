import { mix } from './color.ts';
import { paintDisc, paintMist, paintSky, paintStem } from './motifs.ts';
import type { Composition, Stage } from './stage.ts';

function paint(stage: Stage): void {
  const { width, height, unit, palette, random } = stage;
  paintSky(stage);
  const discX = width * random.range(0.36, 0.64);
  const discY = height * random.range(0.36, 0.44);
  paintDisc(stage, discX, discY, unit * random.range(0.25, 0.3));
  paintMist(stage, discX + unit * random.range(-0.2, 0.2), discY + unit * 0.14, unit * 0.75, 3);

  // From the pale ones at the back to the strong ones in front.
  const rows = [
    { tone: 0.9, reach: 0.98, leaf: 0.13, spread: 0.3 },
    { tone: 2, reach: 0.84, leaf: 0.15, spread: 0.27 },
    { tone: 3.1, reach: 0.62, leaf: 0.17, spread: 0.34 },
    { tone: 4, reach: 0.36, leaf: 0.18, spread: 0.22 },
  ];
  for (const [row, { tone, reach, leaf, spread }] of rows.entries()) {
    const gap = unit * spread;
    const count = Math.ceil(width / gap) + 1;
    const offset = random.range(0, gap);
    const low = Math.floor(tone);
    const color = mix(palette.ramp[low]!, palette.ramp[Math.min(4, low + 1)]!, tone - low);
    for (let i = 0; i < count; i += 1) {
      // A gap here and there lets the disc and the sky through.
      if (row < 3 && random.chance(0.22)) continue;
      const x = i * gap - offset + random.range(-0.2, 0.2) * gap;
      const tall = Math.min(height * reach, unit * 1.5 * reach) * random.range(0.62, 1);
      const lean = random.range(-0.26, 0.26) * tall;
      paintStem(stage, {
        from: [x, height + unit * 0.03],
        to: [x + lean, height - tall],
        pull: [x - lean * 0.25, height - tall * 0.55],
        leaf: unit * leaf,
        leaves: Math.max(5, Math.round((tall / unit) * (13 - row))),
        color,
        ...(row >= 1 && row < 3 && random.chance(0.6) ? { berry: palette.disc } : {}),
      });
    }
  }
}

/** Stems and leaves before a great disc. */
export const stems: Composition = {
  name: 'stems',
  words:
    /\b(plants?|leaf|leaves|botanical|herbs?|bamboo|flowers?|blossoms?|forest|fern|branch\w*|jungle|tree|trees|bouquet|matcha)\b/,
  edge: 'hill',
  paint,
};
