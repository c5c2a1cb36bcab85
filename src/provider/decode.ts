import { ImagePromptError } from '../errors.ts';
import type { OriginalFormat, Size } from '../spec/types.ts';
import type { ReceivedImage } from './types.ts';

/** More pixels than any model here makes (8192 × 8192): a small file can claim a huge picture. */
const MAX_PIXELS = 67_108_864;

/**
 * Makes sure that bytes are a whole picture: magic number, then every pixel decoded.
 * @throws ImagePromptError IMAGE_TYPE, IMAGE_TOO_LARGE, IMAGE_CORRUPT
 */
export async function decodeImage(bytes: Buffer): Promise<ReceivedImage> {
  const type = sniffFormat(bytes);
  if (type === null) {
    throw new ImagePromptError('IMAGE_TYPE', 'Expected the bytes of a png, jpeg or webp picture.');
  }
  // Loaded late: it is native code.
  const { default: sharp } = await import('sharp');
  try {
    // The header alone, and unlimited, so that a claim that is too large is told from damage.
    const header = sharp(bytes, { limitInputPixels: false, failOn: 'error' });
    const { width = 0, height = 0 } = await header.metadata();
    if (width * height > MAX_PIXELS) {
      const message = `Expected at most ${MAX_PIXELS} pixels, received ${width}x${height}.`;
      throw new ImagePromptError('IMAGE_TOO_LARGE', message);
    }
    const whole = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
    // Turned as a viewer turns it: that is the size that is cropped later.
    const { info } = await whole.autoOrient().raw().toBuffer({ resolveWithObject: true });
    return { bytes, type, size: { width: info.width, height: info.height } };
  } catch (cause) {
    if (cause instanceof ImagePromptError) throw cause;
    throw new ImagePromptError('IMAGE_CORRUPT', `Expected a whole ${type} picture.`, { cause });
  }
}

/** How the size of a picture must compare with the one that was asked for. */
export type SizeRule = 'exact' | 'at-least';

/** @throws ImagePromptError IMAGE_SIZE */
export function checkSize(size: Size, asked: Size, rule: SizeRule): void {
  const exact = size.width === asked.width && size.height === asked.height;
  const covers = size.width >= asked.width && size.height >= asked.height;
  if (rule === 'exact' ? exact : covers) return;
  const wanted = `${rule === 'exact' ? '' : 'at least '}${asked.width}x${asked.height}`;
  throw new ImagePromptError(
    'IMAGE_SIZE',
    `Expected a picture of ${wanted}, received ${size.width}x${size.height}.`,
  );
}

/** The format that the first bytes name, or null. */
export function sniffFormat(bytes: Buffer): OriginalFormat | null {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  return head.startsWith('RIFF') && head.slice(8) === 'WEBP' ? 'webp' : null;
}
