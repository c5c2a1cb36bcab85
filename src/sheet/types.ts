/** A small copy of an original, as WebP. */
export interface Thumbnail {
  bytes: Uint8Array;
  width: number;
  height: number;
}

/** One original of a spec. */
export interface SheetCandidate {
  /** As `pick` counts: from 1, oldest first. */
  number: number;
  digest: string;
  picked: boolean;
  /** Of the original, in pixels. */
  width: number;
  height: number;
  bytes: number;
  /** What was billed, else the estimate; null when neither is known. */
  usd: number | null;
  billed: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
  requestId: string | null;
  /** Null when the original cannot be shown; then {@link problem} says why. */
  thumbnail: Thumbnail | null;
  problem: string | null;
}

/** Something to know of a spec beside its candidates. */
export interface SheetNote {
  tone: 'missing' | 'problem';
  text: string;
  /** What to run about it. */
  command: string | null;
}

/** One spec. */
export interface SheetSection {
  /** The spec, relative to the root. */
  file: string;
  /** Which picture of the spec; null where it has but one. */
  name: string | null;
  /** What `pick` calls it on the command line; null where `pick` cannot write it. */
  pickAs: string | null;
  alt: string;
  candidates: readonly SheetCandidate[];
  notes: readonly SheetNote[];
}

/** Every candidate of some specs, side by side. */
export type ContactSheet = readonly SheetSection[];
