import type { Diagnostic } from '../errors.ts';
import type { Key } from '../recipe/types.ts';
import type { ResolvedSpec } from '../spec/types.ts';
import { createBudget } from './budget.ts';
import { readCandidates } from './candidates.ts';
import type { EngineDeps } from './engine.ts';
import { namedKeys, type Wanted } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import { missingInput, openInputs } from './open-inputs.ts';
import { createBounds, type ObtainOrder, type Run } from './orders.ts';
import { ordersOfPending } from './pending.ts';
import { findPickProblem } from './pick-candidate.ts';
import { findRefusal, type WantedPicture, WILL_RESTORE } from './plan.ts';
import { type RunOrder, runOrders } from './run-orders.ts';
import { settleAll } from './settle.ts';
import type {
  FailedImage,
  GenerateOptions,
  GenerateReport,
  PlanItem,
  ResumeOptions,
} from './types.ts';

/** Carries out what a plan says about these specs, after what earlier runs left under way. */
export async function generate(
  wanted: Wanted,
  options: GenerateOptions,
  deps: EngineDeps,
): Promise<GenerateReport> {
  const { more = 0, wait = true } = options;
  const how = { more, rebuy: options.rebuy ?? false };
  const plan = await makePlan({ wanted, all: wanted, ...how }, deps);
  const givenUp = how.rebuy ? namedKeys(wanted) : new Set<Key>();
  const run: Run = {
    budget: createBudget(options.budget, options.acceptUnknownPrice),
    ...createBounds(options.concurrency, deps),
    retryInDoubt: options.retryInDoubt ?? false,
    wait,
    ...(options.signal ? { signal: options.signal } : {}),
    stopped: null,
    onEvent: options.onEvent ?? (() => {}),
  };
  const noted = await deps.journal.list();
  const notedKeys = new Set(noted.map((entry) => entry.key));
  const specsOf = new Map<Key, ResolvedSpec[]>();
  for (const { key, spec } of wanted.pictures)
    specsOf.set(key, [...(specsOf.get(key) ?? []), spec]);
  // Two specs may want one picture: the one that wants the most candidates asks for both.
  const orders = new Map<string, RunOrder>();
  const refused: FailedImage[] = [];
  for (const [index, item] of plan.specs.entries()) {
    const picture = wanted.pictures[index] as WantedPicture;
    const { recipe, key, spec } = picture;
    const agreed = options.only ? options.only.get(key) : Number.POSITIVE_INFINITY;
    if (agreed === undefined) continue;
    const refusal = findRefusal(item, plan);
    if (refusal) {
      refused.push(refuse(item, refusal, run));
      continue;
    }
    const count = Math.min(item.wanted, item.have + agreed);
    const known = orders.get(key)?.order;
    if (known && known.wanted >= count) continue;
    const choices = specsOf.get(key) ?? [spec];
    const { file, name } = known ?? item;
    const subject = { file, ...(name === undefined ? {} : { name }) };
    const inputs = inputsOf(picture, deps);
    const rebuy = givenUp.has(key);
    const order: ObtainOrder = { ...subject, key, recipe, wanted: count, choices, rebuy, inputs };
    // Also for a picture that is there a request of `--more` may be under way, or in doubt.
    const due = rebuy || item.missing > 0 || notedKeys.has(key) || item.reason === WILL_RESTORE;
    if (item.state === 'broken') orders.set(key, { order, broken: item.reason });
    else if (due) orders.set(key, { order, broken: null, ...waitFor(picture, order, deps) });
  }
  // What was paid for a spec that was changed since is collected too, while the service has it.
  const left = wait ? noted.filter((entry) => !orders.has(entry.key)) : [];
  const pending = ordersOfPending(left, wanted).map((order) => ({ order, broken: null }));
  const report = await runOrders([...pending, ...orders.values()], deps, run);
  return { ...report, failed: [...refused, ...report.failed] };
}

/** Nothing is bought for a picture that could not be shown. */
function refuse(item: PlanItem, { code, message, hint }: Diagnostic, run: Run): FailedImage {
  const { file, name, key } = item;
  const subject = { file, ...(name === undefined ? {} : { name }) };
  const failure = { ...subject, code, message, hint };
  run.onEvent({ type: 'failed', ...subject, key, failure });
  return failure;
}

/** Opens what a picture works on, when it works on something. */
export function inputsOf(
  picture: WantedPicture,
  { store, specs }: Pick<EngineDeps, 'store' | 'specs'>,
): ObtainOrder['inputs'] {
  if (picture.edit === null) return undefined;
  return () => openInputs(picture, { store, read: specs.read });
}

/** Has an order wait for the pictures that it is made from, and takes its key from what they became. */
function waitFor(
  picture: WantedPicture,
  order: ObtainOrder,
  deps: EngineDeps,
): Pick<RunOrder, 'after'> {
  const { waitsFor, spec } = picture;
  if (waitsFor.length === 0) return {};
  const settle = async (): Promise<ObtainOrder> => {
    const [settled] = await settleAll([picture], deps.provider.name, deps.store);
    if (!settled || settled.waitsFor.length > 0) throw missingInput(spec.file, waitsFor);
    const { key, recipe } = settled;
    const index = await deps.store.index();
    const { all } = await readCandidates(key, [spec], { index, store: deps.store });
    const problem = findPickProblem(spec, all, order.wanted);
    if (problem) throw problem;
    return { ...order, key, recipe, inputs: inputsOf(settled, deps) };
  };
  return { after: { keys: waitsFor.map(({ key }) => key), settle } };
}

/** Finishes what the journal holds, for these specs or, when `wanted` is all there is, in full. */
export async function resume(
  wanted: Wanted,
  onlyWanted: boolean,
  options: ResumeOptions,
  deps: EngineDeps,
): Promise<GenerateReport> {
  const run: Run = {
    // Nothing can be spent: an order of this kind asks for no picture.
    budget: createBudget(0, false),
    ...createBounds(deps.collectConcurrency, deps),
    retryInDoubt: false,
    wait: true,
    ...(options.signal ? { signal: options.signal } : {}),
    stopped: null,
    onEvent: options.onEvent ?? (() => {}),
  };
  const keys = new Set(wanted.pictures.map((picture) => picture.key));
  const entries = (await deps.journal.list()).filter((one) => !onlyWanted || keys.has(one.key));
  const orders = ordersOfPending(entries, wanted).map((order) => ({ order, broken: null }));
  return await runOrders(orders, deps, run);
}
