import type { Diagnostic } from '../errors.ts';
import { nameCell } from './axes.ts';
import { dropRepeats } from './drop-repeats.ts';
import type { MapNode, Merge } from './nodes.ts';
import { type RawPart, takeApart } from './parts.ts';
import { resolveSpec } from './resolve.ts';
import type { Source } from './source.ts';
import type { LoadedSpec, SpecPart } from './types.ts';
import { diagnoseNode, validateSpec } from './validate.ts';

/** Every picture of a spec; with an error among the diagnostics none is to be used. */
export interface ResolvedParts extends Pick<LoadedSpec, 'parts' | 'axes'> {
  diagnostics: Diagnostic[];
  /** The same pictures, as trees whose values know their places. */
  raw: readonly RawPart[];
}

/** Checks a merged spec, takes it apart, and writes the defaults into each of its pictures. */
export function resolveParts(
  root: MapNode,
  options: { source: Source; complete: boolean; base: string; remote: boolean; merge: Merge },
): ResolvedParts {
  const { source, complete, base, remote, merge } = options;
  const whole = validateSpec(source, root, complete);
  const { axes, parts, problems } = takeApart(root, { merge, isSound: whole.isSound });
  const diagnostics = [...whole.diagnostics];
  for (const { node, at, problem } of problems) {
    diagnostics.push(diagnoseNode(source, node, at, problem));
  }
  const isAlone = parts.length === 1 && axes.length === 0;
  // Without its axes nobody knows which variables and which candidates there are.
  const isUnsure = root.fields.has('matrix') && !whole.isSound('matrix');
  const resolved = parts.map(({ cell, media, isAnother, root: part }): SpecPart => {
    // What the whole spec has wrong its pictures have wrong too; only what is new of each is told.
    const validated = isAlone ? whole : validateSpec(source, part, complete);
    if (!isAlone) diagnostics.push(...validated.diagnostics);
    const name = [...(cell.length > 0 ? [nameCell(cell)] : []), ...(media ? [media] : [])].join(
      ' ',
    );
    const resolution = resolveSpec({
      ...{ source, root: part, validated, complete, base, remote },
      name: name === '' ? null : name,
      isSource: media !== null,
      fillsAlt: axes.length > 0,
    });
    diagnostics.push(
      ...resolution.diagnostics.filter(({ code }) => !(isUnsure && code === 'SPEC_VAR')),
    );
    return { cell, media, isAnother, spec: resolution.spec };
  });
  return {
    axes: axes.map(({ name, values }) => ({ name, values: values.map(({ value }) => value) })),
    parts: resolved,
    raw: parts,
    diagnostics: isAlone ? diagnostics : dropRepeats(diagnostics),
  };
}
