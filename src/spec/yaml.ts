import { Composer, type CST, type Document, Parser } from 'yaml';

/** Deepest nesting of lists and maps, aliases written out included. */
export const MAX_DEPTH = 32;

/** One YAML document of a text. */
export interface ComposedYaml {
  /** `null` when the text is nested too deeply to be composed. */
  document: Document.Parsed | null;
  /** Offset of the list or map that is nested too deeply. */
  tooDeepAt: number | null;
  /** Offset of a second document. */
  secondAt: number | null;
}

/**
 * Composes the first document of a text, with the YAML 1.2 core schema whatever its directives say.
 *
 * The library composes recursively; near the end of the stack a regular expression that must be
 * compiled aborts the whole process. So the depth is checked on its flat token tree first.
 * Keys are not compared here: the library does so in quadratic time.
 */
export function composeYaml(text: string): ComposedYaml {
  const tokens = [...new Parser().parse(text)];
  const tooDeepAt = findTooDeep(tokens);
  if (tooDeepAt !== null) return { document: null, tooDeepAt, secondAt: null };
  const composer = new Composer({
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  let document: Document.Parsed | null = null;
  for (const next of composer.compose(tokens, true, text.length)) {
    if (document !== null) return { document, tooDeepAt: null, secondAt: next.range[0] };
    document = next as Document.Parsed;
  }
  return { document, tooDeepAt: null, secondAt: null };
}

function findTooDeep(tokens: readonly CST.Token[]): number | null {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  while (open.length > 0) {
    const { token, depth } = open.pop()!;
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth });
    } else if ('items' in token) {
      if (depth >= MAX_DEPTH) return token.offset;
      for (const { key, value } of token.items) {
        if (key) open.push({ token: key, depth: depth + 1 });
        if (value) open.push({ token: value, depth: depth + 1 });
      }
    }
  }
  return null;
}
