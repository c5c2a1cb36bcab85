import { withImagePrompt } from 'unplugin-image-prompt/docusaurus';

export default withImagePrompt({
  title: 'Tea house',
  url: 'https://example.org',
  baseUrl: '/site/',
  favicon: './leaf.image.yaml',
  headTags: [
    { tagName: 'link', attributes: { rel: 'apple-touch-icon', href: './leaf.image.yaml' } },
  ],
  // With Rspack; without this line it is webpack.
  future: { v4: true, faster: true },
  presets: [['classic', { docs: { routeBasePath: 'guide' } }]],
  themeConfig: {
    image: './hero.image.yaml',
    navbar: {
      title: 'Tea house',
      logo: { src: './leaf.image.yaml', srcDark: './leaf.image.yaml?w=128' },
      items: [
        { to: '/guide/', label: 'Guide' },
        { to: '/blog/', label: 'Blog' },
      ],
    },
  },
});
