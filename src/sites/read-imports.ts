import { toImport } from './to-import.ts';

/** What text is passed over in JavaScript: comments; strings are matched first, since they may hold `//`. */
const COMMENTS = /(["'])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\.|[^\\`])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A comment of JSX goes first: the text before it may have an apostrophe, which opens no string. */
const JSX_COMMENTS = /\{\s*\/\*[\s\S]*?\*\/\s*\}/g;

/** An import, an export from, `import()` and `require()`, where they name a spec by a plain string. */
const IMPORT =
  /\b(?:from|import|require)\s*\(?\s*(["'`])((?:(?!\1)[^\n\\])*?\.image\.ya?ml(?:\?(?:(?!\1)[^\n\\])*)?)\1/gi;

/** Comments of HTML, of MDX and of its imports, and code that is only shown. */
const SHOWN =
  /^[ \t]*\/\/[^\n]*|<!--[\s\S]*?-->|\{\/\*[\s\S]*?\*\/\}|^([ \t]*)(`{3,}|~{3,})[^\n]*\n(?:[\s\S]*?^[ \t]*\2[`~]*[ \t]*$|[\s\S]*)|(`+)(?!`)[\s\S]*?[^`]\3(?!`)/gm;

/** `](URL)`, `](<URL>)`, `[name]: URL`, and `src="URL"` of Markdown. */
const MARKDOWN =
  /(?:\]\(\s*|\]:\s*|\bsrc\s*=\s*["'])(?:<([^>\n]*\.image\.ya?ml(?:\?[^>\n]*)?)>|([^\s"'()<>]*\.image\.ya?ml(?:\?[^\s"'()<>]*)?))/gi;

/**
 * The specs that a module imports, as import statements name them: no comments, no code that a page of Markdown only shows.
 * @param isMarkdown whether it is `.md` or `.mdx`, where images name specs too
 */
export function readImports(text: string, isMarkdown: boolean): Set<string> {
  const found = new Set<string>();
  const code = isMarkdown
    ? text.replace(SHOWN, ' ')
    : text.replace(JSX_COMMENTS, ' ').replace(COMMENTS, dropComment);
  for (const [, , specifier] of code.matchAll(IMPORT)) found.add(specifier!);
  if (!isMarkdown) return found;
  for (const [, bracketed, bare] of code.matchAll(MARKDOWN))
    found.add(toImport((bracketed ?? bare)!));
  return found;
}

function dropComment(matched: string): string {
  return matched.startsWith('/') ? ' ' : matched;
}
