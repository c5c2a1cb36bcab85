export { Picture, type PictureProps } from './components/vue.ts';
export { imagePromptNodeTransform } from './plugin/vue/node-transform.ts';
export type { VueNodeTransform } from './plugin/vue/types.ts';
