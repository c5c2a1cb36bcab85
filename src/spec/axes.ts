import type { MapNode, ScalarNode, SpecNode } from './nodes.ts';
import { toValue } from './nodes.ts';
import { QUERY_NAMES } from './query-names.ts';
import type { Problem } from './source.ts';

/** An axis of `matrix`. */
export interface Axis {
  name: string;
  /** Its values as texts, each with its place. */
  values: readonly TextNode[];
}

/** A text of a spec. */
export type TextNode = ScalarNode & { value: string };

/** What is wrong at a place of a spec. */
export interface PlacedProblem {
  node: SpecNode;
  at: 'key' | 'value';
  problem: Problem;
}

/** More pictures than this in one spec are a mistake, and an expensive one. */
const MAX_CELLS = 256;
/** Parameters of imports that are no axis: overrides of `output`, and words of bundlers and ours. */
const RESERVED = [
  ...QUERY_NAMES,
  ...[
    'url',
    'raw',
    'import',
    't',
    'v',
    'image',
    'full',
    'inline',
    'no-inline',
    'worker',
    'sharedworker',
  ],
];

/** Reads the axes of a `matrix` that the schema has accepted. */
export function readAxes(matrix: MapNode, problems: PlacedProblem[]): Axis[] {
  const axes: Axis[] = [];
  for (const [name, node] of matrix.fields) {
    const problem = findAxisProblem(name);
    if (problem) problems.push({ node, at: 'key', problem });
    const written = node.kind === 'list' ? node.items.map(toTextNode) : [];
    const values = new Map<string, TextNode>();
    for (const item of written) {
      if (!values.has(item.value)) {
        values.set(item.value, item);
        continue;
      }
      const message = `\`matrix.${name}\` has ${JSON.stringify(item.value.slice(0, 40))} twice.`;
      const again = { code: 'SPEC_MATRIX', message, hint: 'Remove one of the two.' } as const;
      problems.push({ node: item, at: 'value', problem: again });
    }
    axes.push({ name, values: [...values.values()] });
  }
  const problem = findCountProblem(axes);
  if (problem === null) return axes;
  problems.push({ node: matrix, at: 'value', problem });
  return axes.map((axis) => ({ ...axis, values: axis.values.slice(0, 1) }));
}

function toTextNode(node: SpecNode): TextNode {
  const { source, start, end, flawed } = node;
  const value = String(toValue(node));
  return { kind: 'scalar', source, keyStart: start, start, end, flawed, value };
}

function findAxisProblem(name: string): Problem | null {
  const code = 'SPEC_MATRIX';
  if (!/^[a-zA-Z]\w*$/.test(name)) {
    const message = `Expected a name of letters and digits for an axis, received ${JSON.stringify(name.slice(0, 40))}.`;
    return { code, message, hint: 'Such as `locale`.' };
  }
  if (!RESERVED.includes(name.toLowerCase())) return null;
  const message = `\`${name}\` cannot name an axis: imports use it as a parameter of their own.`;
  return { code, message, hint: 'Choose another name.' };
}

function findCountProblem(axes: readonly Axis[]): Problem | null {
  const code = 'SPEC_MATRIX';
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MAX_CELLS) {
    const message = `Expected at most ${MAX_CELLS} pictures of a matrix, received ${count}.`;
    return { code, message, hint: 'Write several specs that extend one.' };
  }
  const names = combine(axes).map(nameCell);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return null;
  const message = `Two pictures of the matrix would be named ${JSON.stringify(twice.slice(0, 40))}.`;
  return { code, message, hint: 'Write values without points.' };
}

/** Every combination of values, the first axis slowest; one empty combination without axes. */
export function combine(axes: readonly Axis[]): TextNode[][] {
  return axes.reduce<TextNode[][]>(
    (cells, { values }) => cells.flatMap((cell) => values.map((value) => [...cell, value])),
    [[]],
  );
}

/** The name of a cell: `en.light`. */
export function nameCell(cell: readonly (string | TextNode)[]): string {
  return cell.map((one) => (typeof one === 'string' ? one : one.value)).join('.');
}
