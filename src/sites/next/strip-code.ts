/** After these a string is the name of a module. */
const BEFORE_NAME = /(?:\b(?:from|import)|\b(?:import|require)\s*\()\s*$/;
/** After these a slash begins a regular expression; `<` and `>` are left out, for tags have slashes too. */
const BEFORE_REGEXP = /(?:^|[(,=:[!&|?{};+\-*%~^]|\b(?:return|typeof|case))\s*$/;

/** Tokens that hide others: comments, strings, and what may be a template or a regular expression. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(["'])(?:\\.|(?!\1)[^\\\n])*\1|`|\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\//g;

/**
 * JavaScript or TypeScript without comments, and without strings that name no module: what is left of imports are imports.
 * Text, not a parser: none that the package has reads JSX and TypeScript. What it gets wrong, such as an apostrophe in the
 * text of JSX, ends with its line.
 */
export function stripCode(text: string): string {
  let out = '';
  let at = 0;
  for (let match = next(text, at); match !== null; match = next(text, at)) {
    const [token] = match;
    out += text.slice(at, match.index);
    at = match.index + token.length;
    if (token === '`') {
      at = endOfTemplate(text, at);
      out += '``';
    } else if (token.startsWith('/*') || token.startsWith('//')) {
      // A comment may stand where a line ends.
      out += token.includes('\n') ? '\n' : ' ';
    } else if (token.startsWith('/')) {
      if (BEFORE_REGEXP.test(lineEnd(out))) out += ' ';
      else {
        // A division: what follows is code.
        out += '/';
        at = match.index + 1;
      }
    } else out += BEFORE_NAME.test(lineEnd(out)) ? token : '""';
  }
  return out + text.slice(at);
}

function next(text: string, at: number): RegExpExecArray | null {
  TOKEN.lastIndex = at;
  return TOKEN.exec(text);
}

/** Enough to tell what a token follows. */
function lineEnd(text: string): string {
  return text.slice(-80);
}

/** Behind the back-tick that ends a template, with templates in its expressions. */
function endOfTemplate(text: string, begin: number): number {
  let depth = 0;
  for (let at = begin; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (depth === 0 && char === '`') return at + 1;
    else if (depth === 0 && char === '$' && text[at + 1] === '{') {
      depth = 1;
      at++;
    } else if (depth > 0 && char === '{') depth++;
    else if (depth > 0 && char === '}') depth--;
    else if (depth > 0 && char === '`') at = endOfTemplate(text, at + 1) - 1;
  }
  return text.length;
}
