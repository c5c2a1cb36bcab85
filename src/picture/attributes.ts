/**
 * Attributes by name. `true` writes the name alone; `false` and `null` leave the attribute out, a
 * default included; `undefined` is as if it were not there.
 */
export type Attributes = Record<string, string | number | boolean | null | undefined>;

/** Escapes text for an attribute in quotes of either kind, and for text between tags. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Lays the author's attributes over ours, names in lower case as HTML reads them.
 * @throws TypeError for what cannot be the name of an attribute
 */
export function mergeAttributes(ours: Attributes, theirs: Attributes): Attributes {
  const merged: Attributes = { ...ours };
  for (const [given, value] of Object.entries(theirs)) {
    const name = checkName(given).toLowerCase();
    if (value === undefined) continue;
    merged[name] = name === 'style' ? joinStyles(merged[name], value) : value;
  }
  return merged;
}

/** Writes an opening tag. */
export function writeTag(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === false) return [];
    return [value === true ? name : `${name}="${escapeHtml(String(value))}"`];
  });
  return `<${[name, ...written].join(' ')}>`;
}

/** Source: https://html.spec.whatwg.org/multipage/syntax.html#attributes-2 (`<` is one of our own). */
function checkName(name: string): string {
  if (name !== '' && !/[\s\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}"'<>/=]/u.test(name)) return name;
  // Not an ImagePromptError: their catalogue has no place in a page's script.
  throw new TypeError(`Expected the name of an HTML attribute, received ${JSON.stringify(name)}.`);
}

/** The author's declarations come last, so they win over the placeholder's. */
function joinStyles(ours: Attributes[string], theirs: Attributes[string]): Attributes[string] {
  if (typeof theirs !== 'string' || typeof ours !== 'string') return theirs;
  return `${ours};${theirs}`;
}
