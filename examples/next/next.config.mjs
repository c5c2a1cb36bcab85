import createMDX from '@next/mdx';
import { withImagePrompt } from 'unplugin-image-prompt/next';

const withMDX = createMDX({
  // By name: Turbopack runs it in another process.
  options: { remarkPlugins: [['unplugin-image-prompt/remark-mdx', {}]] },
});

export default withImagePrompt(
  withMDX({
    output: 'export',
    distDir: 'dist',
    basePath: '/docs',
    trailingSlash: true,
    pageExtensions: ['jsx', 'mdx'],
  }),
);
