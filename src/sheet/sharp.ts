import type sharpModule from 'sharp';
import { num, tag } from '../drawing/svg.ts';
import { layoutSheet, type PlacedPart } from './layout.ts';
import { MADE_BY } from './made-by.ts';
import type { ContactSheet } from './types.ts';

/** Pixels of the largest sheet, three bytes each in memory: larger ones are drawn smaller. */
const MOST_PIXELS = 40_000_000;
const PAPER = '#f6f4ef';
const CHANNELS = 3;

/** A canvas of pixels in RGB. */
interface Canvas {
  data: Buffer;
  width: number;
  height: number;
}

/**
 * Draws a contact sheet as a PNG, with letters of our own, since a machine may have no fonts. In memory
 * are the canvas and one part of it at a time.
 */
export async function drawSheetPng(sheet: ContactSheet): Promise<Buffer> {
  // Loaded late: only this command draws.
  const { default: sharp } = await import('sharp');
  const layout = layoutSheet(sheet);
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (layout.width * layout.height)));
  const [width, height] = [Math.ceil(layout.width * scale), Math.ceil(layout.height * scale)];
  const canvas: Canvas = { data: Buffer.alloc(width * height * CHANNELS), width, height };
  canvas.data.fill(Buffer.from(PAPER.slice(1), 'hex'));
  for (const part of layout.parts) await drawPart(sharp, part, { canvas, scale });
  return await sharp(canvas.data, { raw: { width, height, channels: CHANNELS } })
    .withExif({ IFD0: { Software: MADE_BY } })
    .png({ compressionLevel: 7 })
    .toBuffer();
}

async function drawPart(
  sharp: typeof sharpModule,
  part: PlacedPart,
  { canvas, scale }: { canvas: Canvas; scale: number },
): Promise<void> {
  const toPixels = (units: number): number => Math.max(1, Math.round(units * scale));
  const size = { width: toPixels(part.width), height: toPixels(part.height) };
  const image = sharp(Buffer.from(writeSvg(part, size)), { density: 72 });
  if (part.thumbnail !== null) {
    const { bytes, x, y, width, height } = part.thumbnail;
    const thumbnail = await sharp(bytes)
      .resize({ width: toPixels(width), height: toPixels(height), fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const place = { left: Math.round(x * scale), top: Math.round(y * scale) };
    image.composite([{ input: thumbnail.data, raw: thumbnail.info, ...place }]);
  }
  const { data, info } = await image
    .flatten({ background: PAPER })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  copyInto(canvas, { data, width: info.width, height: info.height }, [
    Math.round(part.left * scale),
    Math.round(part.top * scale),
  ]);
}

function writeSvg(
  { width, height, draw }: PlacedPart,
  pixels: { width: number; height: number },
): string {
  const viewBox = `0 0 ${num(width)} ${num(height)}`;
  const looks = { viewBox, preserveAspectRatio: 'none' };
  return tag('svg', { xmlns: 'http://www.w3.org/2000/svg', ...pixels, ...looks }, draw());
}

/** Copies pixels line by line; what rounding puts beyond the edge is left out. */
function copyInto(canvas: Canvas, part: Canvas, [left, top]: readonly [number, number]): void {
  const width = Math.min(part.width, canvas.width - left);
  const height = Math.min(part.height, canvas.height - top);
  for (let y = 0; y < height; y += 1) {
    const from = y * part.width * CHANNELS;
    const to = ((top + y) * canvas.width + left) * CHANNELS;
    part.data.copy(canvas.data, to, from, from + width * CHANNELS);
  }
}
