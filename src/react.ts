export { Picture, type PictureProps } from './components/react.ts';
