import { withImagePrompt } from 'unplugin-image-prompt/vitepress';
import { defineConfig } from 'vitepress';

export default withImagePrompt(
  defineConfig({
    title: 'Tea house',
    base: '/docs/',
    head: [['link', { rel: 'icon', href: '/leaf.image.yaml' }]],
    themeConfig: {
      logo: '/leaf.image.yaml',
      nav: [{ text: 'Guide', link: '/guide/page' }],
      search: { provider: 'local' },
    },
  }),
);
