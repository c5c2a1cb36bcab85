import { printLine } from './plugin/hosts/print.ts';
import {
  createWithImagePrompt,
  type WithImagePrompt,
} from './sites/docusaurus/with-image-prompt.ts';
import { type RemarkMdx, remarkMdx } from './sites/mdx/remark.ts';

export type { DocusaurusOptions, WithImagePrompt } from './sites/docusaurus/with-image-prompt.ts';
export type { RemarkMdx, RemarkMdxOptions } from './sites/mdx/remark.ts';

/** Adds pictures to the configuration of a Docusaurus site: `module.exports = withImagePrompt({ … })`. */
export const withImagePrompt: WithImagePrompt = createWithImagePrompt({
  env: process.env,
  words: process.argv.slice(2),
  now: () => performance.now(),
  print: printLine,
});

/** The plugin for MDX, for plugins of others that read pages: as one of their `beforeDefaultRemarkPlugins`. */
export const remark: RemarkMdx = remarkMdx;
