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
  /** The very object whose hash is {@link OriginalRecord.key}. */
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

/** A record found in the store, with the names of its two files within `originals/`. */
export interface StoredOriginal {
  record: OriginalRecord;
  file: string;
  recordFile: string;
}

/** A record that cannot be used, and why. It is an error, never a miss. */
export interface StoreProblem {
  code: 'STORE_RECORD' | 'STORE_NEWER';
  /** File name within `originals/`. */
  file: string;
  message: string;
  /** First 16 hex digits of key and digest, from the file name. */
  key16: string;
  digest16: string;
}

/** Bytes in `originals/` that no record names. */
export interface StrayFile {
  /** File name within `originals/`. */
  file: string;
  /** First 16 hex digits of key and digest, from the file name. */
  key16: string;
  digest16: string;
}

/** One reading of the store's folder. */
export interface StoreIndex {
  /** Usable records by key, oldest first (then by digest). */
  byKey: ReadonlyMap<Key, readonly StoredOriginal[]>;
  problems: readonly StoreProblem[];
  /** What a run leaves that was killed between the bytes and their record; the next one goes on. */
  strays: readonly StrayFile[];
}

/**
 * How an original's bytes fare: `safe-copy` is missing or corrupt in the store while the safe copy is
 * right, `lfs` a pointer whose bytes git-LFS still has.
 */
export type Health = 'ok' | 'safe-copy' | 'lfs' | 'missing' | 'corrupt';

/** Whether what was looked at before is looked at again. */
export interface Thoroughness {
  thorough?: boolean;
}

/** Where paid pictures live. Reads need no coordination; every file is written once. */
export interface Store {
  /** Absolute path of the folder that holds `originals/`. */
  readonly dir: string;
  /** Absolute path of the folder for journal, locks, temporary files, trash and safe copies. */
  readonly stateDir: string;
  /**
   * Reads names and records, never bytes; records that were read before and not touched since are known.
   * @param how `thorough`: read them in any case
   */
  index(how?: Thoroughness): Promise<StoreIndex>;
  /**
   * Originals of these keys that only the safe copies know: paid here, then lost from the working
   * copy (`git clean`, another branch). {@link Store.restore} brings them back.
   */
  findLost(keys: ReadonlySet<Key>): Promise<readonly StoredOriginal[]>;
  /**
   * Publishes a lost original again from its safe copy.
   * @throws ImagePromptError STORE_BROKEN, STORE_WRITE
   */
  restore(original: StoredOriginal): Promise<StoredOriginal>;
  /**
   * Hashes the bytes, unless they were hashed before and the file was not touched since.
   * @param how `thorough`: hash them in any case
   */
  check(original: StoredOriginal, how?: Thoroughness): Promise<Health>;
  /** Whether bytes of the recorded length are there, in the store or as a safe copy; no hashing. */
  has(original: StoredOriginal): Promise<boolean>;
  /**
   * Bytes of an original, checked against its digest; taken from the safe copy, and healed, when the
   * store's own are missing or corrupt.
   * @throws ImagePromptError STORE_BROKEN, STORE_LFS
   */
  read(original: StoredOriginal): Promise<Buffer>;
  /**
   * Makes sure that `bytes` more can be written, before anything is paid.
   * @throws ImagePromptError STORE_WRITE, STORE_NEWER
   */
  prepare(bytes: number): Promise<void>;
  /**
   * Publishes bytes and their safe copy, then the record. Idempotent for the same bytes of a key.
   * @throws ImagePromptError STORE_WRITE, STORE_NEWER
   */
  put(record: OriginalRecord, bytes: Uint8Array): Promise<StoredOriginal>;
  /**
   * Moves an original, its record and the safe copies to the trash of {@link Store.stateDir}.
   * @throws ImagePromptError STORE_WRITE
   */
  discard(
    original: Pick<StoredOriginal, 'file' | 'recordFile'>,
    digest: Digest | null,
  ): Promise<void>;
}
