// The same site, gone over by Vite: scripts and styles are bundled, files get Vite's own names.
import vite from '@11ty/eleventy-plugin-vite';
import imagePrompt from 'unplugin-image-prompt/eleventy';

export default function (config) {
  // Vite puts its `base` before every URL, and would make `data:` URLs of small pictures.
  config.addPlugin(vite, { viteOptions: { base: '/docs/', build: { assetsInlineLimit: 0 } } });
  config.addPlugin(imagePrompt, { base: '/' });
  return { pathPrefix: '/docs/', dir: { input: 'content' } };
}
