import type { ProviderResult } from '../provider/types.ts';
import type { Key, Recipe } from '../recipe/types.ts';

/**
 * How far a request is known to have come. `intent`: it is about to be sent, or was and the answer
 * never came. `submitted`: the service accepted it. `completed`: its pictures can be downloaded.
 */
export type JournalState = 'intent' | 'submitted' | 'completed';

/** The durable note of one request under way. Key order here is the order in the file. */
export interface JournalEntry {
  version: 1;
  key: Key;
  /** UUID of the attempt, to tell a later attempt for the same key from this one. */
  attempt: string;
  state: JournalState;
  /** ISO 8601, UTC: when the intent was written. */
  at: string;
  model: string;
  request: Recipe;
  /** Pictures asked for. */
  count: number;
  estimateUsd: number | null;
  /** Eight hex digits that tell accounts apart, never the key. */
  account: string | null;
  requestId: string | null;
  statusUrl: string | null;
  responseUrl: string | null;
  cancelUrl: string | null;
  result: ProviderResult | null;
}

/**
 * Notes of the requests under way: what makes a second payment impossible after a crash. All but the
 * first note of an attempt touch the note of that very attempt alone: a process that was taken for
 * dead must not wipe out what its successor has noted.
 */
export interface Journal {
  /** @throws ImagePromptError STORE_RECORD: the note is there and cannot be understood. */
  read(key: Key): Promise<JournalEntry | null>;
  /** Begins an attempt: replaces the note of the entry's key, durably. */
  write(entry: JournalEntry): Promise<void>;
  /** Takes the attempt a step further, durably; nothing when the note is another attempt's. */
  update(entry: JournalEntry): Promise<void>;
  /** The request is over and its pictures, if any, are safe. */
  remove(entry: Pick<JournalEntry, 'key' | 'attempt'>): Promise<void>;
  /** The request is given up: the note moves to the trash with the reason. */
  bury(entry: JournalEntry, reason: string): Promise<void>;
  /** Every readable note, oldest first. */
  list(): Promise<JournalEntry[]>;
  /** Keys of every note, also of those that cannot be understood. */
  keys(): Promise<Key[]>;
}
