/** Who holds a lock, for people. Fields are null when the lock file does not say. */
export interface LockHolder {
  pid: number | null;
  host: string | null;
  /** ISO 8601, UTC, by the holder's clock: to be shown, never to be compared. */
  since: string | null;
  description: string;
}

/** A lock that is held. */
export interface Lease {
  /**
   * The fence: asks the folder once more whether the lock is still ours, and restarts the time
   * after which others may take it. Call it right before spending; false is final.
   */
  stillHeld(): Promise<boolean>;
  /** Gives the lock back; safe to call twice, never rejects. */
  release(): Promise<void>;
}

export interface AcquireOptions {
  /** Ends the wait; `acquire` then rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Called when somebody else holds the lock, and again when the holder changes. */
  onWait?: ((holder: LockHolder) => void) | undefined;
}

/** One owner at a time for each key, among all processes that share a folder. */
export interface Lock {
  /** Waits until the lock of a key is ours. */
  acquire(key: string, options?: AcquireOptions): Promise<Lease>;
}
