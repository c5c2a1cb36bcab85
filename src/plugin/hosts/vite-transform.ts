import { MAY_REFER } from '../references.ts';
import type { StyleContext } from './vite-css-imports.ts';
import { refuseAt, type ViteHost } from './vite-host.ts';
import type { VitePages } from './vite-html.ts';

/** A module that refers to a spec, or a style sheet that may by way of another. */
export const MAY_CONCERN: RegExp = /\.image\.ya?ml|@import|@value|\bcomposes\b/i;

/**
 * Vite's transform: style sheets are rewritten, scripts that would publish a spec as a file refused.
 * @returns null for all that stays as it is
 */
export async function transformModule(
  host: ViteHost,
  pages: VitePages,
  context: StyleContext,
  code: string,
  id: string,
): Promise<{ code: string; map: null } | null> {
  if (!MAY_CONCERN.test(code)) return null;
  // Loaded late: most builds have neither.
  const { isStyle, rewriteStyle } = await import('./vite-css.ts');
  if (isStyle(id)) {
    const css = await rewriteStyle(host, context, code, id);
    return css === null ? null : { code: css, map: null };
  }
  if (!MAY_REFER.test(code)) return null;
  if (id.endsWith('.html')) {
    pages.watchWith(id, (file) => context.addWatchFile(file));
    return null;
  }
  const { findFileReference } = await import('../js/find-file-reference.ts');
  const found = findFileReference(code);
  if (found === null) return null;
  const file = id.replace(/\?.*$/s, '');
  throw refuseAt(
    host,
    { file, text: code, offset: found.offset },
    {
      message: `new URL() would publish ${found.url} as it is.`,
      hint: 'Import its URL instead: `import url from "./hero.image.yaml?url"`.',
    },
  );
}
