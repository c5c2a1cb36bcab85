import { isElsewhere, isReference, MAY_REFER } from '../references.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { type CssReference, scanCss } from './scan-css.ts';

/** What the rewriting of a style sheet needs to know. */
export interface CssContext {
  /** Whether it is plain CSS: there a string is no file, and `//` no comment. */
  plain: boolean;
  /** The URL of the picture behind a reference. */
  urlOf(reference: CssReference): Promise<string>;
  /** What an `@import`, or a `composes`, shall name instead, or null. */
  importOf(reference: CssReference): Promise<string | null>;
  /** What the URL of another file becomes: for a copy that lies elsewhere. Null leaves it. */
  rebase(url: string): string | null;
  /** The error about a reference at a place where no picture can stand. */
  refuse(reference: CssReference): Promise<Error>;
}

/**
 * Rewrites the references of a style sheet; nothing else of it changes. Pure but for what the context
 * does.
 * @returns null when there is nothing to do
 */
export async function rewriteCss(css: string, context: CssContext): Promise<string | null> {
  const edits: Edit[] = [];
  for (const reference of scanCss(css, { lineComments: !context.plain })) {
    const { start, end } = reference;
    const url = await rewriteReference(reference, context);
    if (url !== null) edits.push({ start, end, text: writeReference(url, reference) });
  }
  return edits.length === 0 ? null : applyEdits(css, edits);
}

async function rewriteReference(
  reference: CssReference,
  context: CssContext,
): Promise<string | null> {
  const { kind, value } = reference;
  // Sass, Less and Stylus put names together that nobody knows before them.
  if (!context.plain && /[#@$]?\{/.test(value) && MAY_REFER.test(value)) {
    throw await context.refuse(reference);
  }
  if (isReference(value)) {
    if (kind === 'url' || kind === 'image') return await context.urlOf(reference);
    // The text of plain CSS is shown or ignored; a preprocessor may make a URL of it.
    if (kind === 'text' && context.plain) return null;
    throw await context.refuse(reference);
  }
  if (kind === 'text' || value === '' || isElsewhere(value)) return null;
  if (kind === 'import' || kind === 'from') {
    const other = await context.importOf(reference);
    if (other !== null) return other;
  }
  return context.rebase(value);
}

/** Writes a URL in the form of the author; without quotes only where that needs no escapes. */
export function writeReference(url: string, { inUrl }: Pick<CssReference, 'inUrl'>): string {
  // https://www.w3.org/TR/css-syntax-3/#consume-url-token
  const safe = url.replace(
    /[\s"'()\\\p{Cc}]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
  return inUrl ? `url(${safe})` : `"${safe}"`;
}
