import type { RuleSetRule } from 'webpack';
import { SPEC_ID } from '../ids.ts';

/** An entry of `module.rules`. */
export type Rule = RuleSetRule | '...' | null | undefined | false | 0 | '';

const PROBES = ['/probe/probe.image.yaml', '/probe/probe.image.yml'];

/**
 * Keeps the user's rules away from specs: a YAML loader would read our JavaScript as YAML, and the
 * catch-all at the end of many configs would emit it as a file.
 */
export function excludeSpecs(rule: Rule): void {
  if (!rule || typeof rule !== 'object') return;
  for (const inner of [...(rule.oneOf ?? []), ...(rule.rules ?? [])]) excludeSpecs(inner);
  const { test, resource, exclude } = rule;
  // Rules without a condition on names, such as our own, mean no kind of file in particular.
  if (test === undefined && resource === undefined && exclude === undefined) return;
  if (!PROBES.some((probe) => isMeant(rule, probe))) return;
  const excluded = exclude === undefined ? [] : [exclude];
  rule.exclude = [...excluded, SPEC_ID] as NonNullable<RuleSetRule['exclude']>;
}

function isMeant({ test, resource, exclude }: RuleSetRule, path: string): boolean {
  const matches = (condition: unknown): boolean =>
    condition === undefined || holds(condition, path);
  return matches(test) && matches(resource) && !(exclude !== undefined && holds(exclude, path));
}

/** Source: https://webpack.js.org/configuration/module/#condition */
function holds(condition: unknown, path: string): boolean {
  if (condition instanceof RegExp) return condition.test(path);
  if (typeof condition === 'string') return path.startsWith(condition);
  if (typeof condition === 'function') return Boolean(condition(path));
  if (Array.isArray(condition)) return condition.some((one) => holds(one, path));
  if (typeof condition !== 'object' || condition === null) return false;
  const { and, or, not } = condition as { and?: unknown[]; or?: unknown[]; not?: unknown };
  return (
    (and === undefined || and.every((one) => holds(one, path))) &&
    (or === undefined || holds(or, path)) &&
    (not === undefined || !holds(not, path))
  );
}
