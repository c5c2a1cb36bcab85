import { defineConfig, sketch } from 'unplugin-image-prompt';

// The pages are built by whoever changes them: no key, no network, no price.
export default defineConfig({ provider: sketch() });
