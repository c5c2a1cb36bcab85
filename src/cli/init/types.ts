/** What `init` knows of a project before it writes. */
export interface Surroundings {
  /** Absolute path. */
  root: string;
  /** Paths of files, relative to the root, with `/`, in the folders that matter here. */
  files: ReadonlySet<string>;
  /** Text of those files that `init` reads; null when it is no plain file, or too large. */
  texts: ReadonlyMap<string, string | null>;
  /** Names of the folders in the root. */
  folders: ReadonlySet<string>;
  /** Name of the lock file of its package manager, here or above; null when there is none. */
  lockFile: string | null;
  /** What package.json says; without one, nothing. */
  manifest: Manifest;
  /** Path of the package in some `node_modules`, relative to the root; null when it is not installed. */
  installedAt: string | null;
}

/** What of a package.json counts. */
export interface Manifest {
  /** Whether `.js` files are ES modules. */
  isModule: boolean;
  /** Names of all that it depends on, in whatever way. */
  dependencies: ReadonlySet<string>;
}

/** What becomes of one file. */
export type Step =
  /** It is not there yet: what it shall hold. */
  | { kind: 'write'; file: string; text: string }
  /** It lacks what we need: what it holds now, and what it shall hold. */
  | { kind: 'add'; file: string; before: string; text: string }
  /** It is there and has all that is needed. */
  | { kind: 'keep'; file: string }
  /** It is there and cannot be added to: what to write by hand. */
  | { kind: 'tell'; file: string; advice: string };

/** What an `init` did, or would do. */
export interface InitReport {
  /** Files that are new, or have something added. */
  written: string[];
  /** Files that were there and are as they were. */
  kept: string[];
  /** What to do by hand, in order. */
  next: string[];
}
