// The parts of Next and of loaders that the adapter uses, so that it needs none of their packages.
// Sources: https://nextjs.org/docs/app/api-reference/config/next-config-js/turbopack,
// https://webpack.js.org/api/loaders/

/** What `next.config.js` exports, when it is no function. */
export interface NextConfig {
  turbopack?: { root?: string; rules?: Record<string, unknown>; [option: string]: unknown };
  pageExtensions?: readonly string[];
  distDir?: string;
  output?: string;
  webpack?: ((config: WebpackConfig, context: unknown) => WebpackConfig) | null;
  [option: string]: unknown;
}

/** The configuration of webpack, as far as it is changed. */
export interface WebpackConfig {
  module: { rules: unknown[] };
  [option: string]: unknown;
}

/** A configuration of Next, or what makes one; `phase` is one of `next/constants`. */
export type NextConfigGiven<C> = C | ((phase: string, context: never) => C | Promise<C>);

/** What a loader is given, by webpack and by Turbopack. */
export interface LoaderContext {
  resourcePath: string;
  resourceQuery?: string;
  /** Left out by Turbopack where nothing is watched. */
  addDependency(file: string): void;
  addMissingDependency?(file: string): void;
  getOptions(): unknown;
  async(): (error: Error | null, code?: string) => void;
}
