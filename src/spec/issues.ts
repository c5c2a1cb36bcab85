import type { z } from 'zod';
import { displayPath, expectedSentence } from './display.ts';
import { PRESETS } from './size.ts';
import type { Problem } from './source.ts';
import { didYouMean } from './suggest.ts';

/** One problem that the schema found. */
export type Issue = z.core.$ZodIssue;

/**
 * An issue of alternatives becomes the issues of the one alternative that the value was meant as, or
 * stays one issue when that is not clear.
 */
export function flattenIssue(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.filter((branch) => !branch.some(isMismatch));
  if (meant.length !== 1) return [issue];
  return meant[0]!.flatMap((inner) =>
    flattenIssue({ ...inner, path: [...issue.path, ...inner.path] }),
  );
}

/** Says what is wrong with a value: its type, or its being none of the allowed ones. */
export function describeIssue(issue: Issue, value: unknown): Problem {
  const name = displayPath(issue.path);
  const message = expectedSentence(issue.message, name, value);
  if (isWrongType(issue, value))
    return { code: 'SPEC_TYPE', message, hint: hintType(issue, value) };
  if (name === 'model') return { code: 'SPEC_MODEL', message };
  const words = findWords(issue);
  const hint = typeof value === 'string' ? didYouMean(value, words, undefined) : undefined;
  return { code: 'SPEC_VALUE', message, hint: hint ?? hintValue(name, value) };
}

/** Whether the value is not even of the kind that this alternative is about. */
function isMismatch(issue: Issue): boolean {
  return (
    issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
  );
}

function isWrongType(issue: Issue, value: unknown): boolean {
  if (issue.code === 'invalid_type') {
    // A fraction where a whole number is due is a wrong value, not a wrong type.
    return !(typeof value === 'number' && ['int', 'number'].includes(issue.expected));
  }
  if (issue.code === 'invalid_value') return typeof value !== 'string';
  if (issue.code !== 'invalid_union') return false;
  return issue.errors.every((branch) => branch.every((inner) => isWrongType(inner, value)));
}

function findWords(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(findWords);
  return [];
}

function hintType(issue: Issue, value: unknown): string | undefined {
  if (value === null || value === undefined) return 'Write a value, or remove the field.';
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  if (scalar && expectsText(issue)) return 'Put it in quotes to make it text.';
  if (typeof value !== 'string' || issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'boolean') return 'Write `true` or `false`, without quotes.';
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber ? 'Write it without quotes.' : undefined;
}

function expectsText(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return issue.expected === 'string';
  return issue.code === 'invalid_union' && issue.errors.some((branch) => branch.some(expectsText));
}

function hintValue(name: string, value: unknown): string | undefined {
  // zod reports only the alternative for text, which knows nothing of the presets.
  if (name === 'image_size' && typeof value === 'string') {
    return didYouMean(value, Object.keys(PRESETS), undefined);
  }
  if (name === 'pick' && typeof value === 'string' && /^\d{1,5}$/.test(value)) {
    return 'Write the number of a candidate without quotes.';
  }
  return undefined;
}
