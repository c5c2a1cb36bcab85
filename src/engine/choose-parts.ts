import { ImagePromptError } from '../errors.ts';
import type { QueryOverrides } from '../spec/query.ts';
import { QUERY_NAMES } from '../spec/query-names.ts';
import { didYouMean } from '../spec/suggest.ts';
import type { LoadedSpec } from '../spec/types.ts';
import type { WantedPart } from './load-picture.ts';

/** The pictures of a spec that an import asks for. */
export interface ChosenParts {
  parts: readonly WantedPart[];
  /** Indexes of the axes that the import leaves open: the rest of its query chose the others. */
  openAxes: readonly number[];
  /** What the query says of anything else. */
  overrides: QueryOverrides;
}

/**
 * Chooses by the query of an import: `?locale=ja` is one value of an axis, and an axis that it does not
 * name is open.
 * @param single whether only one picture has room where the spec is named; a set is refused here, before
 *   any of it is made
 * @throws ImagePromptError SPEC_QUERY: the axis has no such value, or there are several pictures
 */
export function chooseParts(
  { axes }: Pick<LoadedSpec, 'axes'>,
  pictures: readonly WantedPart[],
  overrides: QueryOverrides,
  { file, single }: { file: string; single: boolean },
): ChosenParts {
  // An axis may have the name of something that every object has.
  const askedOf = (name: string): string | undefined =>
    Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  const names = axes.map(({ name }) => name);
  const rest = Object.entries(overrides).filter(([name]) => !names.includes(name));
  if (axes.length > 0) assertKnown(rest, names, file);
  const openAxes = axes.flatMap(({ name, values }, at) => {
    const asked = askedOf(name);
    if (asked === undefined) return [at];
    if (values.includes(asked)) return [];
    throw new ImagePromptError(
      'SPEC_QUERY',
      `${file} is imported with ?${name}=${asked.slice(0, 40)}, and its matrix has no such ${name}.`,
      { file, hint: `Its values are ${values.join(', ')}.` },
    );
  });
  if (single && openAxes.length > 0) throw refuseSet(axes, overrides, file);
  const parts = pictures.filter(({ cell }) =>
    axes.every(({ name }, at) => [undefined, cell[at]].includes(askedOf(name))),
  );
  return { parts, openAxes, overrides: Object.fromEntries(rest) };
}

/** Where there are axes, a name that nobody knows is most likely meant as one of them. */
function assertKnown(
  rest: readonly (readonly [name: string, value: string])[],
  axes: readonly string[],
  file: string,
): void {
  for (const [name] of rest) {
    if (QUERY_NAMES.includes(name)) continue;
    const said = JSON.stringify(name.slice(0, 40));
    const hint = didYouMean(name, [...axes, ...QUERY_NAMES], undefined);
    throw new ImagePromptError(
      'SPEC_QUERY',
      `${file} is imported with a query: its matrix has no axis ${said}.`,
      {
        file,
        hint: hint ?? `Its axes are ${axes.join(', ')}.`,
      },
    );
  }
}

function refuseSet(
  axes: LoadedSpec['axes'],
  overrides: QueryOverrides,
  file: string,
): ImagePromptError {
  const pickValue = ({ name, values }: LoadedSpec['axes'][number]): string | undefined =>
    Object.hasOwn(overrides, name) ? overrides[name] : values[0];
  const query = axes.map((axis) => `${axis.name}=${pickValue(axis)}`).join('&');
  const known = axes.map(({ name, values }) => `${name} (${values.join(', ')})`).join(', ');
  return new ImagePromptError(
    'SPEC_QUERY',
    `${file} is a set of pictures, and only one has room where it is named.`,
    { file, hint: `Name a value of each axis, such as ?${query}: ${known}.` },
  );
}
