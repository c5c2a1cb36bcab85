import { ImagePromptError } from '../errors.ts';
import type { OriginalFormat } from '../spec/types.ts';
import { sniffFormat } from './decode.ts';
import { MAX_INPUT_PIXELS } from './input-rules.ts';

/** What a file of an edit is for. */
export type InputRole = 'image' | 'mask';

/** What is known of a file that an edit works on. Plain JSON: it may be remembered by digest and role. */
export interface InspectedInput {
  format: OriginalFormat;
  /** Pixels, turned upright as its EXIF orientation says. */
  width: number;
  height: number;
  /** Of a mask: whether some of it is transparent. Of a picture: whether its header names transparency. */
  hasAlpha: boolean;
  /** Of a mask: whether no pixel of it has a colour. Of a picture: whether its header says so. */
  isGreyscale: boolean;
}

/**
 * Looks at a file of an edit: its header, whether it is whole, and of a mask every pixel. Takes as long
 * as decoding it does, so callers remember the answer.
 * @throws ImagePromptError SPEC_EDIT for what is no png, jpeg or webp, is damaged or animated, or
 * cannot serve as a mask
 */
export async function inspectInput(bytes: Buffer, role: InputRole): Promise<InspectedInput> {
  const format = sniffFormat(bytes);
  if (format === null) {
    throw refuse(
      `Expected a png, jpeg or webp file for ${nameRole(role)}, received something else.`,
      'Save it as one of these.',
    );
  }
  // Loaded late: it is native code.
  const { default: sharp } = await import('sharp');
  const open = () => sharp(bytes, { failOn: 'error', limitInputPixels: MAX_INPUT_PIXELS });
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const { width, height } = header.autoOrient;
    if (width * height > MAX_INPUT_PIXELS) {
      const most = MAX_INPUT_PIXELS.toLocaleString('en-GB');
      const message = `Expected at most ${most} pixels for ${nameRole(role)}, received ${width}×${height}.`;
      throw refuse(message, 'Scale it down.');
    }
    if ((header.pages ?? 1) > 1) {
      const message = `Expected a still picture for ${nameRole(role)}, received an animated one.`;
      throw refuse(message, 'Save one frame of it.');
    }
    const grey = header.space === 'b-w' || header.space === 'grey16';
    if (role === 'image') {
      // Decodes all of it, and most formats in a fraction of the time that their pixels would take.
      await open().resize(16, 16, { fit: 'inside' }).raw().toBuffer();
      return { format, width, height, hasAlpha: header.hasAlpha, isGreyscale: grey };
    }
    return { format, width, height, ...judgeMask(await readMask(open())) };
  } catch (cause) {
    if (cause instanceof ImagePromptError) throw cause;
    const message = `Expected a whole ${format} file for ${nameRole(role)}, received a damaged one.`;
    throw refuse(message, 'Save it anew, or fetch it again.', cause);
  }
}

/** What the pixels of a mask say. */
interface MaskPixels {
  hasAlpha: boolean;
  isGreyscale: boolean;
  /** The brightest grey. */
  brightest: number;
}

async function readMask(image: import('sharp').Sharp): Promise<MaskPixels> {
  const { data } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({
      resolveWithObject: true,
    });
  const seen = { hasAlpha: false, isGreyscale: true, brightest: 0 };
  for (let at = 0; at < data.length; at += 4) {
    const red = data[at]!;
    if (data[at + 3] !== 255) seen.hasAlpha = true;
    if (red !== data[at + 1] || red !== data[at + 2]) seen.isGreyscale = false;
    if (red > seen.brightest) seen.brightest = red;
  }
  return seen;
}

/** Transparency marks what changes; where there is none, white does. */
function judgeMask({ hasAlpha, isGreyscale, brightest }: MaskPixels): {
  hasAlpha: boolean;
  isGreyscale: boolean;
} {
  const hint =
    'Make what shall change transparent, or save a greyscale picture that is white where it shall change and black elsewhere.';
  if (!hasAlpha && !isGreyscale) {
    throw refuse(
      'Expected a mask with transparency or in greyscale, received an opaque colour picture.',
      hint,
    );
  }
  if (!hasAlpha && brightest === 0) {
    throw refuse(
      'Expected a mask that marks something, received one that is black all over.',
      hint,
    );
  }
  return { hasAlpha, isGreyscale };
}

function nameRole(role: InputRole): string {
  return role === 'mask' ? 'the mask' : 'a picture to edit';
}

function refuse(message: string, hint: string, cause?: unknown): ImagePromptError {
  return new ImagePromptError('SPEC_EDIT', message, { hint, cause });
}
