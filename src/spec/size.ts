import type { Size } from './types.ts';

/** Sizes behind the service's preset names (fal, openai/gpt-image-2, "image_size"). */
export const PRESETS = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
} as const satisfies Record<string, Size>;

/** Name of a preset. */
export type Preset = keyof typeof PRESETS;

/** Which sizes a model can make. */
export interface SizeLimits {
  /** Each edge is a multiple of this, in pixels. */
  step: number;
  /** Longest edge in pixels. */
  maxEdge: number;
  /** Longest edge divided by the shortest, at most. */
  maxRatio: number;
  /** Fewest pixels. */
  minPixels: number;
  /** Most pixels. */
  maxPixels: number;
}

/** The request size, or why there is none; `suggestion` is a similar size that can be made. */
export type RequestSizePlan =
  | { request: Size; problem?: undefined }
  | { request?: undefined; problem: string; suggestion: Size | null };

/**
 * The size to ask the model for, so that a picture of the asked size can be cut from it.
 *
 * The request is the asked shape scaled by some s ≥ 1, each edge rounded up to the next step; of the
 * legal ones the one with the fewest pixels (contract, section 1, "Size"). Growing s passes a finite
 * chain of such sizes, in which every link has more pixels than the last: the first legal one is the
 * answer, and no two have equal pixels. The walk compares products of integers, so it is exact.
 */
export function planRequestSize(asked: Size, limits: SizeLimits): RequestSizePlan {
  const request = findCover(asked, limits);
  if (request !== null) return { request };
  return { problem: explain(asked, limits), suggestion: suggestSize(asked, limits) };
}

function findCover(asked: Size, limits: SizeLimits): Size | null {
  const { step, maxEdge } = limits;
  let columns = Math.ceil(asked.width / step);
  let rows = Math.ceil(asked.height / step);
  while (columns * step <= maxEdge && rows * step <= maxEdge) {
    const cover = { width: columns * step, height: rows * step };
    if (isLegalSize(cover, limits)) return cover;
    // Which edge reaches its next step first as s grows: the one that is filled the more.
    const across = columns * asked.height;
    const down = rows * asked.width;
    if (across <= down) columns++;
    if (down <= across) rows++;
  }
  return null;
}

/** Whether the model accepts the size as it is. */
export function isLegalSize(size: Size, limits: SizeLimits): boolean {
  const { width, height } = size;
  const long = Math.max(width, height);
  const pixels = width * height;
  return (
    width % limits.step === 0 &&
    height % limits.step === 0 &&
    long <= limits.maxEdge &&
    long <= limits.maxRatio * Math.min(width, height) &&
    pixels >= limits.minPixels &&
    pixels <= limits.maxPixels
  );
}

/** Reads `WIDTHxHEIGHT`, or `null` when the text is not that. */
export function parseSizeText(text: string): Size | null {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  return match === null ? null : { width: Number(match[1]), height: Number(match[2]) };
}

function explain(asked: Size, limits: SizeLimits): string {
  const { width, height } = asked;
  const long = Math.max(width, height);
  if (long > limits.maxEdge) return `its longest edge is over ${limits.maxEdge} pixels`;
  if (long > limits.maxRatio * Math.min(width, height)) {
    return `its sides are beyond ${limits.maxRatio}:1`;
  }
  const most = limits.maxPixels.toLocaleString('en-US');
  if (width * height > limits.maxPixels) return `it has more than ${most} pixels`;
  return `rounded up to multiples of ${limits.step} it is beyond the limits of the model`;
}

/** The asked shape brought within the limits: sides clamped, then reduced to whole steps. */
function suggestSize(asked: Size, limits: SizeLimits): Size | null {
  const { step, maxRatio, maxEdge, maxPixels } = limits;
  const clamp = ({ width, height }: Size): Size => ({
    width: Math.min(width, height * maxRatio),
    height: Math.min(height, width * maxRatio),
  });
  const shape = clamp(asked);
  const scale = Math.min(
    1,
    maxEdge / Math.max(shape.width, shape.height),
    Math.sqrt(maxPixels / (shape.width * shape.height)),
  );
  const reduce = (edge: number): number => Math.max(step, Math.floor((edge * scale) / step) * step);
  const size =
    scale === 1 ? shape : clamp({ width: reduce(shape.width), height: reduce(shape.height) });
  return findCover(size, limits) === null ? null : size;
}
