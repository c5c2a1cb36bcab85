import type { NuxtViteConfig } from './types.ts';

/** Specs, what they extend, and what they edit. */
const MAY_MATTER = /\.(?:ya?ml|png|jpe?g|webp)$/i;

/**
 * Nuxt Content has Vite watch nothing below its folder, and specs lie there. Folders stay unwatched: what is seen are the
 * files that the plugin names.
 */
export function watchBelowContent(config: NuxtViteConfig): void {
  const watch = config.server?.watch;
  if (!watch) return;
  const given = [watch.ignored ?? []].flat() as unknown[];
  watch.ignored = given.map((one) => (typeof one === 'function' ? letThrough(one) : one));
}

// biome-ignore lint/complexity/noBannedTypes: whatever watchers call
function letThrough(isIgnored: Function): (path: string, ...rest: unknown[]) => boolean {
  return (path, ...rest) => !MAY_MATTER.test(path) && Boolean(isIgnored(path, ...rest));
}
