/** One encode and what came of it. */
export interface Probe {
  quality: number;
  /** How alike the file and its pixels look; the more the better. */
  similarity: number;
  bytes: Buffer;
}

/** Where to look for a quality. */
export interface QualitySearch {
  /** Bounds, both included. */
  least: number;
  most: number;
  /** The first one to try: a fixed one, or equal orders would end in unequal files. */
  start: number;
  /** The similarity to reach. */
  target: number;
}

/** Halving ends for certain, and comes after this many predictions. */
const MOST_GUESSES = 3;
/** How fast similarity grows with quality, on the scale of {@link straighten}, before two probes tell. */
const USUAL_SLOPE = 0.05;

/**
 * Finds the lowest quality whose file reaches the target, or the highest one where none does. Probes by where
 * the last ones say that the target is, within bounds that close in with each: fewer encodes than halving. Where similarity does not rise with every step of quality, the answer still
 * reaches the target, is the smallest file seen that does, and is the same in every run.
 */
export async function searchQuality(
  { least, most, start, target }: QualitySearch,
  encode: (quality: number) => Promise<Omit<Probe, 'quality'>>,
): Promise<Probe> {
  let probes = 0;
  let [low, high] = [least - 1, most + 1];
  let best: Probe | undefined;
  let [previous, last]: (Probe | undefined)[] = [];
  let next = clamp(start, least, most);
  for (;;) {
    [previous, last] = [last, { quality: next, ...(await encode(next)) }];
    const reached = last.similarity >= target;
    if (reached) {
      high = next;
      if (best === undefined || last.bytes.length <= best.bytes.length) best = last;
    } else low = next;
    if (high - low <= 1) return best ?? last;
    // Guesses that are still not there may be too timid for ever.
    const guess = ++probes > MOST_GUESSES ? (low + high) / 2 : predict(target, last, previous);
    next = clamp(Math.ceil(guess), low + 1, high - 1);
  }
}

/** The quality at which the line through the last probes meets the target. */
function predict(target: number, last: Probe, previous: Probe | undefined): number {
  const missing = straighten(target) - straighten(last.similarity);
  const rise = previous ? straighten(last.similarity) - straighten(previous.similarity) : 0;
  const slope = rise / (last.quality - (previous?.quality ?? last.quality));
  return last.quality + missing / (slope > 0 ? slope : USUAL_SLOPE);
}

/** Similarity nears 1 as a curve; its distance from 1 shrinks by about a share with each step of quality. */
function straighten(similarity: number): number {
  return -Math.log(Math.max(1 - similarity, 1e-6));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
