import type { AvifOptions, JpegOptions, PngOptions, WebpOptions } from 'sharp';
import type { EncodeOptions } from '../spec/types.ts';

/** Settings with a quality that is a number. */
export type FixedOptions = Omit<EncodeOptions, 'quality' | 'target'> & { quality?: number };

/** Leaves out what is to be searched: the format's own quality stands for it. */
export function toFixedOptions({ target: _, quality, ...rest }: EncodeOptions): FixedOptions {
  return typeof quality === 'number' ? { ...rest, quality } : rest;
}

// Whoever changes a value here changes bytes: raise PIPELINE_VERSION in sharp.ts with it.

/**
 * AVIF. Effort 3 with 4:2:0 takes a fifth of the time of sharp's own defaults (effort 4, 4:4:4) for
 * up to 3 % more bytes at equal quality; between effort 3 and 4 lies a cliff in libaom.
 */
export function toAvifOptions(options: FixedOptions): AvifOptions {
  const lossless = options.lossless ?? false;
  return {
    quality: options.quality ?? 50,
    effort: options.effort ?? 3,
    lossless,
    // Halving the colour resolution would not be lossless.
    chromaSubsampling: options.chromaSubsampling ?? (lossless ? '4:4:4' : '4:2:0'),
    // sharp's tune for still pictures: 7 to 11 % smaller than tuning for SSIM at equal quality.
    tune: 'iq',
    bitdepth: 8,
  };
}

/** WebP. Effort 6 takes twice the time of 4 for 1 %. */
export function toWebpOptions(options: FixedOptions): WebpOptions {
  return {
    quality: options.quality ?? 75,
    effort: options.effort ?? 4,
    lossless: options.lossless ?? false,
  };
}

/**
 * JPEG. mozjpeg takes seven times as long for 1 to 12 % fewer bytes of a file that few browsers
 * fetch any more, so it is there to ask for; progressive alone gives 3 % for nothing.
 */
export function toJpegOptions(options: FixedOptions): JpegOptions {
  return {
    quality: options.quality ?? 80,
    mozjpeg: options.mozjpeg ?? false,
    progressive: options.progressive ?? true,
    chromaSubsampling: options.chromaSubsampling ?? '4:2:0',
  };
}

/** PNG, lossless unless a quality is asked for: then colours are reduced to a palette. */
export function toPngOptions(options: FixedOptions): PngOptions {
  const palette = options.quality !== undefined && options.quality < 100;
  return {
    compressionLevel: 9,
    progressive: options.progressive ?? false,
    // Filters predict neighbouring pixels; indexes of a palette have nothing to predict.
    adaptiveFiltering: !palette,
    ...(palette ? { palette, quality: options.quality } : {}),
  };
}
