import mdx from '@mdx-js/rollup';
import imagePrompt from 'unplugin-image-prompt/remark-mdx';
import images from 'unplugin-image-prompt/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/docs/',
  plugins: [images(), { enforce: 'pre', ...mdx({ remarkPlugins: [imagePrompt] }) }],
});
