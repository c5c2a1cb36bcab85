import type { Options } from './options.ts';

export {
  type Diagnostic,
  type ErrorCode,
  ImagePromptError,
  isImagePromptError,
} from './errors.ts';
export type { OnMissing, Options } from './options.ts';
export type { Picture, PicturePlaceholder, PictureSource } from './picture/types.ts';
export { type FalOptions, fal } from './provider/fal.ts';
export { sketch } from './provider/sketch.ts';
export type {
  EditInput,
  EditInputs,
  Progress,
  Provider,
  ProviderCall,
  ProviderMedia,
  ProviderResult,
  Quote,
  ReceivedImage,
  Submission,
} from './provider/types.ts';
export type { Digest, Key, Recipe } from './recipe/types.ts';
export { VERSION } from './version.ts';

/** Types the options of `image-prompt.config.*`; returns them as they are. */
export function defineConfig(options: Options): Options {
  return options;
}
