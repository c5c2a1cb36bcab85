import { defineCollection, defineContentConfig, z } from '@nuxt/content';

export default defineContentConfig({
  collections: {
    content: defineCollection({
      type: 'page',
      // Without the specs, which lie beside the pages.
      source: '**/*.md',
      schema: z.object({ image: z.string().optional() }),
    }),
  },
});
