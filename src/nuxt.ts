import { printLine } from './plugin/hosts/print.ts';
import { createNuxtModule, type NuxtModule } from './sites/nuxt/module.ts';

export type { NuxtModule, NuxtOptions } from './sites/nuxt/module.ts';

/**
 * Lets templates, imports and, with Nuxt Content, Markdown of a Nuxt site name specs:
 * `modules: ['unplugin-image-prompt/nuxt', '@nuxt/content']`, with options as `imagePrompt`.
 * @throws ImagePromptError CONFIG_INVALID: Nuxt Content stands before it
 */
const imagePrompt: NuxtModule = createNuxtModule({
  env: process.env,
  now: () => performance.now(),
  print: printLine,
});

export { imagePrompt as default };
