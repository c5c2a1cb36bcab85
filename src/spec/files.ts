/** What reading a file gave. Failures are values: a missing base is a diagnostic, not an exception. */
export type FileRead =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'missing' }
  /** A directory, a device, a pipe: something that is not a plain file. */
  | { kind: 'not-a-file' }
  | { kind: 'too-large' }
  | { kind: 'failed'; message: string };

/**
 * Reads at most `limit` bytes of a plain file by its absolute path; never throws.
 * @param how `links: false`: a symbolic link is not a file
 */
export type ReadFile = (
  path: string,
  limit: number,
  how?: { links?: boolean },
) => Promise<FileRead>;

/** Lists files under `root`, relative, with `/`, in any order; symbolic links may be among them. */
export type ListFiles = (query: {
  root: string;
  include: readonly string[];
  exclude: readonly string[];
}) => Promise<readonly string[]>;

/** The end of a spec's name. */
export const SPEC_NAME: RegExp = /\.image\.ya?ml$/i;

/** Largest spec or base file in bytes (contract, section 1, "Limits"). */
export const MAX_SPEC_BYTES = 256 * 1024;
