import { type Axis, combine, nameCell, type PlacedProblem, type TextNode } from './axes.ts';
import type { MapNode, ScalarNode, SpecNode } from './nodes.ts';
import { findPlaceholders } from './placeholders.ts';
import type { Problem } from './source.ts';
import { didYouMean } from './suggest.ts';

/**
 * Gives a picture of a matrix what is its own: the axes as variables, of variables and of `pick` that have a
 * value for each the right one.
 * @param cell a value of each axis; empty without a matrix
 */
export function fillCell(
  root: MapNode,
  axes: readonly Axis[],
  cell: readonly TextNode[],
  problems: PlacedProblem[],
): MapNode {
  const fields = new Map(root.fields);
  const report = (node: SpecNode, problem: Problem): void => {
    // What is wrong with a value is wrong in every picture.
    const known = problems.some(
      (one) => one.node === node && one.problem.message === problem.message,
    );
    if (!known) problems.push({ node, at: 'key', problem });
  };
  const written = root.fields.get('vars');
  if (written || axes.length > 0) {
    const given = written?.kind === 'map' ? written : { ...root, fields: new Map() };
    fields.set('vars', { ...given, fields: fillVars(given.fields, axes, cell, report) });
  }
  const pick = root.fields.get('pick');
  if (pick?.kind === 'map') {
    const own = choosePick(pick, axes, cell, report);
    if (own) fields.set('pick', own);
    else fields.delete('pick');
  }
  return { ...root, fields };
}

type Report = (node: SpecNode, problem: Problem) => void;

function fillVars(
  given: MapNode['fields'],
  axes: readonly Axis[],
  cell: readonly TextNode[],
  report: Report,
): Map<string, SpecNode> {
  const vars = new Map<string, SpecNode>();
  for (const [name, node] of given) {
    const chosen = node.kind === 'map' ? chooseValue(name, node, axes, cell, report) : node;
    // One complaint is enough: neither is the variable missing then, nor the prompt empty.
    vars.set(name, chosen ? fillAxes(chosen, axes, cell) : someText(node));
  }
  for (const [at, { name }] of axes.entries()) {
    const taken = given.get(name);
    if (taken) {
      const message = `The variable \`${name}\` has the name of an axis of the matrix.`;
      const hint = 'Choose another name for one of them.';
      report(taken, { code: 'SPEC_MATRIX', message, hint });
    }
    vars.set(name, cell[at]!);
  }
  return vars;
}

/** A variable with values by an axis: `title: { en: Tea, ja: お茶 }`. */
function chooseValue(
  name: string,
  node: MapNode,
  axes: readonly Axis[],
  cell: readonly TextNode[],
  report: Report,
): SpecNode | null {
  const code = 'SPEC_VAR';
  const values = axes.map((axis) => axis.values.map(({ value }) => value));
  const hits = values.map((one) => one.filter((value) => node.fields.has(value)).length);
  const most = Math.max(0, ...hits);
  if (most === 0) {
    const message = `The variable \`${name}\` is a map, and its names are no values of an axis of a matrix.`;
    const hint =
      axes.length === 0
        ? 'Write a text, or add a `matrix`.'
        : `Name the values of one of ${axes.map((axis) => axis.name).join(', ')}.`;
    report(node, { code, message, hint });
    return null;
  }
  const at = hits.indexOf(most);
  const known = values[at]!;
  for (const [key, field] of node.fields) {
    if (known.includes(key)) continue;
    const message = `The variable \`${name}\` has a value for ${JSON.stringify(key.slice(0, 40))}, which the axis \`${axes[at]!.name}\` does not have.`;
    report(field, { code, message, hint: hintAt(key, known) });
  }
  const asked = cell[at]!.value;
  const chosen = node.fields.get(asked);
  if (chosen) return chosen;
  const message = `The variable \`${name}\` has no value for ${JSON.stringify(asked.slice(0, 40))}.`;
  report(node, { code, message, hint: `Add \`${asked}:\` to it.` });
  return null;
}

/** Values of axes in the text of a variable. Other braces mean nothing there, as ever. */
function fillAxes(node: SpecNode, axes: readonly Axis[], cell: readonly TextNode[]): SpecNode {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node;
  let text = '';
  let from = 0;
  for (const { name, start, end } of findPlaceholders(node.value)) {
    const at = axes.findIndex((axis) => axis.name === name);
    if (at === -1) continue;
    text += node.value.slice(from, start) + cell[at]!.value;
    from = end;
  }
  return from === 0 ? node : { ...node, value: text + node.value.slice(from) };
}

/** The pick of this picture among those by name; undefined leaves the default. */
function choosePick(
  pick: MapNode,
  axes: readonly Axis[],
  cell: readonly TextNode[],
  report: Report,
): SpecNode | undefined {
  if (axes.length === 0) {
    const message = 'Expected a number or a digest for `pick`, received a map: there is no matrix.';
    report(pick, { code: 'SPEC_TYPE', message, hint: 'Write the number of one candidate.' });
    return undefined;
  }
  const names = combine(axes).map(nameCell);
  for (const [name, node] of pick.fields) {
    if (names.includes(name)) continue;
    const message = `There is no picture ${JSON.stringify(name.slice(0, 40))} in the matrix.`;
    report(node, { code: 'SPEC_MATRIX', message, hint: hintAt(name, names) });
  }
  return pick.fields.get(nameCell(cell));
}

function hintAt(word: string, known: readonly string[]): string {
  const some = known.slice(0, 8).join(', ');
  const all = known.length > 8 ? `${some}, …` : some;
  return didYouMean(word, known, undefined) ?? `There are ${all}.`;
}

function someText({ source, keyStart, start, end }: SpecNode): ScalarNode {
  return { kind: 'scalar', source, keyStart, start, end, flawed: false, value: '?' };
}
