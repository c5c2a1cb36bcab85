import type { WebpackPluginInstance } from 'webpack';
import type { Options } from './options.ts';
import { unplugin } from './plugin/factory.ts';

/** The plugin for webpack. */
const imagePrompt: (options?: Options) => WebpackPluginInstance = unplugin.webpack;

export { imagePrompt as default, imagePrompt as 'module.exports' };
