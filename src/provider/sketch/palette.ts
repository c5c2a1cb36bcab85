import type { Color } from './color.ts';
import type { Random } from './random.ts';

/** Colours that belong together, named by what they are for. */
export interface Palette {
  name: string;
  /** Words of a prompt that call for it. */
  words: RegExp;
  /** Top and bottom of the sky, or the wall. */
  sky: readonly [Color, Color];
  /** Sun, moon, lamp, blossom. */
  disc: Color;
  /** From far and pale to near and strong. */
  ramp: readonly [Color, Color, Color, Color, Color];
  /** What the caption stands on, and its ink. */
  ground: Color;
  ink: Color;
  /** The stamp, and the letters on it. */
  accent: Color;
  stampInk: Color;
}

type Row = [
  name: string,
  words: RegExp,
  sky: string,
  disc: string,
  ramp: string,
  ground: string,
  stamp: string,
];

// Written as rows so that a palette can be judged, and changed, at one glance.
const ROWS: readonly Row[] = [
  [
    'matcha',
    /\b(green|matcha|tea|leaf|leaves|garden|spring|bamboo|moss)\b/,
    '#f4ecd8 #e3e6c6',
    '#e9a94b',
    '#c9d3a8 #a3b684 #789660 #4d744c #2f553c',
    '#1f3d2d #f5edd8',
    '#b93f28 #fff4e2',
  ],
  [
    'indigo',
    /\b(night|midnight|moon|moonlit|stars?|starry|dark|indigo)\b/,
    '#0e1633 #31427a',
    '#f4e4ba',
    '#40538c #32437a #263462 #1a254a #111936',
    '#0a1026 #efe7d2',
    '#b23d2c #fff1e0',
  ],
  [
    'persimmon',
    /\b(sunset|dusk|evening|orange|autumn|fall|fire|warm|persimmon)\b/,
    '#e67f58 #fae0b0',
    '#fff2cf',
    '#e59a70 #cb7058 #a0504e #6f3947 #462b3d',
    '#2d1d2c #fce8cc',
    '#e4a63f #2d1d2c',
  ],
  [
    'sakura',
    /\b(pink|rose|blossoms?|cherry|sakura|romantic|peony|flowers?)\b/,
    '#f8e1e1 #fcf4ea',
    '#e2808c',
    '#f2ccce #e0a4ae #bf7a8e #8d5470 #5c3854',
    '#fcf4eb #492a42',
    '#b0405a #fff5ef',
  ],
  [
    'prussian',
    /\b(blue|sea|ocean|waves?|coast|beach|harbou?r|sky|ships?|boats?)\b/,
    '#f3e8d0 #d9e1d8',
    '#d9573a',
    '#b8cdd1 #84a9b9 #4d7f9d #27577f #163b61',
    '#102b49 #f3e8d0',
    '#b8432a #fff2e0',
  ],
  [
    'rimpa',
    /\b(gold|golden|brass|luxury|honey|amber|royal|temple)\b/,
    '#d8ae57 #f0da9c',
    '#b23a2a',
    '#c8a24e #928e4d #507154 #2c5249 #173b3b',
    '#122d2f #f3e0aa',
    '#a8382a #ffeecb',
  ],
  [
    'snow',
    /\b(snow|snowy|winter|white|ice|frost|minimal|minimalist|clean|cold)\b/,
    '#dce6ec #f7f6f2',
    '#dfa183',
    '#d0dce5 #b0c3d0 #8aa3b5 #617c92 #3f586f',
    '#f7f6f2 #2a3c4d',
    '#a83e33 #fff5ee',
  ],
  [
    'clay',
    /\b(brown|coffee|clay|wood|wooden|ceramics?|pottery|earth|desert|chocolate|bread)\b/,
    '#f1e3d2 #e7cfb6',
    '#c9693e',
    '#dcb999 #bf8f6c #97654a #6d4535 #462b25',
    '#2f1d1a #f4e3cf',
    '#33605a #f7efe2',
  ],
  [
    'neon',
    /\b(neon|city|cyber\w*|urban|club|arcade|purple|tokyo|futuristic)\b/,
    '#1a1038 #733a78',
    '#ffa27d',
    '#7a4490 #58347f #3d2a6b #281e51 #18143a',
    '#0f0d27 #fce6dd',
    '#2bc4b4 #0c1a26',
  ],
  [
    'lavender',
    /\b(lavender|violet|lilac|dawn|dream\w*|soft|pastel|morning)\b/,
    '#cdc7e8 #f9e6d9',
    '#f4ab86',
    '#c3b7db #9d92c5 #7870a9 #555087 #373764',
    '#f8f0e9 #33315a',
    '#a2455d #fff4ee',
  ],
  [
    'sumi',
    /\b(black|ink|calligraphy|monochrome|gr[ae]y|stone|zen|paper|drawing)\b/,
    '#f3f0e7 #e3e0d5',
    '#c03a2a',
    '#d1cfc5 #a8a9a1 #797c77 #4c5150 #2a2e2e',
    '#f4f1e8 #232727',
    '#b23327 #fff3e8',
  ],
  [
    'cedar',
    /\b(forest|woods|jungle|emerald|pines?|lanterns?|candle\w*|cosy|cozy)\b/,
    '#0e2a2b #3a6a59',
    '#f3dca4',
    '#4a7d68 #386454 #294d42 #1c3832 #122724',
    '#0a1a18 #ebe5cf',
    '#d89d3e #14201b',
  ],
  [
    'rain',
    /\b(rain\w*|storm\w*|fog|foggy|mist|misty|teal|lake|river|pond|wet)\b/,
    '#a3b7b9 #e3e6dc',
    '#f6eed6',
    '#97b0b1 #719297 #4d737b #325661 #1f3e4a',
    '#142e39 #ecede4',
    '#b0452c #fff2e4',
  ],
  [
    'marigold',
    /\b(yellow|sun|sunny|summer|lemon|bright|day|noon|citrus|kitchen)\b/,
    '#fbdf98 #fef3d6',
    '#ea8431',
    '#f0cb82 #d7a454 #ae7a3f #7a583a #4b3b33',
    '#fdf3db #42332a',
    '#b0432a #fff3e0',
  ],
];

const colors = (text: string): Color[] => text.split(' ') as Color[];

/** Every palette the sketches know. */
export const PALETTES: readonly Palette[] = ROWS.map(
  ([name, words, sky, disc, ramp, ground, stamp]) => ({
    name,
    words,
    sky: colors(sky) as unknown as Palette['sky'],
    disc: colors(disc)[0]!,
    ramp: colors(ramp) as unknown as Palette['ramp'],
    ground: colors(ground)[0]!,
    ink: colors(ground)[1]!,
    accent: colors(stamp)[0]!,
    stampInk: colors(stamp)[1]!,
  }),
);

/**
 * The palettes of a prompt in the order its candidates use them. Those that the words call for come
 * first; a prompt that names no mood takes all of them in the key's order.
 */
export function orderPalettes(prompt: string, random: Random): Palette[] {
  const text = prompt.slice(0, 4000).toLowerCase();
  // The earlier a mood is named, the more the picture is about it; but night changes everything.
  const rank = ({ palette, at }: { palette: Palette; at: number }): number =>
    palette.name === 'indigo' ? -1 : at;
  const called = PALETTES.map((palette) => ({ palette, at: text.search(palette.words) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => rank(a) - rank(b))
    .map(({ palette }) => palette);
  const rest = random.shuffle(PALETTES.filter((palette) => !called.includes(palette)));
  return [...called, ...rest];
}
