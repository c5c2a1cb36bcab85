/** Longest piece of a text that a message repeats: messages reach logs, prompts must not. */
const LONGEST = 40;

/** Names a value in a message: short scalars as written, everything else by its kind. */
export function display(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  const points = [...value.slice(0, LONGEST * 2)];
  const cut = points.length > LONGEST ? `${points.slice(0, LONGEST).join('')}…` : value;
  return JSON.stringify(cut);
}

/** Writes a path as people do: `output.widths[2]`. */
export function displayPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text === '' ? 'spec' : text;
}

/** Joins words as `a, b or c`. */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The house sentence for a value that is not what was expected. */
export function expectedSentence(expected: string, name: string, received: unknown): string {
  return `Expected ${expected} for \`${name}\`, received ${display(received)}.`;
}
