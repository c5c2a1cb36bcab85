import type { Diagnostic } from '../errors.ts';
import { findRefusedInput, type KnownModel } from './models.ts';
import type { MapNode } from './nodes.ts';
import { SPEC_FIELDS } from './schema.ts';
import { MAX_PROBLEMS, type Problem, type Source } from './source.ts';
import { suggest } from './suggest.ts';
import { diagnoseNode } from './validate.ts';

/**
 * Checks the names under `input` (contract, section 1, "Limits"): a spec field is an error, a name
 * unknown to a known model a warning. Values pass through as they are.
 * @param model null for a model of which nothing is known
 */
export function checkInput(spec: Source, input: MapNode, model: KnownModel | null): Diagnostic[] {
  const found = [...input.fields].flatMap(([name, node]) => {
    const problem = findProblem(name, model);
    return problem === null ? [] : [{ node, problem }];
  });
  const isWarning = (problem: Problem): number => (problem.severity === 'warning' ? 1 : 0);
  return found
    .sort((a, b) => isWarning(a.problem) - isWarning(b.problem))
    .slice(0, MAX_PROBLEMS)
    .map(({ node, problem }) => diagnoseNode(spec, node, 'key', problem));
}

function findProblem(name: string, model: KnownModel | null): Problem | null {
  const refused = findRefusedInput(name);
  if (refused !== null) return { code: 'SPEC_INPUT', ...refused };
  if (SPEC_FIELDS.includes(name)) {
    const message = `\`${name}\` is a field of the spec; it does not belong under \`input\`.`;
    return { code: 'SPEC_INPUT', message };
  }
  // Every field that a known model has is a field of the spec, so what is left is unknown to it.
  if (model === null) return null;
  const meant = suggest(name, SPEC_FIELDS);
  return {
    code: 'SPEC_INPUT_UNKNOWN',
    severity: 'warning',
    message: `${model.id} has no field ${JSON.stringify(name.slice(0, 60))}.`,
    hint:
      meant === null
        ? 'Remove it: the service ignores it silently and bills.'
        : `Did you mean \`${meant}\` at the top level? The service ignores unknown fields silently and bills.`,
  };
}
