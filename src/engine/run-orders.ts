import { ImagePromptError, isImagePromptError } from '../errors.ts';
import { singleFlight } from '../lock/single-flight.ts';
import type { Key } from '../recipe/types.ts';
import { obtain } from './obtain.ts';
import { type ObtainDeps, type Obtained, type ObtainOrder, type Run, subjectOf } from './orders.ts';
import { addUsd } from './plan.ts';
import { noteRefusal } from './refusals.ts';
import type { GenerateReport } from './types.ts';

/** An order that can be carried out, or the reason why it cannot. */
export interface RunOrder {
  order: ObtainOrder;
  /** What has to be mended first, or null. */
  broken: string | null;
  /** Of a picture that is made from others of the run. */
  after?: {
    /** Keys of orders that stand before it. */
    keys: readonly Key[];
    /**
     * The order as it is once they are carried out.
     * @throws ImagePromptError MISSING_INPUT
     */
    settle: () => Promise<ObtainOrder>;
  };
}

/** Carries orders out, so many at a time as the run has places. One failed picture does not stop the others. */
export async function runOrders(
  orders: Iterable<RunOrder>,
  deps: ObtainDeps,
  run: Run,
): Promise<GenerateReport> {
  const report: GenerateReport = {
    generated: [],
    resumed: [],
    failed: [],
    total: { images: 0, usd: 0 },
  };
  const ends = new Map<Key, Promise<void>>();
  const carryOut = async ({ order: planned, broken, after }: RunOrder): Promise<void> => {
    let order = planned;
    try {
      if (after) {
        await Promise.all(after.keys.map((key) => ends.get(key)));
        order = await after.settle();
      }
      // It reads whole originals, and there may be hundreds.
      if (broken !== null) throw await run.collect(() => explainBroken(order.key, broken, deps));
      const { generated, resumed, submitted, failure } = await obtainOnce(order, deps, run);
      report.generated.push(...generated);
      report.resumed.push(...resumed);
      if (submitted) report.submitted = [...(report.submitted ?? []), submitted];
      if (failure) fail(failure, order);
    } catch (error) {
      fail(toFailure(error, order, run), order);
    }
  };
  // Every order is waited for, whatever becomes of the others: what they pay for must be reported.
  for (const one of orders) ends.set(one.order.key, carryOut(one));
  await Promise.all(ends.values());
  const images = [...report.generated, ...report.resumed];
  report.total = { images: images.length, usd: addUsd(images.map((image) => image.usd)) };
  return report;

  function fail({ code, message, hint }: ImagePromptError, order: ObtainOrder): void {
    const { key, ...subject } = subjectOf(order);
    const failure = { ...subject, code, message, hint };
    report.failed.push(failure);
    run.onEvent({ type: 'failed', ...subject, key, failure });
  }
}

/** The error of a broken original itself: its code tells git-LFS from damage, its hint the way out. */
async function explainBroken(
  key: string,
  reason: string,
  { store }: ObtainDeps,
): Promise<ImagePromptError> {
  const { byKey, problems } = await store.index();
  const problem = problems.find((one) => key.startsWith(one.key16));
  if (problem) return new ImagePromptError(problem.code, `${problem.file} ${problem.message}.`);
  for (const original of byKey.get(key) ?? []) {
    const error = await store.read(original).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (isImagePromptError(error)) return error;
  }
  return new ImagePromptError('STORE_BROKEN', reason);
}

/** One request for a key within the process, however many bundlers and environments ask for it. */
export function obtainOnce(order: ObtainOrder, deps: ObtainDeps, run: Run): Promise<Obtained> {
  const { dir } = deps.store;
  return singleFlight(`${dir}\n${order.key}\n${order.wanted}`, async () => {
    try {
      const obtained = await obtain(order, deps, run);
      noteRefusal(dir, order.key, obtained.failure);
      return obtained;
    } catch (error) {
      noteRefusal(dir, order.key, error);
      throw error;
    }
  });
}

/** What a call looks like that was cut short. A doubt, or a full disk, is one whatever came next. */
const BY_INTERRUPT: ReadonlySet<string> = new Set([
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNAVAILABLE',
  'IMAGE_DOWNLOAD',
]);

function toFailure(error: unknown, { file }: ObtainOrder, run: Run): ImagePromptError {
  if (run.signal?.aborted && (!isImagePromptError(error) || BY_INTERRUPT.has(error.code))) {
    return new ImagePromptError('PROVIDER_INTERRUPTED', `${file} was not finished.`, {
      file,
      cause: error,
    });
  }
  if (isImagePromptError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ImagePromptError('STORE_WRITE', `${file} failed: ${reason}`, { file, cause: error });
}
