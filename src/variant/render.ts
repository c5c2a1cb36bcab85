import type { VariantCache } from './cache.ts';
import { keyOfAnalysis, keyOfVariant } from './key.ts';
import type { Lanes } from './lanes.ts';
import { createLanes } from './lanes.ts';
import { createOriginals, type OriginalClaim, type ReadOriginal } from './originals.ts';
import type { Analysis, EncodeJob, Encoder, Variant, VariantSpec } from './types.ts';

/** What a renderer is made of. */
export interface RendererOptions {
  encoder: Encoder;
  cache: VariantCache;
  /** One for the whole process, or the bound does not hold. @default createLanes() */
  lanes?: Lanes;
}

/**
 * Makes variants, from the cache where it can. A hit and a miss return deep-equal results; the
 * original is read and decoded only when something is missing, and then once per call.
 */
export interface Renderer {
  /** @throws ImagePromptError IMAGE_CORRUPT, and whatever `read` throws */
  analyse(job: EncodeJob, read: ReadOriginal): Promise<Analysis>;
  /**
   * Renders all specs; the result has their order. Fails only after all that was begun has ended.
   * @throws ImagePromptError IMAGE_CORRUPT, IMAGE_ENCODE, and whatever `read` throws
   */
  render(job: EncodeJob, specs: readonly VariantSpec[], read: ReadOriginal): Promise<Variant[]>;
  /** Analyses, plans with the answer, and renders, with one decode for all of it. */
  renderPlanned<P extends { readonly variants: readonly VariantSpec[] }>(
    job: EncodeJob,
    plan: (analysis: Analysis) => P,
    read: ReadOriginal,
  ): Promise<{ analysis: Analysis; plan: P; variants: Variant[] }>;
  /** Renders one variant, as a dev server does when it is asked for. */
  renderOne(job: EncodeJob, spec: VariantSpec, read: ReadOriginal): Promise<Variant>;
  /** The variant when it is in the cache, else null; encodes nothing. */
  find(job: EncodeJob, spec: VariantSpec): Promise<Variant | null>;
  /** See {@link Encoder.warm}. */
  warm(): void;
  /** How many variants were encoded so far, and how many were in the cache. */
  counts(): { encoded: number; cached: number };
  /** What went wrong and was got round. */
  warnings(): readonly string[];
  /** Ends the encoder and tidies up. What is rendered later begins it anew. */
  close(): Promise<void>;
}

/** Creates the conductor of this room. Two concurrent orders of one variant encode it once. */
export function createRenderer(options: RendererOptions): Renderer {
  const { encoder, cache, lanes = createLanes() } = options;
  const originals = createOriginals({ encoder, lanes });
  const analyses = new Map<string, Promise<Analysis>>();
  const variants = new Map<string, Promise<Variant>>();
  let encoded = 0;
  let cached = 0;

  const withClaim = async <T>(
    job: EncodeJob,
    read: ReadOriginal,
    use: (claim: OriginalClaim, encoderId: string) => Promise<T>,
  ): Promise<T> => {
    const encoderId = await encoder.id();
    const claim = originals.claim(keyOfAnalysis(encoderId, job), job, read);
    try {
      return await use(claim, encoderId);
    } finally {
      claim.release();
    }
  };

  const analyseWith = (job: EncodeJob, claim: OriginalClaim, encoderId: string) => {
    const key = keyOfAnalysis(encoderId, job);
    return share(analyses, key, async () => {
      const known = await cache.getAnalysis(key);
      if (known !== null) return known;
      const { analysis } = await claim.open();
      await cache.putAnalysis(key, analysis);
      return analysis;
    });
  };

  const renderWith = (job: EncodeJob, spec: VariantSpec, claim: OriginalClaim, id: string) => {
    const key = keyOfVariant(id, job, spec);
    return share(variants, key, async () => {
      const known = await cache.get(key, spec);
      if (known !== null) {
        cached++;
        return known;
      }
      const original = await claim.open();
      const bytes = await lanes.run(spec.width * spec.height, () =>
        original.encode(spec, job.provenance),
      );
      encoded++;
      return await cache.put(key, spec, bytes);
    });
  };

  /** Starts every spec, waits for those started here, and returns the promises of all. */
  const renderOwn = async (
    job: EncodeJob,
    specs: readonly VariantSpec[],
    claim: OriginalClaim,
    id: string,
  ): Promise<Promise<Variant>[]> => {
    const started = specs.map((spec) => renderWith(job, spec, claim, id));
    // What another call started may wait for a place among the open originals, and this claim may
    // hold the last one: waiting for the other while holding it would be for ever.
    await Promise.allSettled(started.filter(({ joined }) => !joined).map(({ result }) => result));
    return started.map(({ result }) => result);
  };

  const render: Renderer['render'] = async (job, specs, read) => {
    const all = await withClaim(job, read, (claim, id) => renderOwn(job, specs, claim, id));
    return await settle(all);
  };

  return {
    render,
    async analyse(job, read) {
      return await withClaim(job, read, (claim, id) => analyseWith(job, claim, id).result);
    },
    async renderPlanned(job, plan, read) {
      const done = await withClaim(job, read, async (claim, id) => {
        const analysis = await analyseWith(job, claim, id).result;
        const planned = plan(analysis);
        return { analysis, plan: planned, all: await renderOwn(job, planned.variants, claim, id) };
      });
      return { analysis: done.analysis, plan: done.plan, variants: await settle(done.all) };
    },
    async renderOne(job, spec, read) {
      const [variant] = await render(job, [spec], read);
      return variant!;
    },
    async find(job, spec) {
      return await cache.get(keyOfVariant(await encoder.id(), job, spec), spec);
    },
    warm: encoder.warm,
    counts: () => ({ encoded, cached }),
    warnings: () => cache.warnings(),
    async close() {
      // Whoever is still at work may need what stands in for the cache.
      if (await encoder.close()) await cache.close();
    },
  };
}

/** Joins the work under way for a key, or starts it. */
function share<T>(
  underWay: Map<string, Promise<T>>,
  key: string,
  work: () => Promise<T>,
): { result: Promise<T>; joined: boolean } {
  const known = underWay.get(key);
  if (known !== undefined) return { result: known, joined: true };
  const result = work().finally(() => underWay.delete(key));
  underWay.set(key, result);
  return { result, joined: false };
}

async function settle<T>(all: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(all);
  return await Promise.all(all);
}
