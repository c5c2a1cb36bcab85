import type { WebpackPluginInstance } from 'webpack';
import type { Options } from './options.ts';
import { shareSessions, unplugin } from './plugin/factory.ts';

/** The plugin for webpack. */
const imagePrompt: (options?: Options) => WebpackPluginInstance = (options) =>
  unplugin.webpack(shareSessions(options));

export { imagePrompt as default, imagePrompt as 'module.exports' };
