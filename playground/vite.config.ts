import imagePrompt from 'unplugin-image-prompt/vite';
import { defineConfig } from 'vite';

// Where pictures come from stands in image-prompt.config.ts, which the command line reads as well.
export default defineConfig({
  // Relative URLs: the built site works in any folder of any server.
  base: './',
  plugins: [imagePrompt()],
});
