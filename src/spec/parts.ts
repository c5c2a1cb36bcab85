import { type Axis, combine, type PlacedProblem, readAxes } from './axes.ts';
import { checkSources } from './check-sources.ts';
import { fillCell } from './fill-cell.ts';
import type { MapNode, Merge, SpecNode } from './nodes.ts';
import { toValue, withoutField } from './nodes.ts';
import { CROP_FIELDS } from './schema.ts';

/** One picture of a spec, before it is checked: the spec's own, or one that its lists make of it. */
export interface RawPart {
  /** A value of each axis of `matrix`, in its order; empty without a matrix. */
  cell: readonly string[];
  /** Media query of an item of `sources`; null: the picture itself. */
  media: string | null;
  /** Whether it is cut from another original than the picture itself, or may be. */
  isAnother: boolean;
  root: MapNode;
}

/** A spec taken apart into the pictures that it wants. */
export interface Parts {
  axes: readonly Axis[];
  /** The picture itself first, then its sources; the same for each cell. */
  parts: readonly RawPart[];
  problems: readonly PlacedProblem[];
}

/** Fields that make another picture; with another picture its candidates are others too. */
const PICTURE_FIELDS = [
  'prompt',
  'model',
  'image_size',
  'quality',
  'output_format',
  'revision',
  'edit',
  'input',
  'vars',
];

/**
 * Takes a merged spec apart. Fields that are not sound are passed over: what is wrong with them is
 * told by the schema.
 * @param isSound whether a top-level field is as the schema wants it
 */
export function takeApart(
  root: MapNode,
  { merge, isSound }: { merge: Merge; isSound: (field: string) => boolean },
): Parts {
  const problems: PlacedProblem[] = [];
  const matrix = isSound('matrix') ? root.fields.get('matrix') : undefined;
  const axes = matrix?.kind === 'map' ? readAxes(matrix, problems) : [];
  const cells = combine(axes);
  const sources = isSound('sources') ? root.fields.get('sources') : undefined;
  const items = sources?.kind === 'list' ? sources.items : [];
  const bare = withoutField(withoutField(root, 'matrix'), 'sources');
  // Laid over each other before anything is filled: an item may have variables by an axis too.
  const bases: Omit<RawPart, 'cell'>[] = [
    { media: null, isAnother: false, root: bare },
    ...items.flatMap((item) => (item.kind === 'map' ? [deriveSource(bare, item, merge)] : [])),
  ];
  // Whether the axes are there and cannot be read: then nobody knows what `pick` and `vars` may name.
  const unknown = root.fields.has('matrix') && !isSound('matrix');
  const found: PlacedProblem[] = unknown ? [] : problems;
  const parts = cells.flatMap((cell) =>
    bases.map((base): RawPart => {
      const values = cell.map(({ value }) => value);
      return { ...base, cell: values, root: fillCell(base.root, axes, cell, found) };
    }),
  );
  problems.push(...checkSources(items));
  return { axes, parts, problems };
}

/** Lays an item of `sources` over the picture that it stands beside. */
function deriveSource(own: MapNode, item: MapNode, merge: Merge): Omit<RawPart, 'cell'> {
  const over = new Map<string, SpecNode>();
  const output = new Map<string, SpecNode>();
  const written = item.fields.get('output');
  if (written?.kind === 'map') for (const [name, node] of written.fields) output.set(name, node);
  for (const [name, node] of item.fields) {
    if (name === 'media' || name === 'output') continue;
    if ((CROP_FIELDS as readonly string[]).includes(name)) output.set(name, node);
    else over.set(name, node);
  }
  const { source, keyStart, start, end, flawed } = item;
  const place = { source, keyStart, start, end, flawed };
  if (output.size > 0) over.set('output', { ...place, kind: 'map', fields: output });
  const isAnother = PICTURE_FIELDS.some((name) => item.fields.has(name));
  const base = isAnother ? withoutField(withoutField(own, 'pick'), 'num_images') : own;
  return {
    media: String(toValue(item.fields.get('media') ?? item)),
    isAnother: isAnother || item.fields.has('pick'),
    root: merge(base, { ...item, fields: over }),
  };
}
