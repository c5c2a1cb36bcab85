import type { Source } from './source.ts';

interface Place {
  /** The file that supplied the value; null: the defaults of the options. */
  source: Source | null;
  /** Offset of the field's name; of the value itself in lists and at the top. */
  keyStart: number;
  start: number;
  /** Offset behind the value. */
  end: number;
  /** Whether a diagnostic already names this very value. */
  flawed: boolean;
}

export interface ScalarNode extends Place {
  kind: 'scalar';
  value: string | number | boolean | null;
}

export interface ListNode extends Place {
  kind: 'list';
  items: readonly SpecNode[];
}

export interface MapNode extends Place {
  kind: 'map';
  /** A Map, so that no field name can mean anything to JavaScript. */
  fields: ReadonlyMap<string, SpecNode>;
}

/** A value that knows where it was written, also after merging with other files. */
export type SpecNode = ScalarNode | ListNode | MapNode;

/**
 * Lays one value over another: maps merge deeply, scalars and lists replace (contract, section 1,
 * "extends"). Every value keeps its place; a merged map has the place of the upper one.
 */
export function mergeNodes(under: MapNode, over: MapNode): MapNode {
  const fields = new Map(under.fields);
  for (const [name, value] of over.fields) {
    const below = under.fields.get(name);
    const both = below?.kind === 'map' && value.kind === 'map';
    fields.set(name, both ? mergeNodes(below, value) : value);
  }
  return { ...over, fields };
}

/** A map without one field. */
export function withoutField(node: MapNode, name: string): MapNode {
  const fields = new Map(node.fields);
  fields.delete(name);
  return { ...node, fields };
}

/** The plain value of a node. */
export function toValue(node: SpecNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toValue);
  const entries = [...node.fields].map(([name, value]) => [name, toValue(value)] as const);
  return Object.fromEntries(entries);
}

/** Turns a plain value that was written in no file into a node. */
export function fromValue(value: unknown): SpecNode {
  const place = { source: null, keyStart: 0, start: 0, end: 0, flawed: false };
  if (Array.isArray(value)) return { ...place, kind: 'list', items: value.map(fromValue) };
  if (typeof value === 'object' && value !== null) {
    const defined = Object.entries(value).filter(([, field]) => field !== undefined);
    const fields = new Map(defined.map(([name, field]) => [name, fromValue(field)]));
    return { ...place, kind: 'map', fields };
  }
  return { ...place, kind: 'scalar', value: value as ScalarNode['value'] };
}

/**
 * The node at a path, or the nearest one above it when the path leads to a field that is missing.
 */
export function findNode(
  root: SpecNode,
  path: readonly PropertyKey[],
): { node: SpecNode; found: boolean } {
  let node = root;
  for (const part of path) {
    const next =
      node.kind === 'map'
        ? node.fields.get(String(part))
        : node.kind === 'list'
          ? node.items[Number(part)]
          : undefined;
    if (next === undefined) return { node, found: false };
    node = next;
  }
  return { node, found: true };
}
