import type { Plugin } from 'rollup';
import type { Options } from './options.ts';
import { unplugin } from './plugin/factory.ts';

/** The plugin for Rollup. */
const imagePrompt: (options?: Options) => Plugin = unplugin.rollup;

export { imagePrompt as default, imagePrompt as 'module.exports' };
