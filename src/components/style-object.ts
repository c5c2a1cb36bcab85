/** Reads the declarations that a placeholder is written as, for frameworks whose styles are objects. */
export function toStyleObject(css: string | undefined): Record<string, string> | undefined {
  if (css === undefined) return undefined;
  // A `data:` URL has semicolons of its own, and no bracket.
  const declarations = css.matchAll(/([a-z-]+):((?:url\([^)]*\)|[^;(])+)/g);
  return Object.fromEntries(
    [...declarations].map(([, name = '', value = '']) => [
      name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
