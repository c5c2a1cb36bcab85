export type { Attributes } from './picture/attributes.ts';
export { pictureHtml, preloadHtml } from './picture/html.ts';
export type { Picture, PicturePlaceholder, PictureSource } from './picture/types.ts';
