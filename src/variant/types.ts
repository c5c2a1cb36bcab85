import type { Digest } from '../recipe/types.ts';
import type { EncodeOptions, Fit, OutputFormat, PlaceholderKind, Size } from '../spec/types.ts';

/** How the picture is cut from the original before any width is made. */
export interface CropPlan {
  /** The size the page was promised: the original is covered by it and the excess cut. */
  picture: Size;
  /** The box of a further crop by ratio, or `null`. */
  box: (Size & { fit: Fit }) | null;
  position: string;
  /** Size after both steps. */
  size: Size;
}

/** The order for one encode. */
export interface VariantSpec {
  width: number;
  height: number;
  format: OutputFormat;
  options: EncodeOptions;
  /** Tells it apart in the name of its file, where a spec has several pictures; decides no byte. */
  label?: string;
}

/** Everything a picture is made of: what to cut, what to encode, and which file is `src`. */
export interface VariantPlan {
  crop: CropPlan;
  /** Size on the page in CSS pixels. */
  display: Size;
  /** Grouped by format, best first; the last group is the fallback's. Within a format by width. */
  variants: readonly VariantSpec[];
  /** Index in {@link variants}: fallback format, smallest file at least as wide as the display. */
  src: number;
}

/** Digital source type of IPTC: how the picture came to be. */
export type Provenance = 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia';

/** Everything the encoder needs of one original. */
export interface EncodeJob {
  /** Digest of the original's bytes: the part of every variant key that stands for the pixels. */
  source: Digest;
  /** Absolute path of a file that should hold these bytes: the encoder reads and checks it itself. */
  file?: string;
  crop: CropPlan;
  placeholder: PlaceholderKind;
  provenance: Provenance | null;
}

/** What is known of a cropped original once it was decoded. */
export interface Analysis {
  /** Whether any pixel is not opaque. */
  alpha: boolean;
  /** Dominant colour, `#rrggbb`. */
  color: string;
  /** Blurred miniature as a data URI, when asked for. */
  dataUri: string | null;
  /** Base64 of a ThumbHash, when asked for. */
  thumbhash: string | null;
}

/** One encode of an original, in the disposable cache. */
export interface Variant extends VariantSpec {
  /** Hash of everything that decides the bytes. */
  key: string;
  /** Absolute path in the cache. */
  path: string;
  /** Digest of the bytes. */
  digest: Digest;
  bytes: number;
}

/** A decoded original, open for encoding. */
export interface OpenOriginal {
  analysis: Analysis;
  /** @throws ImagePromptError IMAGE_ENCODE */
  encode(variant: VariantSpec, provenance: Provenance | null): Promise<Buffer>;
  /** Lets the pixels go. */
  close(): void;
}

/** The port over the image library. */
export interface Encoder {
  /** Names the pipeline and library versions that decide bytes; part of every variant key. */
  id(): Promise<string>;
  /**
   * Decodes and crops once; every encode starts from that.
   * @param bytes null: those of the job's file
   * @throws ImagePromptError IMAGE_CORRUPT when the bytes are not the job's, or cannot be decoded
   */
  open(bytes: Buffer | null, job: EncodeJob): Promise<OpenOriginal>;
  /** Begins what takes time before there is an original; nobody need call it. */
  warm(): void;
  /**
   * Ends what it has begun, or, while others have originals open, lets the last of them end it; the next
   * original begins it anew.
   * @returns whether nothing was left
   */
  close(): Promise<boolean>;
}
