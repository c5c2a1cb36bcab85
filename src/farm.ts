import type { JsPlugin } from '@farmfe/core';
import type { Options } from './options.ts';
import { unplugin } from './plugin/factory.ts';

/** The plugin for Farm. */
const imagePrompt: (options?: Options) => JsPlugin = unplugin.farm;

export { imagePrompt as default, imagePrompt as 'module.exports' };
