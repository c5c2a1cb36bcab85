const FACTOR = { low: 16, medium: 48, high: 96 };

/**
 * Dollars for one picture by the token formula of fal-protocol.md section 7, rounded up to the cent.
 * @param {{ width: number, height: number }} size
 * @param {string} quality
 */
export function priceOfPicture({ width, height }, quality) {
  const factor = FACTOR[/** @type {keyof typeof FACTOR} */ (quality)] ?? FACTOR.high;
  const short = Math.round((factor * Math.min(width, height)) / Math.max(width, height));
  const tokens = Math.ceil((factor * short * (2_000_000 + width * height)) / 4_000_000);
  // In whole numbers, so that a whole cent is not rounded up again.
  return Math.ceil((tokens * 3) / 1000) / 100;
}
