import { z } from 'zod';
import type { LockHolder } from './types.ts';

/** Longest lock file that is read. Ours are about 350 bytes. */
export const MAX_RECORD_BYTES = 4096;

// Another program may have written the file, and what it says is printed on terminals.
const printable = z
  .string()
  .max(256)
  .transform((text) => text.replace(/\p{C}/gu, ''));

const identityShape = {
  /** Zero and negative numbers would address groups of processes. */
  pid: z.int().positive(),
  /** Linux: the kernel's id of the thread; elsewhere Node's, 0 for the main one. */
  thread: z.int().nonnegative(),
  /** When the thread (elsewhere: the process) started, in the system's own words; '' if unknown. */
  start: z.string().max(256),
  /** Which boot of the machine; '' if unknown. */
  boot: z.string().max(256),
  /** Within which process ids and start times mean anything; '' where there is only one such space. */
  space: z.string().max(256),
  host: printable,
};

const ownerSchema = z.object({
  version: z.literal(1),
  nonce: z.string().min(1).max(64),
  ...identityShape,
  since: printable,
  description: printable,
});

const identitySchema = z.object(identityShape);

/** What tells one running thread from every other one, past and present. */
export type ProcessIdentity = z.infer<typeof identitySchema>;

/** Content of a lock file. */
export type OwnerRecord = z.infer<typeof ownerSchema>;

/** Reads a lock file; null for anything that is not a complete record of ours. */
export function parseOwner(text: string): OwnerRecord | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export function serializeOwner(owner: OwnerRecord): string {
  return `${JSON.stringify(owner)}\n`;
}

/** Turns the content of a lock file into what people are shown. */
export function describeHolder(owner: OwnerRecord | null): LockHolder {
  if (owner === null) {
    return { pid: null, host: null, since: null, description: 'an unreadable lock file' };
  }
  const { pid, host, since, description } = owner;
  return { pid, host, since, description };
}
