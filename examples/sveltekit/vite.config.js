import { sveltekit } from '@sveltejs/kit/vite';
import images from 'unplugin-image-prompt/vite';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [images(), sveltekit()] });
