import type { OriginalRecord } from './types.ts';

/** A record is about 1 kB; with all that specs and their bases may hold it stays far below this. */
export const RECORD_BYTES_LIMIT: number = 64 * 1024 * 1024;

/** The text of a record: two-space indent, keys in the order of the format, final newline. */
export function formatRecord(record: OriginalRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
