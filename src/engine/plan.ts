import type { Diagnostic, ImagePromptError } from '../errors.ts';
import type { JournalEntry } from '../journal/types.ts';
import type { Digest, Key, Recipe } from '../recipe/types.ts';
import { labelOf } from '../report.ts';
import { dropRepeats } from '../spec/drop-repeats.ts';
import type { EditPath, ResolvedSpec } from '../spec/types.ts';
import type { Health, StoredOriginal, StoreIndex } from '../store/types.ts';
import { isShort, joinCandidates } from './candidates.ts';
import { diagnosePick, findPickProblem } from './pick-candidate.ts';
import type { Plan, PlanItem, PlanOrphan } from './types.ts';

/** A spec and the key it asks for. */
export interface WantedPicture {
  spec: ResolvedSpec;
  recipe: Recipe;
  key: Key;
  /** What it works on; null: it is made from words alone. */
  edit: WantedEdit | null;
  /**
   * Pictures that have to be made before this one. While there are any, {@link key} is a name that no
   * original has: the real one depends on their bytes.
   */
  waitsFor: readonly WantedPicture[];
}

/** What an edit works on. */
export interface WantedEdit {
  images: readonly WantedInput[];
  mask: WantedInput | null;
}

/** A file, or the original that another spec picks. */
export type WantedInput =
  /** `at`: absolute path of the file. */
  | { path: EditPath; kind: 'file'; at: string; digest: Digest }
  | {
      path: EditPath;
      kind: 'picture';
      picture: WantedPicture;
      /** null while there is none. */
      original: StoredOriginal | null;
    };

/** Everything a plan is made of. */
export interface PlanInput {
  /** The specs the plan is about, and those that have to be made before them. */
  wanted: readonly WantedPicture[];
  /** Files of the former: further candidates are for nobody else. */
  named: ReadonlySet<string>;
  /** Keys of every spec of the project, for the orphans. */
  usedKeys: ReadonlySet<Key>;
  /** Specs that could not be read: what they own is no orphan. */
  unreadable: ReadonlySet<string>;
  diagnostics: readonly Diagnostic[];
  index: StoreIndex;
  /** Originals that only the safe copies know. */
  lost: readonly StoredOriginal[];
  /** How the bytes of each original fare; what is left out is taken for well. */
  health: ReadonlyMap<Digest, Health>;
  pending: readonly JournalEntry[];
  /** Price of `count` pictures in US dollars, or null. */
  quote: (recipe: Recipe, count: number) => number | null;
  /** Further candidates for each named spec. */
  more: number;
  /** Keys of which what is broken for good counts as missing. */
  rebuy: ReadonlySet<Key>;
}

/** Why a generate has something to do about a spec that lacks nothing. */
export const WILL_RESTORE = 'a safe copy will be restored';

/** The difference between what the specs want and what the store has, with its price. Pure. */
export function createPlan(input: PlanInput): Plan {
  const specs: PlanItem[] = [];
  const firstOfKey = new Map<Key, PlanItem>();
  const most = countMost(input);
  const unanswered: Diagnostic[] = [];
  /** Pictures that are not made, with those that are made from them. */
  const refused = new Set<string>();
  for (const wanted of input.wanted) {
    const { item, problem } = planSpec(wanted, input, most.get(wanted.key) ?? 0);
    if (problem) unanswered.push(diagnosePick(problem, wanted.spec));
    if (problem || wanted.waitsFor.some(({ spec }) => refused.has(labelOf(spec)))) {
      refused.add(labelOf(item));
      specs.push({ ...item, usd: 0 });
      continue;
    }
    const first = firstOfKey.get(wanted.key);
    if (!first) firstOfKey.set(wanted.key, item);
    else if (first.missing >= item.missing) shareWith(first, item);
    else {
      shareWith(item, first);
      firstOfKey.set(wanted.key, item);
    }
    specs.push(item);
  }
  // What is broken has to be mended first: nothing is bought for it.
  const paying = [...firstOfKey.values()].filter((item) => item.state !== 'broken');
  return {
    specs,
    orphans: findOrphans(input),
    pending: input.pending
      .filter((entry) => entry.requestId !== null)
      .map((entry) => ({ requestId: entry.requestId!, key: entry.key, since: entry.at })),
    diagnostics: dropRepeats([...input.diagnostics, ...unanswered]),
    total: {
      images: paying.reduce((sum, item) => sum + item.missing, 0),
      usd: addUsd(paying.map((item) => item.usd)),
    },
  };
}

/** What stands against making a picture at all: a pick that no candidate would answer to. */
export function findRefusal(
  { reason }: Pick<PlanItem, 'reason'>,
  { diagnostics }: Pick<Plan, 'diagnostics'>,
): Diagnostic | null {
  const isRefusal = (one: Diagnostic): boolean =>
    one.code === 'SPEC_PICK' && one.message === reason;
  return diagnostics.find(isRefusal) ?? null;
}

/** One request answers for both: only `payer` costs. */
function shareWith(payer: PlanItem, other: PlanItem): void {
  if (other.missing === 0 || other.state === 'broken') return;
  other.usd = 0;
  other.reason = `the same picture as ${labelOf(payer)}`;
}

/** How many candidates of each key the specs want themselves: one spec may pick what another asks for. */
function countMost({ wanted }: PlanInput): Map<Key, number> {
  const most = new Map<Key, number>();
  for (const { key, spec } of wanted) most.set(key, Math.max(spec.numImages, most.get(key) ?? 0));
  return most;
}

/** @param most candidates that specs with this key want themselves */
function planSpec(
  { spec, recipe, key, waitsFor }: WantedPicture,
  input: PlanInput,
  most: number,
): { item: PlanItem; problem: ImagePromptError | null } {
  const own = input.index.byKey.get(key) ?? [];
  const lost = isShort(own, spec) ? input.lost.filter(({ record }) => record.key === key) : [];
  const { all } = joinCandidates(own, lost);
  const damaged = all.filter((one) => isBroken(input.health.get(one.record.image.digest)));
  const rebuy = input.rebuy.has(key);
  const given = rebuy ? damaged.filter((one) => !isLfs(one, input)) : [];
  const candidates = all.filter((one) => !given.includes(one));
  const broken = damaged.find((one) => !given.includes(one));
  // A damaged record can be given up like damaged bytes; that of a newer release cannot.
  const problem = input.index.problems.find(
    (one) => key.startsWith(one.key16) && !(rebuy && one.code === 'STORE_RECORD'),
  );
  const more = input.named.has(spec.file) ? input.more : 0;
  const wanted = more > 0 ? candidates.length + more : spec.numImages;
  const missing = problem ? 0 : Math.max(0, wanted - candidates.length);
  const pending = input.pending.find((entry) => entry.key === key);
  const underWay = pending && pending.state !== 'intent' ? pending.count : 0;
  const due = broken ? 0 : Math.max(0, missing - underWay);
  // With a record that cannot be read the numbers mean nothing, and of a provisional key nobody knows.
  const isKnown = !problem && waitsFor.length === 0;
  const comes = Math.max(most, wanted, all.length + underWay);
  const unpicked = isKnown ? findPickProblem(spec, all, comes) : null;
  const state =
    problem || broken ? 'broken' : missing === 0 ? 'kept' : candidates.length > 0 ? 'more' : 'new';
  const item: PlanItem = {
    file: spec.file,
    ...(spec.name === null ? {} : { name: spec.name }),
    state,
    key,
    model: recipe.model,
    request: recipe.input.image_size,
    picture: spec.picture,
    wanted,
    have: candidates.length,
    missing,
    usd: due === 0 ? 0 : input.quote(recipe, due),
    reason: reasonOf(),
  };
  return { item, problem: unpicked };

  function reasonOf(): string {
    if (problem) return `${problem.file} ${problem.message}`;
    if (unpicked) return unpicked.message;
    if (waitsFor.length > 0) return `after ${waitsFor.map(({ spec }) => labelOf(spec)).join(', ')}`;
    if (broken) return `${broken.file} is ${input.health.get(broken.record.image.digest)}`;
    if (pending?.state === 'intent') return `a request of ${pending.at} is in doubt`;
    if (pending) return `request ${pending.requestId} is under way since ${pending.at}`;
    if (missing === 0) {
      const onlySafe = candidates.some((one) => input.lost.includes(one));
      return onlySafe ? WILL_RESTORE : 'in the store';
    }
    const lost = given.map((one) => `${one.file} is given up`);
    return lost
      .concat(candidates.length > 0 ? `${missing} more wanted` : 'not in the store')
      .join(', ');
  }
}

function isBroken(health: Health | undefined): boolean {
  return health === 'missing' || health === 'corrupt' || health === 'lfs';
}

/** git-LFS still has the bytes of a pointer, so nobody has to pay for them. */
function isLfs(original: StoredOriginal, input: PlanInput): boolean {
  return input.health.get(original.record.image.digest) === 'lfs';
}

function findOrphans(input: PlanInput): PlanOrphan[] {
  const orphans: PlanOrphan[] = [];
  for (const [key, candidates] of input.index.byKey) {
    if (input.usedKeys.has(key)) continue;
    for (const { record } of candidates) {
      if (input.unreadable.has(record.source)) continue;
      orphans.push({ digest: record.image.digest, key, bytes: record.image.bytes });
    }
  }
  return orphans;
}

/** Adds prices; not known as soon as one of them is not. */
export function addUsd(prices: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const usd of prices) {
    if (usd === null) return null;
    sum += usd;
  }
  // Cents added as binary fractions drift; a millionth of a dollar is finer than any price.
  return Math.round(sum * 1e6) / 1e6;
}
