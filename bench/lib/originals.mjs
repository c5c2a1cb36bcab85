// Photographs of nothing. Discs that hide each other, many small ones and few large ones, have the statistics
// of edges that photographs have (the "dead leaves" of A. Lee, D. Mumford and J. Huang, 2001); clouds of
// noise light them, and grain lies over all. The same number gives the same bytes for the same sharp.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { KEPT, SIZES } from './work.mjs';

/** Raised when pictures change. */
const LAYOUT = 'v1';
/** Cells along the longer side, and how much each scale weighs. */
const SCALES = [
  [4, 60],
  [14, 24],
  [90, 10],
  [300, 9],
];
const GRAIN = 2;
const LEAVES = 900;

/** @typedef {{ name: string, file: string, width: number, height: number, digest: string }} Original */

/** The first `count` originals, made where they are missing. @returns {Promise<Original[]>} */
export async function makeOriginals(count, log = () => {}) {
  const dir = join(KEPT, `originals-${LAYOUT}-sharp-${sharp.versions.sharp}`);
  mkdirSync(dir, { recursive: true });
  const originals = [];
  for (let number = 0; number < count; number++) {
    const file = join(dir, `picture-${String(number).padStart(2, '0')}.png`);
    const [width, height] = SIZES[number % SIZES.length];
    if (!existsSync(file)) {
      log(`  original ${number + 1}, ${width} x ${height}`);
      writeFileSync(`${file}.tmp`, await drawOriginal(number, width, height));
      renameSync(`${file}.tmp`, file);
    }
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    originals.push({ name: `picture-${number}`, file, width, height, digest });
  }
  return originals;
}

/** Draws a picture of the `size`th size into a file. @returns {Promise<Original>} */
export async function drawOriginalInto(file, number, size) {
  const [width, height] = SIZES[size];
  const bytes = await drawOriginal(number, width, height);
  writeFileSync(file, bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { name: `picture-${number}`, file, width, height, digest };
}

/** @param {number} number @param {number} width @param {number} height */
async function drawOriginal(number, width, height) {
  const random = createRandom(number + 1);
  const sum = Float32Array.from(await drawLeaves(random, width, height));
  for (const [cells, weight] of SCALES) {
    const layer = await drawClouds(random, { cells, width, height });
    for (let at = 0; at < sum.length; at++) sum[at] += ((layer[at] - 128) * weight) / 128;
  }
  const pixels = Buffer.alloc(sum.length);
  for (let at = 0; at < sum.length; at += 3) {
    const grain = (random() + random() - 1) * GRAIN;
    for (let channel = 0; channel < 3; channel++) {
      pixels[at + channel] = Math.max(0, Math.min(255, sum[at + channel] + grain));
    }
  }
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 2, adaptiveFiltering: false })
    .toBuffer();
}

async function drawClouds(random, { cells, width, height }) {
  const columns = width >= height ? cells : Math.ceil((cells * width) / height);
  const rows = width >= height ? Math.ceil((cells * height) / width) : cells;
  const grid = Buffer.alloc(columns * rows * 3);
  for (let at = 0; at < grid.length; at += 3) {
    // Light moves more than colour does, as in photographs.
    const light = random() * 256;
    for (let channel = 0; channel < 3; channel++) {
      grid[at + channel] = 0.9 * light + 0.1 * random() * 256;
    }
  }
  return await sharp(grid, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}

async function drawLeaves(random, width, height) {
  const edge = Math.min(width, height);
  const leaves = [];
  for (let number = 0; number < LEAVES; number++) {
    const x = Math.round(random() * width);
    const y = Math.round(random() * height);
    const radius = Math.round(edge * Math.min(0.3, 0.006 / Math.sqrt(random() + 1e-4)));
    const light = Math.round(22 + random() * 50);
    const fill = `hsl(${Math.round(20 + random() * 190)} ${Math.round(random() * 40)}% ${light}%)`;
    leaves.push(`<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`);
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${Math.round(random() * 360)} 25% 45%)"/>${leaves.join('')}</svg>`;
  return await sharp(Buffer.from(svg)).flatten().removeAlpha().raw().toBuffer();
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). @param {number} seed */
function createRandom(seed) {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
