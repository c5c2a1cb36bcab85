import type { z } from 'zod';
import type { Diagnostic } from '../errors.ts';
import { displayPath } from './display.ts';
import { describeIssue, flattenIssue, type Issue } from './issues.ts';
import { findNode, type MapNode, type SpecNode, toValue } from './nodes.ts';
import { SPEC_FIELDS, specSchema } from './schema.ts';
import { findFieldNames } from './schema-fields.ts';
import { createDiagnostic, MAX_PROBLEMS, type Problem, type Source } from './source.ts';
import { didYouMean } from './suggest.ts';

/** A merged spec checked against the schema. */
export interface ValidatedSpec {
  /** The merged value; a field is of its type only when {@link isSound} says so. */
  value: Partial<z.infer<typeof specSchema>>;
  diagnostics: Diagnostic[];
  /** Whether a top-level field, or its absence, is as the schema wants it. */
  isSound(field: string): boolean;
}

/** Finds the place of a node; what the options supplied stands at the start of the spec. */
export function diagnoseNode(
  spec: Source,
  node: SpecNode,
  at: 'key' | 'value',
  problem: Problem,
): Diagnostic {
  if (node.source === null) return createDiagnostic(spec, 0, problem);
  return createDiagnostic(node.source, at === 'key' ? node.keyStart : node.start, problem);
}

/** The place of a problem that is told later. */
export function placeOf({
  file,
  line,
  column,
  frame,
}: Diagnostic): Pick<Diagnostic, 'file' | 'line' | 'column' | 'frame'> {
  return { file, line, column, ...(frame === undefined ? {} : { frame }) };
}

/**
 * Checks a merged spec against the strict schema. Every problem is placed in the file that supplied
 * the value: an unknown field at its name, a missing one at the map that lacks it.
 * @param complete whether all bases could be read; if not, nothing is called missing
 */
export function validateSpec(spec: Source, root: MapNode, complete: boolean): ValidatedSpec {
  const value = toValue(root) as ValidatedSpec['value'];
  const issues = specSchema.safeParse(value).error?.issues.flatMap(flattenIssue) ?? [];
  const unsound = new Set(issues.map((issue) => String(issue.path[0] ?? '')));
  for (const [name, field] of root.fields) if (field.flawed) unsound.add(name);
  const diagnostics = issues
    .slice(0, MAX_PROBLEMS)
    .flatMap((issue) => diagnoseIssue(spec, root, issue, complete));
  return { value, diagnostics, isSound: (field) => !unsound.has(field) };
}

function diagnoseIssue(spec: Source, root: MapNode, issue: Issue, complete: boolean): Diagnostic[] {
  const { node, found } = findNode(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAX_PROBLEMS).map((name) => {
      const field = findNode(node, [name]).node;
      return diagnoseNode(spec, field, 'key', describeUnknown(name, issue.path));
    });
  }
  if (!found) {
    if (!complete) return [];
    const name = displayPath(issue.path);
    const problem: Problem = {
      code: 'SPEC_MISSING_FIELD',
      message: `The field \`${name}\` is missing.`,
      hint: `Add \`${String(issue.path.at(-1))}\`: ${issue.message}.`,
    };
    // Whatever file the top-level map was last merged from, the spec is where the field is awaited.
    if (node === root) return [createDiagnostic(spec, 0, problem)];
    return [diagnoseNode(spec, node, 'value', problem)];
  }
  if (node.flawed) return [];
  return [diagnoseNode(spec, node, 'value', describeIssue(issue, toValue(node)))];
}

function describeUnknown(name: string, path: readonly PropertyKey[]): Problem {
  const code = 'SPEC_UNKNOWN_FIELD';
  const where = path.length === 0 ? '' : ` in \`${displayPath(path)}\``;
  const message = `There is no field ${JSON.stringify(name.slice(0, 60))}${where}.`;
  const names = findFieldNames(path);
  if (name === '<<') {
    return { code, message, hint: 'YAML 1.2 has no merge keys; use `extends` for shared fields.' };
  }
  const fallback =
    path.length > 0
      ? `Remove it; the fields here are ${names.join(', ')}.`
      : findFieldNames(['output']).includes(name)
        ? `Write it under \`output:\`.`
        : `Remove it, or write it under \`input:\` if it is a field of the model. The fields of a spec are ${SPEC_FIELDS.join(', ')}.`;
  return { code, message, hint: didYouMean(name, names, fallback) };
}
