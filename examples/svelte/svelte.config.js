import { imagePromptPreprocess } from 'unplugin-image-prompt/svelte';

export default { preprocess: [imagePromptPreprocess()] };
