import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { Diagnostic } from '../errors.ts';
import type { Memo } from '../fs/memo.ts';
import type { ResolvedOptions } from '../options.ts';
import { digestOf, keyOf } from '../recipe/key.ts';
import { createRecipe } from '../recipe/recipe.ts';
import type { Digest, Key, Recipe } from '../recipe/types.ts';
import { type FileRead, MAX_SPEC_BYTES, type ReadFile } from '../spec/files.ts';
import type { MapNode } from '../spec/nodes.ts';
import type { LoadedSpec, ResolvedSpec } from '../spec/types.ts';
import { VERSION } from '../version.ts';
import type { WantedPicture } from './plan.ts';

/** A spec that was read, and the picture that it wants when it has no errors. */
export interface LoadedPicture {
  loaded: LoadedSpec;
  picture: WantedPicture | null;
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
}

/** What is remembered of a spec without errors: all that parsing, merging, validating and hashing gave. */
interface KnownPicture {
  spec: ResolvedSpec;
  recipe: Recipe;
  key: Key;
  diagnostics: readonly Diagnostic[];
  /** The spec's bases, relative to the root, and the digests they had. */
  bases: readonly [file: string, digest: Digest][];
}

/**
 * Creates a loader for one piece of work. A text that was parsed before, under the same name, defaults,
 * provider and release, with the same bases, is not parsed again; the parser and the schema load
 * with the first text that is new.
 */
export function createPictureLoader(
  { root, defaults, provider }: ResolvedOptions,
  read: ReadFile,
  memo: Memo,
): PictureLoader {
  const under = JSON.stringify([VERSION, provider.name, defaults]);
  const reads = new Map<string, Promise<FileRead>>();
  const readOnce: ReadFile = (path, limit) => {
    const known = reads.get(path) ?? read(path, limit);
    reads.set(path, known);
    return known;
  };
  const digestOfBase = async (file: string): Promise<Digest | null> => {
    const found = await readOnce(resolve(root, file), MAX_SPEC_BYTES);
    return found.kind === 'bytes' ? digestOf(found.bytes) : null;
  };

  async function recall(name: string, file: string): Promise<LoadedPicture | null> {
    const known = memo.get('spec', name) as KnownPicture | undefined;
    if (known === undefined) return null;
    for (const [base, digest] of known.bases) {
      if ((await digestOfBase(base)) !== digest) return null;
    }
    const { spec, recipe, key, diagnostics, bases } = known;
    const dependencies = [file, ...bases.map(([base]) => base)].map((one) => resolve(root, one));
    return {
      // What lacks a base has an error, and is not remembered.
      loaded: { file, spec, diagnostics, dependencies, missing: [] },
      picture: { spec, recipe, key },
    };
  }

  async function parse(file: string, inspect?: (root: MapNode) => void): Promise<LoadedPicture> {
    const { loadSpec } = await import('../spec/load.ts');
    const path = resolve(root, file);
    const loaded = await loadSpec({ file: path, root, defaults, read: readOnce, inspect });
    if (loaded.spec === null) return { loaded, picture: null };
    const recipe = createRecipe(loaded.spec, provider.name);
    return { loaded, picture: { spec: loaded.spec, recipe, key: keyOf(recipe) } };
  }

  return {
    async load(file) {
      // The spec itself is used once: thousands of texts need not stay.
      const text = await read(resolve(root, file), MAX_SPEC_BYTES);
      if (text.kind !== 'bytes') return await parse(file);
      const name = createHash('sha256')
        .update(`${under}\n${file}\n`)
        .update(text.bytes)
        .digest('hex');
      const known = await recall(name, file);
      if (known !== null) return known;
      reads.set(resolve(root, file), Promise.resolve(text));
      const parsed = await parse(file);
      reads.delete(resolve(root, file));
      if (parsed.picture !== null) {
        const { diagnostics, dependencies } = parsed.loaded;
        const bases: [string, Digest][] = [];
        for (const path of dependencies.slice(1)) {
          const base = relative(root, path);
          const digest = await digestOfBase(base);
          if (digest !== null) bases.push([base, digest]);
        }
        const { spec, recipe, key } = parsed.picture;
        memo.set('spec', name, { spec, recipe, key, diagnostics, bases } satisfies KnownPicture);
      }
      return parsed;
    },
    async inspect(file) {
      let tree: MapNode | null = null;
      const parsed = await parse(file, (root) => {
        tree = root;
      });
      return { ...parsed, tree };
    },
  };
}
