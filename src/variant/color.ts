// Three bits a channel: coarse enough to gather the shades of one surface, fine enough not to mix two.
const SHIFT = 5;
const BINS = 512;

/**
 * Finds the dominant colour of RGBA pixels, `#rrggbb`: the mean of the fullest bin of a histogram,
 * each pixel counting by its opacity. A picture of two colours gives one of them where an average
 * would give a grey that is nowhere in it, and a flat picture gives its exact colour where the middle
 * of a bin (sharp's `stats().dominant`) turns white into `#f8f8f8`.
 */
export function findDominantColor(rgba: Uint8Array): string {
  const sums = new Float64Array(BINS * 4);
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red, green, blue, weight] = [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!, rgba[at + 3]!];
    const bin = ((red >> SHIFT) * 64 + (green >> SHIFT) * 8 + (blue >> SHIFT)) * 4;
    sums[bin]! += red * weight;
    sums[bin + 1]! += green * weight;
    sums[bin + 2]! += blue * weight;
    sums[bin + 3]! += weight;
  }
  let fullest = 0;
  for (let bin = 4; bin < sums.length; bin += 4) {
    if (sums[bin + 3]! > sums[fullest + 3]!) fullest = bin;
  }
  const weight = sums[fullest + 3]!;
  // Nothing to see at all: white is what such a picture shows on most pages.
  if (weight === 0) return '#ffffff';
  const channels = [0, 1, 2].map((channel) => Math.round(sums[fullest + channel]! / weight));
  return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Whether any pixel of RGBA data is not opaque. */
export function hasTransparency(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return true;
  return false;
}
