import { posix } from 'node:path';
import { expect } from 'vitest';
import {
  type ExplainedValue,
  type ExplainedVariable,
  explainValues,
  explainVariables,
  type ValueOrigin,
} from '../../src/spec/explain.ts';
import { loadSpec } from '../../src/spec/load.ts';
import type { MapNode } from '../../src/spec/nodes.ts';
import type { SpecDefaults } from '../../src/spec/types.ts';
import { type Files, load, readFromMemory } from './helpers.ts';

export const ROOT = posix.resolve('/project');
export const FILE = posix.join(ROOT, 'hero.image.yaml');

/** What `explain` says of the spec `hero.image.yaml`. */
export interface Explained {
  values: ExplainedValue[];
  variables: ExplainedVariable[];
}

/** Explains a project in memory; its spec is `hero.image.yaml`. */
export async function explain(
  files: Files | string,
  defaults: SpecDefaults = {},
): Promise<Explained> {
  const project = typeof files === 'string' ? { 'hero.image.yaml': files } : files;
  const read = readFromMemory(project);
  let tree: MapNode | undefined;
  const inspect = (root: MapNode): void => {
    tree = root;
  };
  const { spec } = await loadSpec({ file: FILE, root: ROOT, defaults, read, inspect });
  // Who looks must not change what is seen.
  expect(spec).toEqual((await load(project, defaults)).spec);
  if (tree === undefined) throw new Error('There is no tree.');
  return { values: explainValues(tree, spec), variables: explainVariables(tree, spec) };
}

/** `file:line:column`, or where else a value comes from. */
export function showOrigin(from: ValueOrigin): string {
  return typeof from === 'string' ? from : `${from.file}:${from.line}:${from.column}`;
}

/** `path value origin`, with what was replaced behind `<`. */
export function show({ values }: Explained, field = ''): string[] {
  return values
    .filter(({ path, from }) => path.startsWith(field) && (field !== '' || from !== 'default'))
    .map(({ path, value, from, replaces }) =>
      [
        `${path} ${JSON.stringify(value)} ${showOrigin(from)}`,
        ...replaces.map((one) => `${JSON.stringify(one.value)} ${one.file}:${one.line}`),
      ].join(' < '),
    );
}
