import type { Middleware } from '../../plugin/dev.ts';

/** The part of Eleventy's configuration that the plugin uses; Eleventy has no types of its own. */
export interface EleventyConfig {
  /** Set before plugins run. */
  pathPrefix?: string;
  directories: { input: string; output: string };
  on(event: 'eleventy.before', run: (build: EleventyBuild) => unknown): unknown;
  on(event: 'eleventy.after', run: (build: EleventyBuild) => unknown): unknown;
  addTransform(name: string, run: EleventyTransform): unknown;
  /** By name; they run in the order of this object. */
  transforms: Record<string, unknown>;
  addWatchTarget(glob: string): unknown;
  setServerOptions(options: { middleware: Middleware[] }): unknown;
  setEventEmitterMode?(mode: 'parallel' | 'sequential'): unknown;
}

/** What Eleventy says of a build. */
export interface EleventyBuild {
  runMode: 'build' | 'watch' | 'serve';
  /** Only `fs` writes files. */
  outputMode: string;
}

/** A transform, called with the page as `this`. */
export type EleventyTransform = (this: EleventyContext, content: unknown) => Promise<unknown>;

/** What a transform is called with. */
export interface EleventyContext {
  page: EleventyPage;
  /** Where URLs of a feed begin: the filter `renderTransforms` was given one. */
  baseHref?: string;
}

/** A page; paths are relative to the working directory. */
export interface EleventyPage {
  inputPath: string;
  /** `false` when it is not written. */
  outputPath: string | false;
}
