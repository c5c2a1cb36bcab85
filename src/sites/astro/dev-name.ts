/** Gives a page of a dev server with its pictures. */
export type RewriteDevPage = (html: string, path: string) => Promise<string>;

/** Where the dev server of this process has a {@link RewriteDevPage}; a middleware lives in another module graph. */
export const DEV_PAGES: symbol = Symbol.for('unplugin-image-prompt/astro/dev-pages');
