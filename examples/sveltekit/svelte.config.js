import adapter from '@sveltejs/adapter-static';
import { mdsvex } from 'mdsvex';
import { imagePromptPreprocess } from 'unplugin-image-prompt/svelte';

export default {
  extensions: ['.svelte', '.md'],
  // After mdsvex, which makes components of pages.
  preprocess: [mdsvex({ extensions: ['.md'] }), imagePromptPreprocess()],
  kit: { adapter: adapter({ pages: 'dist' }), paths: { base: '/docs' } },
};
