import type { FileRead, ReadFile } from '../spec/files.ts';

/** Two ways to read: the first one keeps what it has read for the second. */
export interface ReadAhead {
  /** For whoever looks through many files to find those that matter. */
  look: ReadFile;
  /** For whoever then works with them; what was looked at is given once. */
  take: ReadFile;
  /** Before a new look: what nobody took is old. */
  forget(): void;
}

/** Creates the pair, so that finding ten thousand specs and loading them reads each of them once. */
export function createReadAhead(read: ReadFile): ReadAhead {
  const kept = new Map<string, FileRead>();
  return {
    async look(path, limit, how) {
      const found = await read(path, limit, how);
      // A look with a smaller limit finds a file too large that whoever works with it can read.
      if (found.kind === 'bytes') kept.set(path, found);
      return found;
    },
    async take(path, limit, how) {
      const known = kept.get(path);
      kept.delete(path);
      return known ?? (await read(path, limit, how));
    },
    forget: () => kept.clear(),
  };
}
