import { hash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { Diagnostic } from '../errors.ts';
import type { Memo } from '../fs/memo.ts';
import type { ResolvedOptions } from '../options.ts';
import { digestOf, keyOf } from '../recipe/key.ts';
import { createRecipe, endpointOf } from '../recipe/recipe.ts';
import type { Digest, Key, Recipe } from '../recipe/types.ts';
import { dropRepeats } from '../spec/drop-repeats.ts';
import { type FileRead, MAX_SPEC_BYTES, type ReadFile } from '../spec/files.ts';
import type { LoadSpecOptions } from '../spec/load.ts';
import type { MapNode } from '../spec/nodes.ts';
import type { LoadedSpec, ResolvedSpec, SpecPart } from '../spec/types.ts';
import { VERSION } from '../version.ts';
import { createFileLook } from './input-files.ts';
import { type LoadedEdit, loadEdit } from './load-edit.ts';
import type { WantedPicture } from './plan.ts';
import { createRemoteInputs } from './remote-inputs.ts';
import { createEdited } from './settle.ts';

/**
 * A spec that was read, and the pictures that it wants when it has no errors; as if the store were empty,
 * until they are settled.
 */
export interface LoadedPicture {
  loaded: LoadedSpec;
  /** The picture itself; of a matrix the first. */
  picture: WantedPicture | null;
  /** All of them, in the order of the spec's parts; empty when it has errors. */
  pictures: readonly WantedPart[];
}

/** One picture of a spec; see SpecPart. */
export interface WantedPart extends Pick<SpecPart, 'cell' | 'media' | 'isAnother'> {
  picture: WantedPicture;
}

/** Reads specs one after the other; what they share is read once. */
export interface PictureLoader {
  /** @param file relative to the root */
  load(file: string): Promise<LoadedPicture>;
  /**
   * Parses a spec whatever was known of it, for its tree: the merged values with their places.
   * @param file relative to the root
   */
  inspect(file: string): Promise<InspectedPicture>;
}

/** A spec that was read, with the tree that its values come from. */
export interface InspectedPicture extends LoadedPicture {
  /** null when the spec is not a map of fields. */
  tree: MapNode | null;
  /** That of each picture, with its variables filled in. */
  parts: readonly MapNode[];
  /** Absolute paths of the files that it extends. */
  bases: readonly string[];
}

/** What is remembered of a spec without errors: all that parsing, merging, validating and hashing gave. */
interface KnownPicture {
  parts: readonly ReadPart[];
  axes: LoadedSpec['axes'];
  diagnostics: readonly Diagnostic[];
  /** The spec's bases, relative to the root, and the digests they had. */
  bases: readonly [file: string, digest: Digest][];
}

/** What is asked of the model by a spec that depends on nothing but texts. */
interface Asked {
  recipe: Recipe;
  key: Key;
}

/** A picture of a spec that was read. */
interface ReadPart extends SpecPart {
  /** null of an edit: that depends on more than the texts. */
  asked: Asked | null;
}

/** A spec that was parsed or recalled; what its edits name was not looked at yet. */
interface ReadSpec {
  loaded: LoadedSpec;
  parts: readonly ReadPart[];
}

/**
 * Creates a loader for one piece of work. A text that was parsed before, under the same name, defaults,
 * provider and release, with the same bases, is not parsed again; the parser and the schema load
 * with the first text that is new.
 */
export function createPictureLoader(
  { root, defaults, provider, allowRemoteInputs, cacheDir }: ResolvedOptions,
  read: ReadFile,
  memo: Memo,
): PictureLoader {
  const under = hash(
    'sha256',
    JSON.stringify([VERSION, provider.name, defaults, allowRemoteInputs]),
  ).slice(0, 32);
  const reads = new Map<string, Promise<FileRead>>();
  const readOnce: ReadFile = (path, limit) => {
    const known = reads.get(path) ?? read(path, limit);
    reads.set(path, known);
    return known;
  };
  const findRemote = allowRemoteInputs ? createRemoteInputs(cacheDir) : null;
  const look = createFileLook(root, { read, memo, findRemote });
  /** Specs that others are made from: several may be made from one. */
  const upstream = new Map<string, Promise<LoadedPicture>>();
  const digestOfBase = async (file: string): Promise<Digest | null> => {
    const found = await readOnce(resolve(root, file), MAX_SPEC_BYTES);
    return found.kind === 'bytes' ? digestOf(found.bytes) : null;
  };

  async function recall(name: string, file: string): Promise<ReadSpec | null> {
    const known = memo.get('pictures', name) as KnownPicture | undefined;
    if (known === undefined) return null;
    for (const [base, digest] of known.bases) {
      if ((await digestOfBase(base)) !== digest) return null;
    }
    const { parts, axes, diagnostics, bases } = known;
    const dependencies = [file, ...bases.map(([base]) => base)].map((one) => resolve(root, one));
    return {
      // What lacks a base has an error, and is not remembered.
      loaded: { file, spec: parts[0]!.spec, parts, axes, diagnostics, dependencies, missing: [] },
      parts,
    };
  }

  async function parse(file: string, inspect?: LoadSpecOptions['inspect']): Promise<ReadSpec> {
    const { loadSpec } = await import('../spec/load.ts');
    const path = resolve(root, file);
    const loaded = await loadSpec({
      ...{ file: path, root, defaults, read: readOnce, inspect },
      remoteInputs: allowRemoteInputs,
    });
    return { loaded, parts: loaded.parts.map((part) => ({ ...part, asked: askFor(part.spec) })) };
  }

  function askFor(spec: ResolvedSpec): Asked | null {
    if (spec.edit !== null) return null;
    const recipe = createRecipe(spec, provider.name);
    return { recipe, key: keyOf(recipe) };
  }

  async function readSpec(file: string): Promise<ReadSpec> {
    // The spec itself is used once: thousands of texts need not stay.
    const text = await read(resolve(root, file), MAX_SPEC_BYTES);
    if (text.kind !== 'bytes') return await parse(file);
    const name = `${under} ${hash('sha256', text.bytes)} ${file}`;
    const known = await recall(name, file);
    if (known !== null) return known;
    reads.set(resolve(root, file), Promise.resolve(text));
    const parsed = await parse(file);
    reads.delete(resolve(root, file));
    const { loaded, parts } = parsed;
    if (loaded.spec !== null) {
      const { axes, diagnostics, dependencies } = loaded;
      const bases: [string, Digest][] = [];
      for (const path of dependencies.slice(1)) {
        const base = relative(root, path);
        const digest = await digestOfBase(base);
        if (digest !== null) bases.push([base, digest]);
      }
      memo.set('pictures', name, { parts, axes, diagnostics, bases } satisfies KnownPicture);
    }
    return parsed;
  }

  /** Looks at what edits name. @param chain the specs that lead here, this one last */
  async function complete(
    { loaded, parts }: ReadSpec,
    chain: readonly string[],
  ): Promise<LoadedPicture> {
    const pictures: WantedPart[] = [];
    const found: LoadedEdit[] = [];
    for (const { spec, asked, ...part } of parts) {
      if (asked !== null) {
        pictures.push({ ...part, picture: { spec, ...asked, edit: null, waitsFor: [] } });
        continue;
      }
      const one = await findEdit(spec, chain);
      found.push(one);
      if (one.edit === null) continue;
      pictures.push({ ...part, picture: createEdited(spec, one.edit, provider.name) });
    }
    const completed = found.length === 0 ? loaded : addEdits(loaded, found);
    const isWhole = pictures.length === parts.length;
    return {
      loaded: isWhole ? completed : { ...completed, spec: null, parts: [] },
      picture: (isWhole && pictures[0]?.picture) || null,
      pictures: isWhole ? pictures : [],
    };
  }

  async function findEdit(spec: ResolvedSpec, chain: readonly string[]): Promise<LoadedEdit> {
    return await loadEdit(spec.edit!, {
      ...{ root, look, chain },
      model: endpointOf(spec),
      load: async (file) => {
        const known = upstream.get(file) ?? loadAlong(file, [...chain, file]);
        upstream.set(file, known);
        return await known;
      },
    });
  }

  async function loadAlong(file: string, chain: readonly string[]): Promise<LoadedPicture> {
    return await complete(await readSpec(file), chain);
  }

  return {
    load: (file) => loadAlong(file, [file]),
    async inspect(file) {
      let tree: MapNode | null = null;
      let parts: readonly MapNode[] = [];
      const parsed = await parse(file, (root, each) => {
        tree = root;
        parts = each;
      });
      return {
        ...(await complete(parsed, [file])),
        bases: parsed.loaded.dependencies.slice(1),
        tree,
        parts,
      };
    },
  };
}

/** Adds what edits depend on, and what is wrong with them. */
function addEdits(loaded: LoadedSpec, found: readonly LoadedEdit[]): LoadedSpec {
  const join = (own: readonly string[], names: 'dependencies' | 'missing'): string[] => [
    ...new Set([...own, ...found.flatMap((one) => one[names])]),
  ];
  return {
    ...loaded,
    // What is wrong upstream comes by every way that leads there.
    diagnostics: dropRepeats([...loaded.diagnostics, ...found.flatMap((one) => one.diagnostics)]),
    dependencies: join(loaded.dependencies, 'dependencies'),
    missing: join(loaded.missing, 'missing'),
  };
}
