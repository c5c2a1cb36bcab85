// What of VitePress is used, written by hand: both of its releases fit, and neither is needed to use this package.

/** An entry of `head`. */
export type HeadEntry = [tag: string, attributes: Record<string, string>, content?: string];

/** What a page is made of. */
export interface PageData {
  /** Relative to `srcDir`, with `/`. */
  filePath: string;
  frontmatter: Record<string, unknown>;
}

/** The configuration as VitePress has resolved it. */
export interface SiteConfig {
  root: string;
  srcDir: string;
  outDir: string;
  site: { base: string; head: HeadEntry[]; themeConfig: unknown; locales: unknown };
  markdown?: { cache?: boolean };
  sitemap?: { hostname?: string };
}

type MaybePromise<T> = T | Promise<T>;

/** What {@link withImagePrompt} adds to. */
export interface UserConfig {
  vite?: { plugins?: unknown[] };
  markdown?: object;
  transformPageData?: (
    page: PageData,
    context: { siteConfig: SiteConfig },
  ) => MaybePromise<unknown>;
  buildEnd?: (siteConfig: SiteConfig) => MaybePromise<void>;
}
