import type { Plugin } from 'rollup';
import type { Options } from './options.ts';
import { createRollupPlugin } from './plugin/native.ts';

/** The plugin for Rollup. */
const imagePrompt: (options?: Options) => Plugin = createRollupPlugin;

export { imagePrompt as default, imagePrompt as 'module.exports' };
