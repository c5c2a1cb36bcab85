import { defineConfig, sketch } from 'unplugin-image-prompt';

export default defineConfig({
  // Drawn on this machine: no key, no network, no money. README.md says how to try the real service.
  provider: sketch(),
});
