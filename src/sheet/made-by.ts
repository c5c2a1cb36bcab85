/** By these words a sheet of ours is told from a file that somebody needs. */
export const MADE_BY = 'unplugin-image-prompt sheet';

/** Both kinds of sheet have the words in front: in the head of the page, in the picture's EXIF. */
const HEAD_BYTES = 1024;

/** Whether a file is a contact sheet, of either kind, and may be written over. */
export function isContactSheet(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, HEAD_BYTES)).includes(MADE_BY);
}
