// What a contestant wrote: rows compare the same work, or say that they do not.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expectOutput } from './work.mjs';

const IMAGE = /\.(?:avif|webp|jpe?g)$/;

/** The images below a folder, sorted. @param {string} dir */
export function listImages(dir) {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => IMAGE.test(name))
    .sort()
    .map((name) => join(dir, name));
}

/** Files, megapixels and megabytes; a look into every file, not at its name. @param {string} dir */
export async function countOutput(dir) {
  const count = { files: 0, megapixels: 0, megabytes: 0 };
  for (const file of listImages(dir)) {
    const { width, height } = await sharp(file).metadata();
    count.files++;
    count.megapixels += (width * height) / 1e6;
    count.megabytes += statSync(file).size / 1e6;
  }
  return count;
}

/**
 * Counts what several contestants wrote and compares it with what was to be written.
 * @param {Record<string, string>} dirs folder of each contestant
 * @param {{ width: number, height: number }[]} images
 */
export async function compareOutput(dirs, images) {
  const expected = expectOutput(images);
  const parts = [];
  let same = true;
  for (const [id, dir] of Object.entries(dirs)) {
    const { files, megapixels, megabytes } = await countOutput(dir);
    // Heights may be rounded up or down.
    const fits = files === expected.files && Math.abs(megapixels / expected.megapixels - 1) < 0.003;
    same &&= fits;
    parts.push(`${id} ${files} files, ${megapixels.toFixed(1)} MP, ${megabytes.toFixed(2)} MB`);
  }
  return { same, text: `${same ? 'same work' : 'NOT THE SAME WORK'}: ${parts.join('; ')}` };
}

/** The digests of all images, without their names. @param {string} dir */
export function digestImages(dir) {
  return listImages(dir).map((file) =>
    createHash('sha256').update(readFileSync(file)).digest('hex'),
  );
}
