import type { Plugin } from 'rolldown';
import type { Options } from './options.ts';
import { createRollupPlugin } from './plugin/native.ts';

/** The plugin for Rolldown. */
const imagePrompt: (options?: Options) => Plugin = (options) =>
  createRollupPlugin(options) as Plugin;

export { imagePrompt as default, imagePrompt as 'module.exports' };
