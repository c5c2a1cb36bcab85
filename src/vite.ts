import type { Plugin } from 'vite';
import type { Options } from './options.ts';
import { createVitePlugin } from './plugin/native.ts';

/** The plugin for Vite. */
const imagePrompt: (options?: Options) => Plugin = createVitePlugin;

export { imagePrompt as default, imagePrompt as 'module.exports' };
