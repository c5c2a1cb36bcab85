import { type RemarkMdx, remarkMdx } from './sites/mdx/remark.ts';

export type { RemarkMdx, RemarkMdxOptions } from './sites/mdx/remark.ts';

/** The plugin for MDX: `mdx({ remarkPlugins: [imagePrompt] })`. */
const imagePrompt: RemarkMdx = remarkMdx;

export default imagePrompt;
