import { dirname, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../errors.ts';
import { isComposeFile } from './compose.ts';
import { display, expectedSentence } from './display.ts';
import { type FileRead, MAX_SPEC_BYTES, type ReadFile } from './files.ts';
import {
  type MapNode,
  type Merge,
  mergeNodes,
  type ScalarNode,
  type SpecNode,
  toValue,
  withoutField,
} from './nodes.ts';
import { decodeSource, parseSpec } from './parse.ts';
import { createDiagnostic, createSource, type Problem, type Source } from './source.ts';

/** Most files that one file may extend directly. */
const MAX_BASES = 32;
/** Longest chain of files that extend each other. */
const MAX_CHAIN = 32;

/** A spec merged with its bases. */
export interface Layers {
  /** The spec's own text; empty when the file cannot be read. */
  spec: Source;
  /** The merged map without `extends`, or `null` when the spec itself is not a map of fields. */
  root: MapNode | null;
  /** Whether every base could be read and parsed. */
  complete: boolean;
  diagnostics: Diagnostic[];
  /** Absolute paths of every file that was read, the spec first. */
  dependencies: string[];
  /** Absolute paths of files that are named and could not be read. */
  missing: string[];
}

interface Reading {
  root: string;
  read: ReadFile;
  merge: Merge;
  /** Merged maps by absolute path: a base that is reached twice is read once. */
  done: Map<string, MapNode | null>;
  diagnostics: Diagnostic[];
  dependencies: string[];
  missing: string[];
  complete: boolean;
}

/** Reads a spec and all it extends; bases first, so that the spec wins. */
export async function readLayers(options: {
  file: string;
  root: string;
  read: ReadFile;
  merge?: Merge;
}): Promise<Layers> {
  const { file, root, read, merge = mergeNodes } = options;
  const reading: Reading = {
    root,
    read,
    merge,
    done: new Map(),
    diagnostics: [],
    dependencies: [],
    missing: [],
    complete: true,
  };
  const path = resolve(file);
  const result = await read(path, MAX_SPEC_BYTES);
  const empty = createSource(path, toRelative(root, path), '');
  const finish = (spec: Source, merged: MapNode | null): Layers => {
    const { complete, diagnostics, dependencies, missing } = reading;
    return { spec, root: merged, complete, diagnostics, dependencies, missing };
  };
  if (result.kind !== 'bytes') {
    (result.kind === 'too-large' ? reading.dependencies : reading.missing).push(path);
    reading.diagnostics.push(createDiagnostic(empty, 0, describeUnreadable(result, empty.file)));
    return finish(empty, null);
  }
  reading.dependencies.push(path);
  const { source, diagnostics } = decodeSource(path, empty.file, result.bytes);
  if (await isComposeFile(source.text)) {
    const message = 'The file has `services:` and no `prompt:`: it is a Docker Compose file.';
    reading.diagnostics.push(createDiagnostic(source, 0, { code: 'SPEC_COMPOSE', message }));
    return finish(source, null);
  }
  reading.diagnostics.push(...diagnostics);
  return finish(source, await mergeSource(reading, source, [path]));
}

async function mergeSource(
  reading: Reading,
  source: Source,
  chain: readonly string[],
): Promise<MapNode | null> {
  const { root, diagnostics } = parseSpec(source);
  reading.diagnostics.push(...diagnostics);
  if (root === null) return null;
  let merged: MapNode | null = null;
  for (const node of readExtends(reading, source, root.fields.get('extends'))) {
    const base = await mergeBase(reading, source, node, chain);
    if (base === null) reading.complete = false;
    else merged = merged === null ? base : reading.merge(merged, base);
  }
  const own = withoutField(root, 'extends');
  return merged === null ? own : reading.merge(merged, own);
}

/** The paths under `extends`, each with its place. */
function readExtends(
  reading: Reading,
  source: Source,
  node: SpecNode | undefined,
): (ScalarNode & { value: string })[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  if (items.length > MAX_BASES) {
    const message = `Expected at most ${MAX_BASES} paths for \`extends\`, received ${items.length}.`;
    const problem: Problem = { code: 'SPEC_EXTENDS', message, hint: 'Put some into one file.' };
    reading.diagnostics.push(createDiagnostic(source, items[MAX_BASES]!.start, problem));
    reading.complete = false;
  }
  return items.slice(0, MAX_BASES).flatMap((item) => {
    if (isPath(item)) return [item];
    const message = expectedSentence('a path or a list of paths', 'extends', toValue(item));
    if (!item.flawed) {
      reading.diagnostics.push(
        createDiagnostic(source, item.start, { code: 'SPEC_TYPE', message }),
      );
    }
    reading.complete = false;
    return [];
  });
}

function isPath(node: SpecNode): node is ScalarNode & { value: string } {
  return (
    node.kind === 'scalar' && !node.flawed && typeof node.value === 'string' && node.value !== ''
  );
}

async function mergeBase(
  reading: Reading,
  from: Source,
  node: ScalarNode & { value: string },
  chain: readonly string[],
): Promise<MapNode | null> {
  const path = resolve(dirname(from.path), node.value);
  const file = toRelative(reading.root, path);
  const refuse = (problem: Problem): null => {
    reading.diagnostics.push(createDiagnostic(from, node.start, problem));
    return null;
  };
  if (chain.includes(path)) {
    const circle = [...chain.slice(chain.indexOf(path)), path];
    const names = circle.map((step) => toRelative(reading.root, step)).join(' → ');
    return refuse({
      code: 'SPEC_EXTENDS_CYCLE',
      message: `The files extend each other: ${names}.`,
    });
  }
  const done = reading.done.get(path);
  if (done !== undefined) return done;
  if (chain.length > MAX_CHAIN) {
    return refuse({
      code: 'SPEC_EXTENDS',
      message: `More than ${MAX_CHAIN} files extend each other.`,
    });
  }
  const result = await reading.read(path, MAX_SPEC_BYTES);
  if (result.kind === 'missing' || result.kind === 'not-a-file' || result.kind === 'failed') {
    reading.missing.push(path);
    return refuse(describeBase(result, node.value, file));
  }
  reading.dependencies.push(path);
  let merged: MapNode | null = null;
  if (result.kind === 'too-large') {
    const empty = createSource(path, file, '');
    reading.diagnostics.push(createDiagnostic(empty, 0, describeUnreadable(result, file)));
  } else {
    const { source, diagnostics } = decodeSource(path, file, result.bytes);
    reading.diagnostics.push(...diagnostics);
    merged = await mergeSource(reading, source, [...chain, path]);
  }
  reading.done.set(path, merged);
  return merged;
}

function describeUnreadable(read: Exclude<FileRead, { kind: 'bytes' }>, file: string): Problem {
  if (read.kind === 'too-large') {
    return { code: 'SPEC_TOO_LARGE', message: `${file} is larger than 256 KiB.` };
  }
  return { code: 'SPEC_READ', message: `${file} cannot be read: ${explainRead(read)}.` };
}

function describeBase(
  read: Exclude<FileRead, { kind: 'bytes' }>,
  written: string,
  file: string,
): Problem {
  const message = `The base file ${display(written)} cannot be read: ${explainRead(read)}.`;
  const hint = `The path is relative to this file; it leads to ${file} from the root.`;
  return { code: 'SPEC_EXTENDS', message, hint };
}

function explainRead(read: Exclude<FileRead, { kind: 'bytes' }>): string {
  if (read.kind === 'missing') return 'there is no such file';
  if (read.kind === 'not-a-file') return 'it is not a plain file';
  return read.kind === 'failed' ? read.message : 'it is too large';
}

function toRelative(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
