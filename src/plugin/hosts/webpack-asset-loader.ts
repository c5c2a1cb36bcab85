import type { ReferenceContext } from './webpack-references.ts';

/** Bytes, not text. */
export const raw = true;

/** The loader behind `url(./hero.image.yaml)`: the module is the spec, its content one file of the picture. */
export default function loadAsset(this: ReferenceContext): void {
  const callback = this.async();
  const host = this.imagePrompt;
  if (!host) {
    callback(new Error('unplugin-image-prompt is not among the plugins.'));
    return;
  }
  host.loadAsset(this).then(
    (bytes) => callback(null, bytes),
    (error: Error) => callback(error),
  );
}
