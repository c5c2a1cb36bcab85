import imagePrompt from 'unplugin-image-prompt/eleventy';

export default function (config) {
  config.addPlugin(imagePrompt);
  return { pathPrefix: '/docs/', dir: { input: 'content' } };
}
