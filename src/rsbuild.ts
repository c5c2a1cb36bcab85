import type { RsbuildPlugin } from '@rsbuild/core';
import type { Options } from './options.ts';
import { unplugin } from './plugin/factory.ts';

/** The plugin for Rsbuild. */
const imagePrompt: (options?: Options) => RsbuildPlugin = unplugin.rsbuild;

export { imagePrompt as default, imagePrompt as 'module.exports' };
