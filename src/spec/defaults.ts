import { ImagePromptError } from '../errors.ts';
import { describeIssue, flattenIssue } from './issues.ts';
import { fromValue, type MapNode } from './nodes.ts';
import { defaultsSchema } from './schema.ts';
import type { SpecDefaults } from './types.ts';

/**
 * Checks the `defaults` of the options and turns them into the lowest layer of every spec.
 * @throws ImagePromptError CONFIG_INVALID: they stand in the configuration, so no spec is to blame
 */
export function readDefaults(defaults: SpecDefaults): MapNode {
  const node = fromValue(defaults);
  const issue = defaultsSchema.safeParse(defaults).error?.issues.flatMap(flattenIssue)[0];
  if (issue === undefined && node.kind === 'map') return node;
  throw new ImagePromptError('CONFIG_INVALID', describe(issue, defaults));
}

function describe(issue: ReturnType<typeof flattenIssue>[number] | undefined, value: unknown) {
  if (issue === undefined) return 'Expected a map of fields for the option "defaults".';
  if (issue.code === 'unrecognized_keys') {
    const path = ['defaults', ...issue.path, issue.keys[0] ?? ''].map(String).join('.');
    return `There is no option "${path}".`;
  }
  const received = issue.path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
  return describeIssue({ ...issue, path: ['defaults', ...issue.path] }, received).message;
}
