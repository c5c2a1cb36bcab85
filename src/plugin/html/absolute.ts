import { escapeHtml } from '../../picture/attributes.ts';
import { applyEdits, type Edit } from '../text-edits.ts';
import { type PageElement, readPage } from './read-page.ts';

/** Marks a `<meta>` whose URL shall be absolute once the bundler knows it. */
export const ABSOLUTE_MARK = 'data-image-prompt-absolute';

/**
 * Makes the marked URLs absolute, as https://ogp.me/#structured wants them, and removes the marks.
 * @param fileName of the page, relative to the output folder
 * @param site where the output folder, or with a `base` the host, is found
 * @param move gives the path that a URL has once the site is published
 */
export async function makeAbsolute(
  html: string,
  fileName: string,
  site: string,
  move: (url: string) => string = (url) => url,
): Promise<string> {
  const page = new URL(encodeURI(fileName), site.endsWith('/') ? site : `${site}/`);
  const { elements } = await readPage(html);
  const marked = elements.filter(({ attributes }) => attributes.has(ABSOLUTE_MARK));
  const edits = marked.flatMap((element) => [
    ...makeUrlAbsolute(element, page, move),
    removeMark(element, html),
  ]);
  return applyEdits(html, edits);
}

function makeUrlAbsolute(
  { attributes, rangeOf }: PageElement,
  page: URL,
  move: (url: string) => string,
): Edit[] {
  const value = attributes.get('content');
  // Whatever another plugin has made of it stays as it is.
  if (value === undefined || !URL.canParse(value, page.href)) return [];
  return [
    { ...rangeOf('content'), text: `content="${escapeHtml(new URL(move(value), page).href)}"` },
  ];
}

function removeMark({ rangeOf }: PageElement, html: string): Edit {
  const { start: mark, end } = rangeOf(ABSOLUTE_MARK);
  const start = html.slice(0, mark).trimEnd().length;
  // A minifier may leave nothing between it and the next attribute.
  return { start, end, text: /[\s/>]/.test(html.charAt(end)) ? '' : ' ' };
}
