import { clip, createSheet, group, tag, toSvg } from '../../drawing/svg.ts';
import type { Key, Recipe } from '../../recipe/types.ts';
import { layoutCaption, paintBadge, paintCaption } from './caption.ts';
import { garden } from './garden.ts';
import { hills } from './hills.ts';
import { moonWindow } from './moon-window.ts';
import { paintFibres } from './motifs.ts';
import { orderPalettes, type Palette } from './palette.ts';
import { createRandom, type Random } from './random.ts';
import { shore } from './shore.ts';
import type { Composition } from './stage.ts';
import { stems } from './stems.ts';
import { vessels } from './vessels.ts';
import { waves } from './waves.ts';

/** Every family of pictures. */
export const COMPOSITIONS: readonly Composition[] = [
  hills,
  moonWindow,
  garden,
  stems,
  shore,
  vessels,
  waves,
];

function orderCompositions(prompt: string, random: Random): Composition[] {
  const text = prompt.slice(0, 4000).toLowerCase();
  const mixed = random.shuffle(COMPOSITIONS);
  const place = (each: Composition): number => {
    const at = text.search(each.words);
    return at < 0 ? text.length : at;
  };
  // What a prompt names first is mostly what it is about; sorting keeps the key's order of equals.
  return mixed.sort((a, b) => place(a) - place(b));
}

/** What a sketch may vary beside its recipe. */
export interface SceneOptions {
  /** Which candidate, from 0: each is another picture. */
  index?: number;
  /** Text of a label in the top left corner. */
  badge?: string;
}

/** What a sketch is drawn with. */
interface Look {
  composition: Composition;
  palette: Palette;
}

/** Chooses composition and colours. */
export function chooseLook(recipe: Recipe, key: Key, index: number): Look {
  const { prompt } = recipe.input;
  // The order is the key's alone, so that neighbouring candidates never share a composition.
  const order = createRandom(key);
  const compositions = orderCompositions(prompt, order);
  const palettes = orderPalettes(prompt, order);
  return {
    composition: compositions[index % compositions.length]!,
    palette: palettes[index % palettes.length]!,
  };
}

/** The whole sketch of a recipe as SVG. Nothing but its arguments decides a single byte. */
export function drawScene(
  recipe: Recipe,
  key: Key,
  { index = 0, badge }: SceneOptions = {},
): string {
  const { prompt, image_size } = recipe.input;
  const { width, height } = image_size;
  const { composition, palette } = chooseLook(recipe, key, index);

  const sheet = createSheet();
  const caption = layoutCaption(withoutLabels(prompt), width, height);
  const random = createRandom(`${key}/${index}`);
  const art = { width, height: caption.top, unit: Math.min(width, caption.top) };
  const frame = clip(sheet, tag('rect', { width, height: caption.top + 2 }));
  group(sheet, { 'clip-path': frame }, () => {
    const stage = { ...art, palette, random, sheet };
    composition.paint(stage);
    paintFibres(stage, random);
  });
  paintCaption(sheet, caption, { width, height }, palette, composition.edge, random);
  if (badge !== undefined && badge.trim() !== '') {
    paintBadge(sheet, badge, { width, height }, palette);
  }
  return toSvg(sheet, width, height);
}

/** A structured prompt starts its lines with labels for the model; a caption is for people. */
export function withoutLabels(prompt: string): string {
  return prompt.replace(/^(?:Scene|Subject|Important details|Use case|Constraints): /gm, '');
}
