import { ImagePromptError } from '../errors.ts';
import type { LoadedSpec } from '../spec/types.ts';
import type { WantedPicture } from './plan.ts';

/** Which picture of a spec is meant. */
export interface CellQuery extends Pick<LoadedSpec, 'axes'> {
  file: string;
  /** Name of the picture, such as `en.light`; null where the spec has no matrix. */
  cell: string | null;
}

/**
 * Finds a picture of a spec by its name.
 * @param pictures of the spec, without errors
 * @throws ImagePromptError CONFIG_INVALID: there is none, or the spec has a matrix and no name is given
 */
export function findCell(
  pictures: readonly WantedPicture[],
  { file, cell, axes }: CellQuery,
): WantedPicture {
  const own = pictures.filter(({ spec }) => !spec.isSource);
  if (axes.length === 0 && cell === null) return own[0]!;
  const found = axes.length === 0 ? undefined : own.find(({ spec }) => spec.name === cell);
  if (found) return found;
  if (axes.length === 0) {
    const message = `${file} has no matrix, so it has no picture "${cell}".`;
    const item = pictures.some(({ spec }) => spec.name === cell)
      ? ' A source has no name of its own here: write `pick` into its item of `sources`.'
      : '';
    throw new ImagePromptError('CONFIG_INVALID', message, { hint: `Name the spec alone.${item}` });
  }
  const names = own.slice(0, 12).map(({ spec }) => spec.name);
  const more = own.length > names.length ? ', …' : '';
  const message =
    cell === null
      ? `${file} has ${own.length} pictures: expected the name of one.`
      : `${file} has no picture "${cell}".`;
  const example = `Write \`${file}#${names[0]}\`, or \`--cell ${names[0]}\` for \`explain\`.`;
  const hint = `Its pictures are ${names.join(', ')}${more}. ${example}`;
  throw new ImagePromptError('CONFIG_INVALID', message, { hint });
}
