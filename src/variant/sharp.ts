import { readFile } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { ImagePromptError } from '../errors.ts';
import { digestOf } from '../recipe/key.ts';
import { findDominantColor, hasTransparency } from './color.ts';
import { encodePixels } from './encode-pixels.ts';
import { nameEncoder, readSharpVersions } from './encoder-id.ts';
import { fromPixels, MOST_PIXELS, type Pixels, type SharpModule, toPixels } from './pixels.ts';
import type { Analysis, CropPlan, EncodeJob, Encoder, OpenOriginal, VariantSpec } from './types.ts';

/** The largest miniature a page carries inline, in pixels of the longer side. */
const BLUR_EDGE = 20;
/** ThumbHash takes at most this, and the colour needs no more. */
const SAMPLE_EDGE = 100;
/** Widths whose pixels are kept: variants come large to small, so the next formats use them. */
const RESIZED_KEPT = 3;

/** Creates the encoder over sharp, which is loaded on first use. */
export function createSharpEncoder(): Encoder {
  let loading: Promise<SharpModule> | undefined;
  let id: string | undefined;
  const load = (): Promise<SharpModule> => {
    loading ??= import('sharp').then((module) => pin(module.default));
    return loading;
  };
  return {
    warm() {},
    async id() {
      id ??= nameEncoder(readSharpVersions() ?? { ...(await load()).versions });
      return id;
    },
    async open(bytes, job) {
      return await openOriginal(await load(), bytes ?? (await readJobFile(job)), job);
    },
    close: async () => true,
  };
}

/**
 * Pins what sharp keeps for the whole process. The bytes of an AVIF depend on the number of threads
 * (libvips hands it to libaom, which splits the picture by it), and sharp's default differs between
 * platforms and allocators, so names with a hash would differ between a laptop and CI. The cache of
 * libvips never hits for this pattern and holds memory. Other plugins may set both again, so builds
 * encode in a process of their own; see encoder-process.ts.
 */
function pin(sharp: SharpModule): SharpModule {
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

async function readJobFile({ file, source }: EncodeJob): Promise<Buffer> {
  const bytes = file === undefined ? null : await readFile(file);
  if (bytes !== null && digestOf(bytes) === source) return bytes;
  throw new ImagePromptError(
    'IMAGE_CORRUPT',
    `${file} is not the original ${source.slice(0, 16)}.`,
  );
}

async function openOriginal(
  sharp: SharpModule,
  bytes: Buffer,
  job: EncodeJob,
): Promise<OpenOriginal> {
  const cropped = await decode(sharp, bytes, job);
  const alpha = cropped.channels === 4 && hasTransparency(cropped.data);
  // A channel that says "opaque" everywhere costs bytes in every file.
  const base =
    alpha || cropped.channels === 3
      ? cropped
      : await toPixels(fromPixels(sharp, cropped).removeAlpha());
  const resize = createResizer(sharp, base);
  return {
    analysis: await analyse(sharp, base, { alpha, placeholder: job.placeholder }),
    close() {},
    async encode(variant, provenance) {
      try {
        const pixels = await resize(variant);
        return await encodePixels(pin(sharp), pixels, { variant, provenance });
      } catch (cause) {
        const name = `${variant.format} of ${variant.width} x ${variant.height}`;
        throw new ImagePromptError('IMAGE_ENCODE', `Cannot encode the ${name}: ${text(cause)}`, {
          cause,
        });
      }
    },
  };
}

/** Decodes once: upright, in sRGB, cut to the plan. Larger scales are reduced on the way. */
async function decode(
  sharp: SharpModule,
  bytes: Buffer,
  { source, crop }: EncodeJob,
): Promise<Pixels> {
  const { picture, position } = crop;
  try {
    const upright = sharp(bytes, {
      autoOrient: true,
      failOn: 'error',
      limitInputPixels: MOST_PIXELS,
    });
    const covered = await toPixels(
      // sharp converts from the profile in the file, CMYK and 16 bits included, before this.
      upright
        .resize({ ...picture, fit: 'cover', position, kernel: 'lanczos3' })
        .toColourspace('srgb'),
    );
    return await cutBox(sharp, covered, crop);
  } catch (cause) {
    throw new ImagePromptError(
      'IMAGE_CORRUPT',
      `Cannot decode the original ${source.slice(0, 16)}: ${text(cause)}`,
      { hint: 'Restore it from git, or run `npx image-prompt verify --repair`.', cause },
    );
  }
}

async function cutBox(sharp: SharpModule, pixels: Pixels, crop: CropPlan): Promise<Pixels> {
  const { box, size, position } = crop;
  if (box === null || (size.width === pixels.width && size.height === pixels.height)) return pixels;
  // `inside` keeps the ratio, so the size is planned already and rounds as planned.
  const fit = box.fit === 'inside' || box.fit === 'outside' ? 'fill' : box.fit;
  const image = fromPixels(sharp, pixels);
  // The bars of `contain` show the page.
  const ready = fit === 'contain' ? image.ensureAlpha() : image;
  return await toPixels(
    ready.resize({ ...size, fit, position, kernel: 'lanczos3', background: '#0000' }),
  );
}

/** Resizes from full size, once for all formats of a width. */
function createResizer(
  sharp: SharpModule,
  base: Pixels,
): (variant: Pick<VariantSpec, 'width' | 'height'>) => Promise<Pixels> {
  const kept = new Map<string, Promise<Pixels>>();
  return async ({ width, height }) => {
    if (width === base.width && height === base.height) return base;
    if (width > base.width) throw new Error(`Expected at most ${base.width} pixels of width.`);
    const name = `${width}x${height}`;
    const known = kept.get(name);
    if (known !== undefined) return await known;
    const resizing = toPixels(
      fromPixels(sharp, base).resize({ width, height, fit: 'fill', kernel: 'lanczos3' }),
    );
    kept.set(name, resizing);
    if (kept.size > RESIZED_KEPT) kept.delete(kept.keys().next().value!);
    return await resizing;
  };
}

async function analyse(
  sharp: SharpModule,
  base: Pixels,
  { alpha, placeholder }: { alpha: boolean; placeholder: EncodeJob['placeholder'] },
): Promise<Analysis> {
  const sample = await toPixels(shrink(sharp, base, SAMPLE_EDGE).ensureAlpha());
  return {
    alpha,
    color: findDominantColor(sample.data),
    dataUri: placeholder === 'blur' ? await drawBlur(sharp, base) : null,
    thumbhash: placeholder === 'thumbhash' ? await hashThumb(sample) : null,
  };
}

async function drawBlur(sharp: SharpModule, base: Pixels): Promise<string> {
  // The browser blurs by enlarging; a coarse quantiser is invisible after that.
  const bytes = await shrink(sharp, base, BLUR_EDGE)
    .webp({ quality: 40, alphaQuality: 40, effort: 6 })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

async function hashThumb({ width, height, data }: Pixels): Promise<string> {
  const { rgbaToThumbHash } = await import('thumbhash');
  return Buffer.from(rgbaToThumbHash(width, height, data)).toString('base64');
}

function shrink(sharp: SharpModule, base: Pixels, edge: number): Sharp {
  return fromPixels(sharp, base).resize({
    width: edge,
    height: edge,
    fit: 'inside',
    withoutEnlargement: true,
  });
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
