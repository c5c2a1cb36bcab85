import type { Digest, Key, Recipe } from '../recipe/types.ts';
import type { OriginalFormat } from '../spec/types.ts';

/** What a record says of its original's bytes. */
export interface OriginalImage {
  digest: Digest;
  bytes: number;
  type: OriginalFormat;
  width: number;
  height: number;
}

/** The small committed JSON beside an original. Key order here is the order in the file. */
export interface OriginalRecord {
  version: 1;
  key: Key;
  image: OriginalImage;
  model: string;
  /** The very object whose hash is {@link key}. */
  request: Recipe;
  cost: { estimatedUsd: number | null; billedUsd: number | null };
  provider: string;
  requestId: string | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** Path of the spec at the time, relative to the root: a hint for people. */
  source: string;
  tool: string;
}

/** A record found in the store, with the names of its two files. */
export interface StoredOriginal {
  record: OriginalRecord;
  /** File name of the bytes within `originals/`. */
  file: string;
  /** File name of the record within `originals/`. */
  recordFile: string;
}

/** A file of the store that cannot be used, and why. */
export interface StoreProblem {
  code: 'STORE_BROKEN' | 'STORE_LFS' | 'STORE_RECORD' | 'STORE_NEWER';
  /** Path relative to `originals/`. */
  file: string;
  message: string;
  key: Key | null;
  digest: Digest | null;
}

/** One reading of the store's folder. */
export interface StoreIndex {
  /** Usable records, by key, oldest first (then by digest). */
  byKey: ReadonlyMap<Key, readonly StoredOriginal[]>;
  /** Records that cannot be used. They are errors, never misses. */
  problems: readonly StoreProblem[];
}

/** Where paid pictures live. Reads need no coordination; every file is written once. */
export interface Store {
  /** Absolute path of the folder that holds `originals/`. */
  readonly dir: string;
  /** Reads the folder once. Cheap: file names and records only, never bytes. */
  index(): Promise<StoreIndex>;
  /** Candidates of one key, oldest first. */
  find(key: Key): Promise<readonly StoredOriginal[]>;
  /**
   * Bytes of an original, checked against its digest; falls back to the safe copy.
   * @throws ImagePromptError STORE_BROKEN, STORE_LFS: missing or corrupt with no copy left.
   */
  read(original: StoredOriginal): Promise<Buffer>;
  /** Whether the bytes are there with the recorded length (no hashing), in the store or as a safe copy. */
  has(original: StoredOriginal): Promise<boolean>;
  /**
   * Publishes bytes, then the record. Idempotent for the same bytes.
   * @throws ImagePromptError STORE_WRITE
   */
  put(record: OriginalRecord, bytes: Uint8Array): Promise<StoredOriginal>;
}
