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
  /** What this value replaced; only where {@link mergeRemembering} laid it there. */
  below?: SpecNode;
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
export function mergeNodes(under: MapNode, over: MapNode, remember?: Remember): MapNode {
  const fields = new Map(under.fields);
  for (const [name, value] of over.fields) {
    const below = under.fields.get(name);
    const both = below?.kind === 'map' && value.kind === 'map';
    const merged = both ? mergeNodes(below, value, remember) : value;
    fields.set(name, below && remember ? remember(merged, below) : merged);
  }
  return { ...over, fields };
}

/** Ties a value to the one that it was laid over. */
type Remember = (value: SpecNode, below: SpecNode) => SpecNode;

/** A way to lay one map over another. */
export type Merge = (under: MapNode, over: MapNode) => MapNode;

/**
 * {@link mergeNodes} for whoever wants to tell what was replaced: values keep a link to it. Loading
 * for a build does without, since the links hold on to every base.
 */
export const mergeRemembering: Merge = (under, over) =>
  mergeNodes(under, over, (value, below) => {
    // A map over a map replaces nothing itself, but it goes on replacing what the lower one did.
    const both = value.kind === 'map' && below.kind === 'map';
    return both ? (below.below ? sinkBelow(value, below.below) : value) : sinkBelow(value, below);
  });

/** Puts a node, and what lies below it, under all that lies below a value already; each place once. */
function sinkBelow(value: SpecNode, node: SpecNode): SpecNode {
  const layers: SpecNode[] = [];
  for (let at: SpecNode | undefined = value; at; at = at.below) layers.push(at);
  for (let at: SpecNode | undefined = node; at; at = at.below) {
    // A base that is reached by two ways does not replace itself, and a tower of such bases ends.
    if (!layers.some((one) => isSamePlace(one, at))) layers.push(at);
  }
  const [bottom, ...above] = layers.reverse() as [SpecNode, ...SpecNode[]];
  const { below: _, ...lowest } = bottom;
  return above.reduce<SpecNode>((below, layer) => ({ ...layer, below }), lowest);
}

function isSamePlace(a: SpecNode, b: SpecNode): boolean {
  return a.source === b.source && a.keyStart === b.keyStart && a.start === b.start;
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
