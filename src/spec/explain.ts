import { displayPath } from './display.ts';
import { hideSecrets } from './hide-secrets.ts';
import { DEFAULT_IMAGE_SIZE } from './models.ts';
import { findNode, type MapNode, type SpecNode, toValue } from './nodes.ts';
import { resolveOutput } from './output.ts';
import { findPlaceholders } from './placeholders.ts';
import { findFieldNames } from './schema-fields.ts';
import { positionAt } from './source.ts';
import type { ResolvedSpec } from './types.ts';

/** Where a value was written: a place of a file, the `defaults` of the options, or nowhere. */
export type ValueOrigin = { file: string; line: number; column: number } | 'options' | 'default';

/** A value of a base that another one replaced. */
export interface ReplacedValue {
  value: unknown;
  /** Both are null for a value of the options. */
  file: string | null;
  line: number | null;
}

/** One value of a spec, with what its author may want to know of it. */
export interface ExplainedValue {
  /** Such as `output.quality.avif`; a list is one value. */
  path: string;
  /** As written. */
  value: unknown;
  from: ValueOrigin;
  /** What it replaced, the nearest first. */
  replaces: ReplacedValue[];
  /** Whether another value can be another picture. */
  inKey: boolean;
}

/** What a `{{name}}` of the prompt became. */
export interface ExplainedVariable {
  name: string;
  value: string;
  from: ValueOrigin;
}

/**
 * Top-level fields that never enter a key (contract, section 1); all others do, or have their effect
 * on one that does.
 */
export const FIELDS_OUTSIDE_KEY: readonly string[] = ['alt', 'num_images', 'output', 'pick'];

interface Leaf {
  path: readonly string[];
  value: unknown;
  from: ValueOrigin;
  replaces: ReplacedValue[];
}

/**
 * Lists every value of a spec in the order of the schema.
 * @param root the merged tree, as `inspect` of loadSpec sees it
 * @param spec null when the spec has errors: then nothing is known of what was left out
 */
export function explainValues(root: MapNode, spec: ResolvedSpec | null): ExplainedValue[] {
  const leaves = collectLeaves(root, [], []);
  if (spec !== null) {
    leaves.push(...findDefaults(root, spec));
    applyPriority(leaves);
  }
  // What is wrong with a spec may be a secret, which no output may show; nor may it show one of a model.
  const show = (value: unknown, path: readonly string[]): unknown =>
    spec === null || path[0] === 'input' ? hideSecrets(value, path) : value;
  const used = new Set(explainVariables(root, spec).map(({ name }) => name));
  const isUsed = ([field, name]: readonly string[]): boolean =>
    field !== 'vars' || (name !== undefined && used.has(name));
  return inSchemaOrder(leaves).map(({ path, value, from, replaces }) => ({
    path: displayPath(path),
    value: show(value, path),
    from,
    replaces: replaces.map((one) => ({ ...one, value: show(one.value, path) })),
    inKey: !FIELDS_OUTSIDE_KEY.includes(path[0] ?? '') && isUsed(path),
  }));
}

/**
 * The variables that the prompt names, in its order.
 * @param spec null when the spec has errors: then a secret may be among them
 */
export function explainVariables(root: MapNode, spec: ResolvedSpec | null): ExplainedVariable[] {
  const prompt = root.fields.get('prompt');
  const vars = root.fields.get('vars');
  if (prompt === undefined || vars?.kind !== 'map') return [];
  const texts = collectLeaves(prompt, ['prompt'], []).flatMap(({ value }) => [value].flat());
  const placeholders = texts.flatMap((text) => findPlaceholders(String(text)));
  return [...new Set(placeholders.map(({ name }) => name ?? ''))].flatMap((name) => {
    const node = vars.fields.get(name);
    if (node === undefined) return [];
    const value = spec === null ? hideSecrets(toValue(node), [name]) : toValue(node);
    return [{ name, value: String(value), from: originOf(node) }];
  });
}

function originOf(node: SpecNode): ValueOrigin {
  if (node.source === null) return 'options';
  return { file: node.source.file, ...positionAt(node.source, node.keyStart) };
}

/** @param inherited what a map above replaced: its first value tells it */
function collectLeaves(
  node: SpecNode,
  path: readonly string[],
  inherited: readonly ReplacedValue[],
): Leaf[] {
  const replaces = [...listReplaced(node), ...inherited];
  if (node.kind !== 'map' || (node.fields.size === 0 && path.length > 0)) {
    return [{ path, value: toValue(node), from: originOf(node), replaces }];
  }
  const fields = [...node.fields].map(([name, field]) => ({ path: [...path, name], field }));
  return inSchemaOrder(fields).flatMap((one, index) =>
    collectLeaves(one.field, one.path, index === 0 ? replaces : []),
  );
}

function listReplaced(node: SpecNode): ReplacedValue[] {
  const replaced: ReplacedValue[] = [];
  for (let at = node.below; at; at = at.below) {
    const from = originOf(at);
    const place = typeof from === 'string' ? { file: null, line: null } : from;
    replaced.push({ value: toValue(at), file: place.file, line: place.line });
  }
  return replaced;
}

/** What nobody wrote; what depends on the picture itself, such as the widths, has no value here. */
function findDefaults(root: MapNode, spec: ResolvedSpec): Leaf[] {
  const { quality, ...output } = resolveOutput();
  const defaults: [path: string[], value: unknown][] = [
    [['model'], spec.model],
    [['image_size'], DEFAULT_IMAGE_SIZE],
    [['quality'], spec.quality],
    [['output_format'], spec.outputFormat],
    [['num_images'], spec.numImages],
    [['pick'], spec.pick],
    ...Object.entries(output).map(([name, value]): [string[], unknown] => [
      ['output', name],
      value,
    ]),
  ];
  for (const [format, settings] of Object.entries(quality)) {
    const path = ['output', 'quality', format];
    // Beside settings that say nothing of it, the quality is one of them.
    const at = findNode(root, path);
    const isMap = at.found && at.node.kind === 'map';
    defaults.push([isMap ? [...path, 'quality'] : path, settings.quality ?? null]);
  }
  return defaults.flatMap(([path, value]) =>
    value === null || isWritten(root, path)
      ? []
      : [{ path, value, from: 'default' as const, replaces: [] }],
  );
}

/** Whether a path leads to a value, or a value above it says all, as `quality: auto` does. */
function isWritten(root: MapNode, path: readonly string[]): boolean {
  const { node, found } = findNode(root, path);
  return found || node.kind !== 'map';
}

/** A picture that has priority is never lazy, whatever a base says (spec/output.ts). */
function applyPriority(leaves: Leaf[]): void {
  const find = (field: string): Leaf | undefined =>
    leaves.find(({ path }) => path.length === 2 && path[0] === 'output' && path[1] === field);
  const [priority, loading] = [find('priority'), find('loading')];
  if (priority?.value !== true || !loading || loading.value === 'eager') return;
  if (typeof loading.from === 'object') {
    const { file, line } = loading.from;
    loading.replaces = [{ value: loading.value, file, line }, ...loading.replaces];
  } else if (loading.from === 'options') {
    loading.replaces = [{ value: loading.value, file: null, line: null }];
  }
  loading.value = 'eager';
  loading.from = priority.from;
}

/** Sorts by the order of the fields in the schema; names that any author may choose stay as written. */
function inSchemaOrder<T extends { path: readonly string[] }>(items: readonly T[]): T[] {
  const ranked = items.map((item) => {
    const ranks = item.path.map((name, depth) => {
      const names = findFieldNames(item.path.slice(0, depth));
      return names.includes(name) ? names.indexOf(name) : names.length;
    });
    return { item, ranks };
  });
  return ranked.sort((a, b) => compareRanks(a.ranks, b.ranks)).map(({ item }) => item);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, depth) => rank !== b[depth]);
  return at === -1 ? 0 : a[at]! - (b[at] ?? 0);
}
