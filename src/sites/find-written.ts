/**
 * Tells how the author wrote the references of a page that begin with `/`, after other plugins put a base before
 * some of them: as often before each, and before none that stands where they look for no URL. Eleventy's plugin for
 * feeds brings the one for bases along once more.
 * @param written the page before that: a folder may be called like the base
 * @returns null for what this does not explain
 */
export function findWritten(
  html: string,
  written: string,
  base: string,
): (path: string) => string | null {
  if (base === '/') return (path) => path;
  const known = new Set(listRooted(written));
  const paths = listRooted(html);
  const isKnown = (path: string): boolean => known.has(path.replace(/(\.ya?ml)[?#].*$/i, '$1'));
  for (let times = 0; ; times++) {
    const stripped = paths.map((path) => strip(path, base, times));
    if (paths.every((path, at) => isKnown(path) || isKnown(stripped[at]!))) {
      return (path) => [strip(path, base, times), path].find(isKnown) ?? null;
    }
    if (!stripped.some((path) => path.startsWith(base))) return () => null;
  }
}

function strip(path: string, base: string, times: number): string {
  if (times === 0 || !path.startsWith(base)) return path;
  return strip(`/${path.slice(base.length)}`, base, times - 1);
}

function listRooted(html: string): string[] {
  return html.match(/(?<![^"'\s,(=])\/(?!\/)[^"'\s,()<>]*?\.image\.ya?ml/gi) ?? [];
}
