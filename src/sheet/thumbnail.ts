import type { Thumbnail } from './types.ts';

/** Widest and highest thumbnail, in pixels. */
const MOST = { width: 480, height: 640 };

/** Size of an original's thumbnail: never larger than the original. */
export function fitThumbnail({
  width,
  height,
}: Omit<Thumbnail, 'bytes'>): Omit<Thumbnail, 'bytes'> {
  const scale = Math.min(1, MOST.width / width, MOST.height / height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
