import type { Diagnostic } from '../errors.ts';
import { readDefaults } from './defaults.ts';
import type { ReadFile } from './files.ts';
import { readLayers } from './layers.ts';
import { type MapNode, mergeNodes, mergeRemembering } from './nodes.ts';
import { resolveParts } from './resolve-parts.ts';
import { MAX_PROBLEMS } from './source.ts';
import type { LoadedSpec, SpecDefaults } from './types.ts';

/** Which spec to load, and through what. */
export interface LoadSpecOptions {
  /** Absolute path of the spec. */
  file: string;
  /** Absolute path of the project's root; diagnostics name files relative to it. */
  root: string;
  /** Values under the spec and its bases. */
  defaults: SpecDefaults;
  read: ReadFile;
  /** Whether `edit` may name http(s) addresses. @default false */
  remoteInputs?: boolean;
  /**
   * Sees the merged tree, in which values then remember what they replaced, and the tree of each picture
   * that it was taken apart into.
   */
  inspect?: (root: MapNode, parts: readonly MapNode[]) => void;
}

/**
 * Loads a spec: reads it and its bases, merges, validates, fills variables, writes defaults. All
 * problems come back at once as diagnostics; warnings leave the spec usable, errors do not.
 * @throws ImagePromptError CONFIG_INVALID when the defaults themselves are wrong
 */
export async function loadSpec(options: LoadSpecOptions): Promise<LoadedSpec> {
  const defaults = readDefaults(options.defaults);
  const merge = options.inspect ? mergeRemembering : mergeNodes;
  const layers = await readLayers({ ...options, merge });
  const { spec: source, complete, dependencies, missing } = layers;
  const diagnostics = [...layers.diagnostics];
  let found: Pick<LoadedSpec, 'parts' | 'axes'> = { parts: [], axes: [] };
  if (layers.root !== null) {
    const root = merge(defaults, layers.root);
    const resolved = resolveParts(root, {
      ...{ source, complete, base: options.root, merge },
      remote: options.remoteInputs ?? false,
    });
    options.inspect?.(
      root,
      resolved.raw.map((part) => part.root),
    );
    diagnostics.push(...resolved.diagnostics);
    found = resolved;
  }
  const failed = !complete || diagnostics.some(({ severity }) => severity === 'error');
  const { parts, axes } = failed ? { parts: [], axes: [] } : found;
  return {
    file: source.file,
    spec: parts[0]?.spec ?? null,
    parts,
    axes,
    diagnostics: sortDiagnostics(keepWorst(diagnostics), source.file),
    dependencies: [...new Set(dependencies)],
    missing: [...new Set(missing)],
  };
}

/** Errors go before warnings when there are too many to show. */
function keepWorst(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
  const errors = diagnostics.filter(isError);
  return [...errors, ...diagnostics.filter((one) => !isError(one))].slice(0, MAX_PROBLEMS);
}

/** The spec's own problems first, then those of its bases, each in the order of the lines. */
function sortDiagnostics(diagnostics: readonly Diagnostic[], file: string): Diagnostic[] {
  const rank = (diagnostic: Diagnostic): string =>
    diagnostic.file === file ? '' : diagnostic.file;
  return [...diagnostics].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) < rank(b) ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}
