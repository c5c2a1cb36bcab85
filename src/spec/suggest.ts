/**
 * The candidate that a mistyped word most likely meant, or `null`.
 * Case, `-`, `_` and blanks do not count: `imageSize` means `image_size`.
 */
export function suggest(word: string, candidates: readonly string[]): string | null {
  const plain = fold(word.slice(0, 64));
  let best: string | null = null;
  let least = Math.max(1, Math.floor(plain.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain, fold(candidate));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** A hint that asks for the likely word, or the fallback. */
export function didYouMean(
  word: string,
  candidates: readonly string[],
  fallback: string | undefined,
): string | undefined {
  const meant = suggest(word, candidates);
  return meant === null ? fallback : `Did you mean \`${meant}\`?`;
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, '');
}

/** Levenshtein distance, with swapped neighbours as one edit. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
