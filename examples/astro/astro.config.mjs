import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import imagePrompt from 'unplugin-image-prompt/astro';

export default defineConfig({
  site: 'https://example.org',
  base: '/docs',
  integrations: [
    starlight({
      title: 'Tea house',
      logo: { src: './src/assets/leaf.image.yaml?picture', alt: '' },
      head: [
        { tag: 'link', attrs: { rel: 'icon', href: '/src/assets/leaf.image.yaml' } },
        {
          tag: 'meta',
          attrs: { property: 'og:image', content: '/src/assets/hero.image.yaml' },
        },
      ],
    }),
    imagePrompt(),
  ],
});
