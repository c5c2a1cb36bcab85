// CommonJS, as Node reads a Docusaurus site.
const { defineConfig, sketch } = require('unplugin-image-prompt');

// Free pictures to try things out; without `provider` they come from fal.ai.
module.exports = defineConfig({ provider: sketch(), site: 'https://example.org' });
