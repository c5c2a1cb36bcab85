import type { RspackPluginInstance } from '@rspack/core';
import type { Options } from './options.ts';
import { shareSessions, unplugin } from './plugin/factory.ts';

/** The plugin for Rspack. */
const imagePrompt: (options?: Options) => RspackPluginInstance = (options) =>
  unplugin.rspack(shareSessions(options));

export { imagePrompt as default, imagePrompt as 'module.exports' };
