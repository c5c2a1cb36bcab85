import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Diagnostic, ImagePromptError } from '../errors.ts';
import type { Memo } from '../fs/memo.ts';
import { DEFAULTS, type ResolvedOptions } from '../options.ts';
import type { Key } from '../recipe/types.ts';
import { discoverSpecs } from '../spec/discover.ts';
import { dropRepeats } from '../spec/drop-repeats.ts';
import { type ListFiles, type ReadFile, SPEC_NAME } from '../spec/files.ts';
import { didYouMean } from '../spec/suggest.ts';
import type { LoadedSpec } from '../spec/types.ts';
import type { Store } from '../store/types.ts';
import { createPictureLoader } from './load-picture.ts';
import type { WantedPicture } from './plan.ts';
import { settleAll, withUpstream } from './settle.ts';

/** Ports to the author's files. */
export interface SpecPorts {
  read: ReadFile;
  list: ListFiles;
  /** Replaces the text of a spec all at once. */
  write: (path: string, text: string) => Promise<void>;
}

/** What loading needs of the world. */
export interface LoadDeps {
  read: ReadFile;
  memo: Memo;
  store: Pick<Store, 'index' | 'findLost'>;
}

/** Specs that were read, and the pictures that those without errors want. */
export interface Wanted {
  /** The specs that were named. */
  loaded: readonly LoadedSpec[];
  /** Theirs; see {@link addUpstream}. */
  pictures: readonly WantedPicture[];
  diagnostics: readonly Diagnostic[];
}

/** Loads spec files, by paths relative to the root, and works out their keys. */
export async function loadWanted(
  files: readonly string[],
  options: ResolvedOptions,
  { read, memo, store }: LoadDeps,
): Promise<Wanted> {
  const loader = createPictureLoader(options, read, memo);
  const loaded: LoadedSpec[] = [];
  const pictures: WantedPicture[] = [];
  for (const file of files) {
    const one = await loader.load(file);
    loaded.push(one.loaded);
    pictures.push(...one.pictures.map(({ picture }) => picture));
  }
  return {
    loaded,
    pictures: await settleAll(pictures, options.provider.name, store),
    diagnostics: dropRepeats(loaded.flatMap((one) => one.diagnostics)),
  };
}

/** Adds the pictures that have to be made before those that are wanted. */
export function addUpstream(wanted: Wanted): Wanted {
  return { ...wanted, pictures: withUpstream(wanted.pictures) };
}

/** Keys of the pictures of named specs, without those that are made before them. */
export function namedKeys({ loaded, pictures }: Wanted): Set<Key> {
  const named = new Set(loaded.map(({ file }) => file));
  return new Set(pictures.flatMap(({ spec, key }) => (named.has(spec.file) ? [key] : [])));
}

/** The part of what was loaded that is about these files. */
export function pickWanted(wanted: Wanted, files: ReadonlySet<string>): Wanted {
  const loaded = wanted.loaded.filter((one) => files.has(one.file));
  const pictures = wanted.pictures.filter((one) => files.has(one.spec.file));
  return { loaded, pictures, diagnostics: dropRepeats(loaded.flatMap((one) => one.diagnostics)) };
}

/**
 * Throws what is wrong with a spec.
 * @throws ImagePromptError with the code of the first error and all diagnostics
 */
export function assertNoErrors(diagnostics: readonly Diagnostic[], file: string): void {
  const first = diagnostics.find((one) => one.severity === 'error');
  if (!first) return;
  throw new ImagePromptError(first.code, first.message, { diagnostics, hint: first.hint, file });
}

/**
 * The specs that the words of a command line name: paths, folders or globs relative to `cwd`; none
 * means all that the options include.
 * @throws ImagePromptError SPEC_READ: a word names nothing
 */
export async function selectSpecs(
  words: readonly string[],
  cwd: string,
  options: ResolvedOptions,
  ports: Pick<SpecPorts, 'read' | 'list'>,
): Promise<string[]> {
  const { root, include, exclude } = options;
  const find = (globs: readonly string[], ignore: readonly string[]): Promise<string[]> =>
    discoverSpecs({ root, include: globs, exclude: ignore, ...ports });
  // Compared as text: names of folders, such as `[slug]`, may look like globs.
  const findIn = async (folder: string): Promise<string[]> => {
    const outside = folder.startsWith('../')
      ? DEFAULTS.include.map((one) => `${folder}/${one}`)
      : [];
    const all = await find([...include, ...DEFAULTS.include, ...outside], exclude);
    return all.filter((file) => folder === '' || file.startsWith(`${folder}/`));
  };
  if (words.length === 0) return await find(include, exclude);
  const files = new Set<string>();
  for (const word of words) {
    const path = toRelative(root, resolve(cwd, word));
    // A file that is named is meant, even where discovery would not look.
    const { kind } = await ports.read(resolve(root, path), 0);
    const isFile = kind === 'too-large' || kind === 'bytes';
    const found = isFile ? [path] : await findIn(path);
    if (found.length === 0 && path !== '') found.push(...(await find([path], exclude)));
    if (found.length === 0) {
      throw refuseWord(word, await find(include, exclude));
    }
    for (const file of found) files.add(file);
  }
  return [...files].sort();
}

/** A path relative to the root, with `/`. */
export function toRelative(root: string, path: string): string {
  const relation = relative(root, path);
  return isAbsolute(relation) ? path : relation.split(sep).join('/');
}

/** What is no spec, no folder and no glob that matches anything. */
function refuseWord(word: string, known: readonly string[]): ImagePromptError {
  const [, spec] = /^(.*\.image\.ya?ml)#/i.exec(word) ?? [];
  if (spec !== undefined) {
    const message = `Expected a spec, received one of its pictures: "${word}".`;
    const hint = `Write "${spec}": only \`pick\` is about one picture of a set.`;
    return new ImagePromptError('SPEC_READ', message, { hint });
  }
  if (/[*?{[]/.test(word)) {
    const message = `Expected a glob that matches specs, received "${word}".`;
    return new ImagePromptError('SPEC_READ', message, {
      hint: 'Quote it, such as "src/**/*.image.yaml".',
    });
  }
  if (SPEC_NAME.test(word)) {
    return new ImagePromptError('SPEC_READ', `There is no file "${word}".`, {
      hint: didYouMean(word, known, 'Check the path: it is relative to the current folder.') ?? '',
    });
  }
  return new ImagePromptError(
    'SPEC_READ',
    `Expected a spec, a folder or a glob, received "${word}".`,
    {
      hint: 'Name a file that ends in .image.yaml, or quote a glob such as "src/**/*.image.yaml".',
    },
  );
}
