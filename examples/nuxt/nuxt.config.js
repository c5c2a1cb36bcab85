import { defineNuxtConfig } from 'nuxt/config';

export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  modules: ['unplugin-image-prompt/nuxt', '@nuxt/content'],
  // Of Node itself: nothing to be compiled.
  content: { experimental: { sqliteConnector: 'native' } },
  app: { baseURL: '/docs/', head: { htmlAttrs: { lang: 'en' } } },
});
