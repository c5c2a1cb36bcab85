import { digestOf, keyOf } from '../recipe/key.ts';
import { createRecipe } from '../recipe/recipe.ts';
import type { Digest, Key } from '../recipe/types.ts';
import { labelOf } from '../report.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import type { Store, StoredOriginal } from '../store/types.ts';
import { findPicked, isShort, joinCandidates } from './candidates.ts';
import type { WantedEdit, WantedInput, WantedPicture } from './plan.ts';

/** The candidates of a picture, as `pick` counts. */
export type CandidatesOf = (picture: WantedPicture) => readonly StoredOriginal[];

/**
 * Makes what works out recipe and key of pictures as the store stands: where one works on another spec's
 * picture, they depend on the bytes of the original which that spec picks. What is not there yet has a
 * provisional digest, so that everything before it has a key to be planned and agreed to by.
 *
 * Each picture is worked out once, however many are made from it: of a strip in which each is made from
 * the two before, the ways back are more than the pictures by far.
 * @param provider name of the provider
 */
export function createSettling(
  provider: string,
  candidatesOf: CandidatesOf,
): (wanted: WantedPicture) => WantedPicture {
  const settled = new Map<WantedPicture, WantedPicture>();
  const settleInput = (input: WantedInput): WantedInput => {
    if (input.kind === 'file') return input;
    const picture = settle(input.picture);
    // A pick that no candidate answers to may mean one that is still to be made.
    const candidates = picture.waitsFor.length > 0 ? [] : candidatesOf(picture);
    const original = findPicked(candidates, picture.spec.pick);
    return { ...input, picture, original };
  };
  const settle = (wanted: WantedPicture): WantedPicture => {
    const { spec, edit } = wanted;
    if (edit === null) return wanted;
    const known = settled.get(wanted);
    if (known !== undefined) return known;
    const images = edit.images.map(settleInput);
    const mask = edit.mask && settleInput(edit.mask);
    const picture = createEdited(spec, { images, mask }, provider);
    settled.set(wanted, picture);
    return picture;
  };
  return settle;
}

/** The picture of a spec that works on these inputs, as they stand. */
export function createEdited(
  spec: ResolvedSpec,
  edit: WantedEdit,
  provider: string,
): WantedPicture {
  const { images, mask } = edit;
  const files = { images: images.map(digestOfInput), mask: mask && digestOfInput(mask) };
  const recipe = createRecipe(spec, provider, files);
  const lacking = listInputs(edit).flatMap((input) =>
    input.kind === 'picture' && input.original === null ? [input.picture] : [],
  );
  // Not by key: of two specs with the same words, one may want more candidates than the other.
  const waitsFor = [...new Map(lacking.map((one) => [labelOf(one.spec), one])).values()];
  return { spec, edit, recipe, key: keyOf(recipe), waitsFor };
}

function digestOfInput(input: WantedInput): Digest {
  if (input.kind === 'file') return input.digest;
  const { picture, original } = input;
  // With the pick: two candidates of one key are two pictures to work on.
  const name = `to be made: ${picture.key}, pick ${picture.spec.pick}`;
  return original?.record.image.digest ?? digestOf(name);
}

/** Settles pictures by what store and safe copies have. A store that nobody needs is not read. */
export async function settleAll(
  pictures: readonly WantedPicture[],
  provider: string,
  store: Pick<Store, 'index' | 'findLost'>,
): Promise<readonly WantedPicture[]> {
  if (!pictures.some(hasUpstream)) return pictures;
  const { byKey, problems } = await store.index();
  const lost = new Map<Key, StoredOriginal[]>();
  /** Keys of which the store has less than a spec wants. */
  const short = new Set<Key>();
  const candidatesOf: CandidatesOf = ({ key, spec }) => {
    // With a record that cannot be read the numbers of the others mean nothing: the wrong one would be edited.
    if (problems.some(({ key16 }) => key.startsWith(key16))) return [];
    const own = byKey.get(key) ?? [];
    if (!isShort(own, spec)) return own;
    short.add(key);
    return joinCandidates(own, lost.get(key) ?? []).all;
  };
  for (;;) {
    const settled = pictures.map(createSettling(provider, candidatesOf));
    const unknown = new Set([...short].filter((key) => !lost.has(key)));
    if (unknown.size === 0) return settled;
    for (const key of unknown) lost.set(key, []);
    // One generation of a chain each time: the next one's keys depend on what was found.
    for (const one of await store.findLost(unknown)) lost.get(one.record.key)?.push(one);
  }
}

function hasUpstream({ edit }: WantedPicture): boolean {
  return edit !== null && listInputs(edit).some(({ kind }) => kind === 'picture');
}

/** Pictures with those that have to be made before them, in the order in which they can be made. */
export function withUpstream(pictures: readonly WantedPicture[]): WantedPicture[] {
  const all = new Map<string, WantedPicture>();
  const add = (picture: WantedPicture): void => {
    const { file, name } = picture.spec;
    const id = `${file}\n${name ?? ''}`;
    if (all.has(id)) return;
    for (const one of picture.waitsFor) add(one);
    all.set(id, picture);
  };
  for (const picture of pictures) add(picture);
  return [...all.values()];
}

/** Pictures and every other that they are made from, at whatever depth; each once. */
export function listChains(pictures: Iterable<WantedPicture>): Set<WantedPicture> {
  // A set that grows while it is gone through is gone through to its end.
  const chain = new Set(pictures);
  for (const { edit } of chain) {
    for (const input of edit === null ? [] : listInputs(edit)) {
      if (input.kind === 'picture') chain.add(input.picture);
    }
  }
  return chain;
}

function listInputs({ images, mask }: WantedEdit): WantedInput[] {
  return mask === null ? [...images] : [...images, mask];
}

/** Whether the key of a picture is not known yet. */
export function isWaiting({ waitsFor }: WantedPicture): boolean {
  return waitsFor.length > 0;
}

/** Whether a local picture is anywhere in what an edit is made from. */
export function hasLocalPicture(picture: WantedPicture): boolean {
  const isLocal = ({ edit }: WantedPicture): boolean =>
    edit?.images.some(({ kind }) => kind === 'file') === true;
  return [...listChains([picture])].some(isLocal);
}
