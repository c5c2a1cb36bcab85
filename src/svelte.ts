import type { Component } from 'svelte';
import type { HTMLImgAttributes } from 'svelte/elements';

// Svelte's compiler gets the component and Node the preprocessor, by the condition `svelte` of package.json.
export { imagePromptPreprocess, type SveltePreprocessor } from './sites/svelte/preprocess.ts';

import type { Picture as PictureData } from './picture/types.ts';

/** Props of the component: the picture, and whatever an `<img>` takes. */
export interface PictureProps extends Omit<HTMLImgAttributes, 'src'> {
  /** What an import of a spec gives. */
  image: PictureData;
}

/**
 * The component for Svelte 5, `components/picture.svelte`; the build puts both together.
 * @example <Picture image={hero} class="hero" sizes="50vw" />
 */
export declare const Picture: Component<PictureProps>;
