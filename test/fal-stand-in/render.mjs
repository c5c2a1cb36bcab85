import { randomInt } from 'node:crypto';
import sharp from 'sharp';

/**
 * A picture that no other call makes: gradient, three discs and its number, at random hues and places.
 * Quick to encode, and real enough for encoders, croppers and colour extraction.
 * @param {{ width: number, height: number, format: string, number: number }} options
 * @returns {Promise<Buffer>}
 */
export async function renderPicture({ width, height, format, number }) {
  const hue = randomInt(360);
  const discs = [1, 2, 3].map((index) => {
    const radius = Math.round((Math.min(width, height) / 8) * index ** 0.5);
    const fill = `hsl(${(hue + index * 90) % 360} 80% 55%)`;
    return `<circle cx="${randomInt(width)}" cy="${randomInt(height)}" r="${radius}" fill="${fill}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${hue} 70% 35%)"/>
    <stop offset="1" stop-color="hsl(${(hue + randomInt(40, 140)) % 360} 60% 75%)"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>${discs.join('')}${drawNumber(number, width, height)}</svg>`;
  const image = sharp(Buffer.from(svg)).removeAlpha();
  if (format === 'jpeg') return image.jpeg({ quality: 88 }).toBuffer();
  if (format === 'webp') return image.webp({ quality: 85, effort: 0 }).toBuffer();
  return image.png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer();
}

// Seven segments instead of text: no font, so the same on every machine.
const SEGMENTS = [
  'abcdef',
  'bc',
  'abged',
  'abgcd',
  'fgbc',
  'afgcd',
  'afgedc',
  'abc',
  'abcdefg',
  'abcdfg',
];
/** @type {Record<string, [number, number, number, number]>} */
const BARS = {
  a: [1, 0, 4, 1],
  b: [5, 1, 1, 4],
  c: [5, 6, 1, 4],
  d: [1, 10, 4, 1],
  e: [0, 6, 1, 4],
  f: [0, 1, 1, 4],
  g: [1, 5, 4, 1],
};

/** @param {number} number @param {number} width @param {number} height */
function drawNumber(number, width, height) {
  const unit = Math.max(1, Math.round(Math.min(width, height) / 60));
  return [...String(number)]
    .flatMap((digit, index) =>
      [...(SEGMENTS[Number(digit)] ?? '')].map((name) => {
        const [x, y, w, h] = /** @type {[number, number, number, number]} */ (BARS[name]);
        return `<rect x="${(2 + index * 8 + x) * unit}" y="${(2 + y) * unit}" width="${w * unit}" height="${h * unit}" fill="#fff"/>`;
      }),
    )
    .join('');
}
