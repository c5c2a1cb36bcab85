import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Node as YamlNode,
} from 'yaml';
import type { MapNode, ScalarNode, SpecNode } from './nodes.ts';
import type { Problem, Source } from './source.ts';
import { isExactNumber, isWellFormed } from './text.ts';
import { MAX_DEPTH } from './yaml.ts';

/** Most values that aliases may add to a file: a spec has dozens, a "billion laughs" has billions. */
const MAX_ALIASED = 10_000;

/** Takes a problem at an offset of the file. */
export type Report = (offset: number, problem: Problem) => void;

interface Walk {
  source: Source;
  report: Report;
  /** The latest node of each anchor so far; an alias means the one before it. */
  anchors: Map<string, YamlNode>;
  /** What each alias means; fixed on the first visit, which is in document order. */
  targets: Map<YamlNode, YamlNode | null>;
  /** Values visited inside aliases. */
  aliased: number;
  /** Whether the file was given up as too complex. */
  exhausted: boolean;
}

interface Visit {
  node: YamlNode | null;
  keyStart: number | null;
  /** Where an empty value would stand. */
  fallback: number;
  depth: number;
  insideAlias: boolean;
}

/**
 * Turns composed YAML into nodes with places. Duplicate keys, numbers and texts that JSON cannot
 * carry, dangerous names and too much of anything are reported; what is left is safe, finite data.
 */
export function readNodes(source: Source, document: Document.Parsed, report: Report): SpecNode {
  const walk: Walk = {
    source,
    report,
    anchors: new Map(),
    targets: new Map(),
    aliased: 0,
    exhausted: false,
  };
  const node = document.contents as YamlNode | null;
  return visit(walk, { node, keyStart: null, fallback: 0, depth: 0, insideAlias: false });
}

function visit(walk: Walk, at: Visit): SpecNode {
  const { node } = at;
  const start = node?.range?.[0] ?? at.fallback;
  const end = node?.range?.[1] ?? start;
  const { source } = walk;
  const keyStart = at.keyStart ?? start;
  // Written out, here and below: this runs for every value of ten thousand specs, and copies are slow.
  const nothing: ScalarNode = {
    source,
    keyStart,
    start,
    end,
    flawed: false,
    kind: 'scalar',
    value: null,
  };
  if (node === null || walk.exhausted) return nothing;
  if (at.insideAlias && ++walk.aliased > MAX_ALIASED) {
    return giveUp(walk, nothing, `Aliases add more than ${MAX_ALIASED} values to the file.`);
  }
  if (at.depth > MAX_DEPTH) {
    return giveUp(walk, nothing, `The YAML is nested more than ${MAX_DEPTH} levels deep.`);
  }
  if (isAlias(node)) return visitAlias(walk, at, node, nothing);
  if (node.anchor && !at.insideAlias) walk.anchors.set(node.anchor, node);
  if (isMap(node)) {
    const fields = visitPairs(walk, at, node.items as Pair[]);
    return { source, keyStart, start, end, flawed: false, kind: 'map', fields };
  }
  if (isSeq(node)) {
    const { insideAlias } = at;
    const depth = at.depth + 1;
    const items = (node.items as YamlNode[]).map((item) =>
      visit(walk, { node: item, keyStart: null, fallback: start, depth, insideAlias }),
    );
    return { source, keyStart, start, end, flawed: false, kind: 'list', items };
  }
  nothing.value = readScalar(node);
  return visitScalar(walk, nothing);
}

function visitAlias(walk: Walk, at: Visit, node: YamlNode, nothing: ScalarNode): SpecNode {
  let target = walk.targets.get(node);
  if (target === undefined) {
    target = (isAlias(node) ? walk.anchors.get(node.source) : undefined) ?? null;
    walk.targets.set(node, target);
    if (target === null) {
      const message = 'The alias names an anchor that does not stand before it.';
      walk.report(nothing.start, { code: 'SPEC_YAML', message });
    }
  }
  if (target === null) return { ...nothing, flawed: true };
  const value = visit(walk, { ...at, node: target, depth: at.depth + 1, insideAlias: true });
  // The value stands where its alias stands; what is inside it, where it was written.
  return { ...value, keyStart: nothing.keyStart, start: nothing.start, end: nothing.end };
}

function visitPairs(walk: Walk, at: Visit, pairs: readonly Pair[]): MapNode['fields'] {
  const fields = new Map<string, SpecNode>();
  for (const pair of pairs) {
    if (!isScalar(pair.key)) continue; // The library has reported it: keys are plain text.
    const { range, anchor } = pair.key;
    const name = String(pair.key.value ?? 'null');
    const keyStart = range?.[0] ?? 0;
    if (anchor && !at.insideAlias) walk.anchors.set(anchor, pair.key);
    const value = visit(walk, {
      node: pair.value as YamlNode | null,
      keyStart,
      fallback: range?.[1] ?? keyStart,
      depth: at.depth + 1,
      insideAlias: at.insideAlias,
    });
    if (walk.exhausted) break;
    const problem = findKeyProblem(name, fields);
    if (problem === null) fields.set(name, value);
    else if (!at.insideAlias) walk.report(keyStart, problem);
  }
  return fields;
}

function findKeyProblem(name: string, fields: ReadonlyMap<string, SpecNode>): Problem | null {
  if (fields.has(name)) {
    return { code: 'SPEC_DUPLICATE_KEY', message: `The field \`${name}\` is written twice.` };
  }
  if (name === '__proto__') {
    return { code: 'SPEC_UNKNOWN_FIELD', message: '`__proto__` cannot be the name of a field.' };
  }
  if (!isWellFormed(name)) {
    return { code: 'SPEC_TEXT', message: 'The name of the field has half of a surrogate pair.' };
  }
  return null;
}

function readScalar(node: YamlNode): ScalarNode['value'] {
  const value = isScalar(node) ? node.value : null;
  const plain = typeof value === 'number' || typeof value === 'boolean' || value === null;
  return plain ? value : String(value);
}

function visitScalar(walk: Walk, node: ScalarNode): ScalarNode {
  const { value, start, end } = node;
  if (typeof value === 'number' && !isExactNumber(value)) {
    const written = walk.source.text.slice(start, Math.min(end, start + 40));
    const message = `Expected a number within ±(2^53 − 1), received ${written}.`;
    walk.report(start, { code: 'SPEC_NUMBER', message });
    return { ...node, flawed: true };
  }
  if (typeof value === 'string' && !isWellFormed(value)) {
    const message = 'The text has half of a surrogate pair, which no service can receive.';
    walk.report(start, { code: 'SPEC_TEXT', message });
    return { ...node, flawed: true };
  }
  return node;
}

function giveUp(walk: Walk, node: ScalarNode, message: string): ScalarNode {
  walk.exhausted = true;
  walk.report(node.start, { code: 'SPEC_TOO_COMPLEX', message });
  return { ...node, flawed: true };
}
