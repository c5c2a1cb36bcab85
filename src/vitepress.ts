import { printLine } from './plugin/hosts/print.ts';
import {
  createWithImagePrompt,
  type WithImagePrompt,
} from './sites/vitepress/with-image-prompt.ts';

export type { VitePressOptions, WithImagePrompt } from './sites/vitepress/with-image-prompt.ts';

/** Adds pictures to the configuration of a VitePress site: `export default withImagePrompt(defineConfig({ … }))`. */
export const withImagePrompt: WithImagePrompt = createWithImagePrompt({
  env: process.env,
  now: () => performance.now(),
  print: printLine,
});
