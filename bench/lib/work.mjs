// The work that the contestants of a row share: the same originals, widths, formats and settings.
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Originals are made once and kept here; everything else goes when the bench ends. */
export const KEPT = join(tmpdir(), 'image-prompt-bench');

/** The sizes that gpt-image-2 is asked for most. */
export const SIZES = [
  [1024, 768],
  [1024, 1024],
  [1024, 1536],
  [1920, 1080],
  [2560, 1440],
  [3840, 2160],
];
/** The original that "one of 24 changed" and the dev server are about: 1920 × 1080. */
export const FULL_HD = 3;
const WIDTHS = [480, 960, 1440, 1920];
export const FORMATS = ['avif', 'webp', 'jpeg'];

/** Settings of all encoders. What a map leaves out is the tool's own default. */
export const SETTINGS = {
  /** The largest set that every tool can express; AVIF effort 2 makes overhead show. */
  identical: {
    avif: { quality: 50, effort: 2, chromaSubsampling: '4:4:4' },
    webp: { quality: 80, effort: 4 },
    jpeg: { quality: 80, progressive: false, chromaSubsampling: '4:2:0' },
  },
  /** Quick to encode, for rows in which nothing is encoded while we measure. */
  cheap: {
    avif: { quality: 50, effort: 0, chromaSubsampling: '4:2:0' },
    webp: { quality: 75, effort: 0 },
    jpeg: { quality: 80, progressive: false, chromaSubsampling: '4:2:0' },
  },
  defaults: { avif: {}, webp: {}, jpeg: {} },
};

/** Widths of an original, none above its own. @param {number} width */
export function widthsOf(width) {
  return WIDTHS.filter((one) => one <= width);
}

/** Files and megapixels that a contestant must write. @param {{ width: number, height: number }[]} images */
export function expectOutput(images) {
  let files = 0;
  let megapixels = 0;
  for (const { width, height } of images) {
    for (const one of widthsOf(width)) {
      files += FORMATS.length;
      megapixels += (FORMATS.length * one * Math.round((one * height) / width)) / 1e6;
    }
  }
  return { files, megapixels };
}
