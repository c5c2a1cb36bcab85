import { printLine } from './plugin/hosts/print.ts';
import { guardOutput } from './sites/next/guard-output.ts';
import { createNextAdapter, type WithImagePrompt } from './sites/next/with-image-prompt.ts';

export type { NextOptions, WithImagePrompt } from './sites/next/with-image-prompt.ts';

/**
 * Lets an application of Next import specs: `export default withImagePrompt({ output: 'export' })` in `next.config.mjs`.
 * A build makes and encodes every spec that a source file imports before it starts.
 * @throws ImagePromptError what a bundler's build would throw, from the configuration
 */
export const withImagePrompt: WithImagePrompt = createNextAdapter({
  env: process.env,
  words: process.argv.slice(2),
  cwd: () => process.cwd(),
  now: () => performance.now(),
  print: printLine,
  guard: guardOutput,
});
