import { printLine } from './plugin/hosts/print.ts';
import { createEleventyPlugin, type EleventyPlugin } from './sites/eleventy/plugin.ts';

export type { EleventyOptions, EleventyPlugin } from './sites/eleventy/plugin.ts';

/** The plugin for Eleventy: `eleventyConfig.addPlugin(imagePrompt)`. */
const imagePrompt: EleventyPlugin = createEleventyPlugin({
  env: process.env,
  words: process.argv.slice(2),
  cwd: () => process.cwd(),
  now: () => performance.now(),
  print: printLine,
});

export default imagePrompt;
