import { printLine } from './plugin/hosts/print.ts';
import {
  createDocusaurusParts,
  type DocusaurusParts,
  type DocusaurusPluginModule,
  type WithImagePrompt,
} from './sites/docusaurus/with-image-prompt.ts';
import { type RemarkMdx, remarkMdx } from './sites/mdx/remark.ts';

export type {
  DocusaurusOptions,
  DocusaurusPluginModule,
  WithImagePrompt,
} from './sites/docusaurus/with-image-prompt.ts';
export type { RemarkMdx, RemarkMdxOptions } from './sites/mdx/remark.ts';

const parts: DocusaurusParts = createDocusaurusParts({
  env: process.env,
  words: process.argv.slice(2),
  now: () => performance.now(),
  print: printLine,
});

/** Adds pictures to the configuration of a Docusaurus site: `module.exports = withImagePrompt({ … })`. */
export const withImagePrompt: WithImagePrompt = parts.withImagePrompt;

/** The plugin alone; `remark` and `parseFrontMatter` are put into the configuration by hand then. */
export const plugin: DocusaurusPluginModule = parts.plugin;

/** What reads front matter, for `markdown.parseFrontMatter`, beside {@link plugin}. */
export const parseFrontMatter: DocusaurusParts['parseFrontMatter'] = parts.parseFrontMatter;

/** The plugin for MDX, for plugins that read pages: as one of their `beforeDefaultRemarkPlugins`. */
export const remark: RemarkMdx = remarkMdx;
