import type { Plugin } from 'vite';
import type { Options } from './options.ts';
import { unplugin } from './plugin/factory.ts';

/** The plugin for Vite. */
const imagePrompt: (options?: Options) => Plugin = unplugin.vite;

export { imagePrompt as default, imagePrompt as 'module.exports' };
