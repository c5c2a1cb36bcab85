/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Half of the way from the least to the most, as a share of the median. @param {number[]} values */
export function spreadOf(values) {
  return (Math.max(...values) - Math.min(...values)) / 2 / median(values);
}

/** The most that the floor's own spread may excuse: a busy machine must not excuse everything. */
const MOST_NOISE = 0.1;

/**
 * A ratio of medians against its target. What the floor's own runs differ by is noise.
 * @param {{ ours: number[], floor: number[], target: number }} runs
 */
export function judge({ ours, floor, target }) {
  const ratio = median(ours) / median(floor);
  const noise = Math.min(spreadOf(floor), MOST_NOISE);
  const verdict = ratio <= target ? 'ok' : ratio <= target * (1 + noise) ? 'ok (noise)' : 'MISSED';
  return { ratio, noise: spreadOf(floor), verdict };
}

/** A number against a limit that no noise excuses. @param {number} value @param {number} limit */
export function judgeLimit(value, limit) {
  return { ratio: value, noise: null, verdict: value <= limit ? 'ok' : 'MISSED' };
}
