import type { Plugin } from 'esbuild';
import type { Options } from './options.ts';
import { createEsbuildPlugin } from './plugin/native.ts';

/** The plugin for esbuild. */
const imagePrompt: (options?: Options) => Plugin = createEsbuildPlugin;

export { imagePrompt as default, imagePrompt as 'module.exports' };
