import { svelte } from '@sveltejs/vite-plugin-svelte';
import images from 'unplugin-image-prompt/vite';
import { defineConfig } from 'vite';

export default defineConfig({ base: '/docs/', plugins: [images(), svelte()] });
