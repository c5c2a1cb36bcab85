export { Picture, type PictureProps } from './components/solid.ts';
