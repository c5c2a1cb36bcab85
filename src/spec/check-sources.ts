import type { PlacedProblem } from './axes.ts';
import { type SpecNode, toValue } from './nodes.ts';
import type { Problem } from './source.ts';

/** What is wrong with the items of `sources`, beside their fields. */
export function checkSources(items: readonly SpecNode[]): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const seen = new Set<string>();
  for (const item of items) {
    const media = item.kind === 'map' ? item.fields.get('media') : undefined;
    if (item.kind !== 'map' || media === undefined) continue;
    const query = normaliseQuery(String(toValue(media)));
    const problem = findMediaProblem(query) ?? (seen.has(query) ? refuseAgain(query) : null);
    seen.add(query);
    if (problem) problems.push({ node: media, at: 'value', problem });
    if (item.fields.size === 1) problems.push({ node: item, at: 'value', problem: NOTHING_ELSE });
  }
  return problems;
}

const NOTHING_ELSE: Problem = {
  code: 'SPEC_VALUE',
  message: 'The source is the same as the picture itself: it has nothing but `media`.',
  hint: 'Say what differs, such as `aspect: "4:5"` or another `prompt`, or remove it.',
};

/** The first one that holds counts, so the second is never shown, and may have been paid for. */
function refuseAgain(query: string): Problem {
  const message = `There is a source for ${JSON.stringify(query.slice(0, 60))} already, which comes first.`;
  return { code: 'SPEC_VALUE', message, hint: 'Remove one of the two.' };
}

/** Words that stand without parentheses: media types, and what joins conditions. */
const WORDS = new Set(['all', 'print', 'screen', 'and', 'or', 'not', 'only']);

/**
 * What a media query means is the browser's to know; what it cannot be is told here, since a browser says nothing and shows
 * another picture. Source: https://www.w3.org/TR/mediaqueries-5/#mq-syntax
 */
function findMediaProblem(query: string): Problem | null {
  const words = dropConditions(query)
    ?.split(/[\s,]+/)
    .filter(Boolean);
  const isKnown = words?.every((word) => WORDS.has(word.toLowerCase())) ?? false;
  // What would end the attribute or the rule that it stands in.
  if (query !== '' && isKnown && !/[{};<>]/.test(query)) return null;
  return {
    code: 'SPEC_VALUE',
    message: `Expected a media query, received ${JSON.stringify(query.slice(0, 60))}.`,
    hint: 'Such as `(max-width: 40rem)` or `(prefers-color-scheme: dark)`, with its parentheses.',
  };
}

/** What stands outside of parentheses; null when they do not match, or one holds nothing. */
function dropConditions(query: string): string | null {
  let depth = 0;
  let outside = '';
  for (const char of query) {
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (depth === 0) outside += char;
    if (depth < 0) return null;
  }
  return depth === 0 && !/\(\s*\)/.test(query) ? outside : null;
}

/** Queries that differ in space alone are one. */
function normaliseQuery(query: string): string {
  return query.trim().replace(/\s+/g, ' ');
}
