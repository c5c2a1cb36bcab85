import { defineConfig, sketch } from 'unplugin-image-prompt';

// Free pictures to try things out; without `provider` they come from fal.ai.
export default defineConfig({ provider: sketch(), site: 'https://example.org' });
