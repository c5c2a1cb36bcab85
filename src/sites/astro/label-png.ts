import { crc32 } from 'node:zlib';

/** Signature and header of a PNG: what comes first in every file. */
const HEADER_BYTES = 33;
const LABEL = 'Comment\0For astro:assets';

/**
 * Gives a PNG other bytes, and the same picture. Bundlers publish equal bytes as one file, and Astro deletes the file of
 * an image once it has made its own of it: a variant of ours must not go with it.
 * See https://www.w3.org/TR/png-3/#11tEXt
 */
export function labelPng(png: Buffer): Buffer {
  const body = Buffer.from(`tEXt${LABEL}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length - 4);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  const [head, rest] = [png.subarray(0, HEADER_BYTES), png.subarray(HEADER_BYTES)];
  return Buffer.concat([head, length, body, check, rest]);
}

/** Whether {@link labelPng} wrote it. */
export function isLabelled(png: Buffer): boolean {
  const label = png.subarray(HEADER_BYTES + 8, HEADER_BYTES + 8 + LABEL.length);
  return label.toString('latin1') === LABEL;
}
