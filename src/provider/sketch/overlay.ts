import { add, createSheet, tag, toSvg } from '../../drawing/svg.ts';
import { digestOf } from '../../recipe/key.ts';
import type { Key, Recipe } from '../../recipe/types.ts';
import { layoutCaption, paintBadge, paintCaption } from './caption.ts';
import { mix } from './color.ts';
import { paintFibres } from './motifs.ts';
import { createRandom } from './random.ts';
import { chooseLook, type SceneOptions, withoutLabels } from './scene.ts';

/**
 * What is drawn over the picture that an edit works on, as SVG: a veil in the colours of the key, so
 * that nobody takes it for the picture itself, and the new words. Nothing but its arguments decides a
 * single byte.
 */
export function drawOverlay(
  recipe: Recipe,
  key: Key,
  { index = 0, badge }: SceneOptions = {},
): string {
  const { prompt, image_size } = recipe.input;
  const { width, height } = image_size;
  const { palette } = chooseLook(recipe, key, index);
  const sheet = createSheet();
  const random = createRandom(`${key}/${index}`);
  const caption = layoutCaption(withoutLabels(prompt), width, height);
  const unit = Math.min(width, caption.top);
  add(sheet, 'rect', {
    width,
    height: caption.top + 2,
    fill: palette.sky[0],
    'fill-opacity': 0.16,
  });
  paintFibres({ width, height: caption.top, unit, palette, random, sheet }, random);
  paintCaption(sheet, caption, image_size, palette, 'straight', random);
  // Edits of one picture may share its pixels and their words; the key is what they never share.
  const digits = [...digestOf(`${key}/${index}`)];
  const step = width / digits.length;
  const bars = digits.map((digit, at) =>
    tag('rect', {
      x: at * step,
      y: caption.top,
      width: step + 0.5,
      height: Math.max(2, caption.text.size * 0.22),
      fill: mix(palette.accent, palette.ground, Number.parseInt(digit, 16) / 15),
    }),
  );
  sheet.body.push(...bars);
  if (badge !== undefined && badge.trim() !== '') paintBadge(sheet, badge, image_size, palette);
  return toSvg(sheet, width, height);
}
