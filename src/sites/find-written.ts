/** How a reference was written. */
export interface Written {
  /** Null when several paths of the page explain it. */
  path: string | null;
  /** Whether its place says so, and not only that nothing else explains it. */
  isCertain: boolean;
}

/**
 * Tells how the author wrote the references of a page that begin with `/`, after other plugins put a base before
 * them: by their places, since a page may name several files that are called alike but for the base. Where others
 * have taken references out or put them in, by what only one of those that were written explains.
 * @param written the page before that
 * @returns what takes a path and where its attribute begins, and gives null for what the base does not explain
 */
export function findWritten(
  html: string,
  written: string,
  base: string,
): (path: string, offset: number) => Written | null {
  const now = listRooted(html);
  const before = listRooted(written);
  const isPaired =
    now.length === before.length &&
    now.every(({ path }, at) => isBased(path, before[at]!.path, base));
  const find = (name: string, offset: number): string | null | undefined => {
    if (isPaired) {
      const at = now.findIndex((one) => one.offset >= offset && one.path === name);
      return before[at]?.path;
    }
    const all = new Set(before.map(({ path }) => path));
    const likely = [...all].filter((path) => isBased(name, path, base));
    return likely.length > 1 ? null : likely[0];
  };
  return (path, offset) => {
    const name = withoutQuery(path);
    const found = find(name, offset);
    if (found === undefined) return null;
    return { path: found && found + path.slice(name.length), isCertain: isPaired };
  };
}

interface Rooted {
  path: string;
  offset: number;
}

function listRooted(html: string): Rooted[] {
  const found = html.matchAll(/(?<![^"'\s,(=;])\/(?!\/)[^"'\s,()<>]*?\.image\.ya?ml/gi);
  return [...found].map(({ 0: path, index }) => ({ path, offset: index }));
}

/** Whether a path is another with a base before it, any number of times. */
function isBased(path: string, written: string, base: string): boolean {
  if (path === written) return true;
  const inner = path.startsWith(base) && base !== '/' ? `/${path.slice(base.length)}` : null;
  return inner !== null && isBased(inner, written, base);
}

function withoutQuery(path: string): string {
  return path.replace(/(\.ya?ml)[?#].*$/i, '$1');
}
