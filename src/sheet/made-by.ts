import { writeTag } from '../picture/attributes.ts';

/** What a drawn sheet has for its software. */
export const MADE_BY = 'unplugin-image-prompt sheet';

/** What tells a page of ours from one that only speaks of it. */
export const GENERATOR = writeTag('meta', { name: 'generator', content: MADE_BY });

/** Both kinds of sheet have it in front: in the head of the page, in the picture's EXIF. */
const HEAD_BYTES = 1024;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** Whether a file is a contact sheet, of either kind, and may be written over. */
export function isContactSheet(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
  return head.includes(head.subarray(0, PNG.length).equals(PNG) ? MADE_BY : GENERATOR);
}
