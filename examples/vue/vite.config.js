import vue from '@vitejs/plugin-vue';
import images from 'unplugin-image-prompt/vite';
import { defineConfig } from 'vite';

export default defineConfig({ base: '/docs/', plugins: [images(), vue()] });
