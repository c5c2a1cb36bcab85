// What of Docusaurus is used, written by hand: nothing of it is needed to use this package.
import type { Middleware } from '../../plugin/dev.ts';

/** The configuration, as a user writes it and as Docusaurus has checked it. */
export interface DocusaurusConfig {
  url?: string;
  baseUrl?: string;
  favicon?: string;
  headTags?: unknown[];
  themeConfig?: Record<string, unknown>;
  customFields?: Record<string, unknown>;
  presets?: unknown[];
  plugins?: unknown[];
  markdown?: { parseFrontMatter?: ParseFrontMatter } & Record<string, unknown>;
}

/** Reads the front matter of a page: `markdown.parseFrontMatter`. */
export type ParseFrontMatter = (page: {
  filePath: string;
  fileContent: string;
  defaultParseFrontMatter: ParseFrontMatter;
}) => Promise<{ frontMatter: Record<string, unknown>; content: string }>;

/** What a plugin is told. */
export interface LoadContext {
  siteDir: string;
  siteConfig: DocusaurusConfig & { url: string; baseUrl: string };
}

/** What bundlers are told; the same for both. */
export interface BundlerConfig {
  output?: { assetModuleFilename?: unknown };
}

/** A plugin. Source: https://docusaurus.io/docs/api/plugin-methods */
export interface DocusaurusPlugin {
  name: string;
  getClientModules(): string[];
  getPathsToWatch(): string[];
  allContentLoaded(): Promise<void>;
  configureWebpack(
    config: BundlerConfig,
    isServer: boolean,
    utils: { currentBundler: { name: string } },
  ): object;
  postBuild(props: { outDir: string }): Promise<void>;
}

/** An entry of the list that webpack-dev-server gives to `setupMiddlewares`. */
export type DevMiddleware = { name?: string; middleware: Middleware } | Middleware;
