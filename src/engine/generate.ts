import { type ImagePromptError, isImagePromptError } from '../errors.ts';
import { singleFlight } from '../lock/single-flight.ts';
import { createBudget } from './budget.ts';
import type { EngineDeps } from './engine.ts';
import { createLimit } from './limit.ts';
import type { Wanted } from './load-wanted.ts';
import { makePlan } from './make-plan.ts';
import { type ObtainDeps, type Obtained, type ObtainOrder, obtain, type Run } from './obtain.ts';
import { addUsd, type WantedPicture, WILL_RESTORE } from './plan.ts';
import type { FailedImage, GenerateOptions, GenerateReport } from './types.ts';

/** Carries out what a plan says about these specs. One failed picture does not stop the others. */
export async function generate(
  wanted: Wanted,
  options: GenerateOptions,
  deps: EngineDeps,
): Promise<GenerateReport> {
  const more = options.more ?? 0;
  const plan = await makePlan({ wanted, all: wanted, more }, deps);
  const run: Run = {
    budget: createBudget(options.budget, options.acceptUnknownPrice),
    retryInDoubt: options.retryInDoubt ?? false,
    ...(options.signal ? { signal: options.signal } : {}),
    stopped: null,
    onEvent: options.onEvent ?? (() => {}),
  };
  const report: GenerateReport = {
    generated: [],
    resumed: [],
    failed: [],
    total: { images: 0, usd: 0 },
  };
  const limit = createLimit(options.concurrency);
  // Also for a picture that is there a request of `--more` may be under way, or in doubt.
  const noted = new Set((await deps.journal.list()).map((entry) => entry.key));
  // Two specs may want one picture: the one that wants the most candidates asks for both.
  const orders = new Map<string, { order: ObtainOrder; broken: string | null }>();
  for (const [index, item] of plan.specs.entries()) {
    const { recipe, key, spec } = wanted.pictures[index] as WantedPicture;
    const known = orders.get(key)?.order;
    if (known && known.wanted >= item.wanted) continue;
    const least = Math.max(spec.numImages, known?.least ?? 0);
    const order = { file: known?.file ?? item.file, key, recipe, wanted: item.wanted, least };
    const due = item.missing > 0 || noted.has(key) || item.reason === WILL_RESTORE;
    if (item.state === 'broken') orders.set(key, { order, broken: item.reason });
    else if (due) orders.set(key, { order, broken: null });
  }
  await Promise.all(
    [...orders.values()].map(({ order, broken }) =>
      limit(async () => {
        if (broken !== null) {
          return fail(
            { file: order.file, code: 'STORE_BROKEN', message: broken },
            order,
            'Run `npx image-prompt verify --repair`.',
          );
        }
        try {
          const { generated, resumed, failure } = await obtainOnce(order, deps, run);
          report.generated.push(...generated);
          report.resumed.push(...resumed);
          if (failure) failWith(failure, order);
        } catch (error) {
          if (!isImagePromptError(error)) throw error;
          failWith(error, order);
        }
      }),
    ),
  );
  const images = [...report.generated, ...report.resumed];
  report.total = { images: images.length, usd: addUsd(images.map((image) => image.usd)) };
  return report;

  function failWith({ code, message, hint }: ImagePromptError, order: ObtainOrder): void {
    fail({ file: order.file, code, message }, order, hint);
  }

  function fail(failure: FailedImage, order: ObtainOrder, hint: string): void {
    report.failed.push(failure);
    run.onEvent({ type: 'failed', file: order.file, key: order.key, failure, hint });
  }
}

/** One request for a key within the process, however many bundlers and environments ask for it. */
export function obtainOnce(order: ObtainOrder, deps: ObtainDeps, run: Run): Promise<Obtained> {
  return singleFlight(`${deps.store.dir}\n${order.key}`, () => obtain(order, deps, run));
}
