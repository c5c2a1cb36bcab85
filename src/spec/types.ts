import type { Diagnostic } from '../errors.ts';

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

export type Quality = 'low' | 'medium' | 'high';
export type OriginalFormat = 'png' | 'jpeg' | 'webp';
export type OutputFormat = 'avif' | 'webp' | 'jpeg' | 'png';
export type Fit = 'cover' | 'contain' | 'fill' | 'inside' | 'outside';
export type PlaceholderKind = 'blur' | 'color' | 'thumbhash' | 'none';

/** Encoder settings of one format. What is left out is the pipeline's default for the format. */
export interface EncodeOptions {
  /** 1–100, or `auto`: as much as the picture needs. */
  quality?: number | 'auto';
  /** With `auto`: the similarity to reach, SSIM. Left out: the pipeline's. */
  target?: number;
  /** AVIF 0–9, WebP 0–6: more is smaller and slower. */
  effort?: number;
  /** AVIF and JPEG: `4:4:4` keeps saturated edges (text, logos) sharper. */
  chromaSubsampling?: '4:2:0' | '4:4:4';
  /** WebP and AVIF. */
  lossless?: boolean;
  /** JPEG: slower, smaller. */
  mozjpeg?: boolean;
  /** JPEG and PNG. */
  progressive?: boolean;
}

/** `output` of a spec with every default written in; nothing of it is part of the key. */
export interface ResolvedOutput {
  /** Asked widths in pixels, or `null` for the default list. */
  widths: readonly number[] | null;
  /** Best first; `fallback` is png for a picture with transparency, else jpeg. */
  formats: readonly (OutputFormat | 'fallback')[];
  quality: Readonly<Record<OutputFormat, EncodeOptions>>;
  /** The `sizes` attribute, or `null` for the default that `loading` implies. */
  sizes: string | null;
  /** Display width in CSS pixels, or `null` for the picture's own. */
  width: number | null;
  /** Ratio `width/height` to crop to, or `null`. */
  aspect: { width: number; height: number } | null;
  fit: Fit;
  /** sharp's word for the part to keep: `centre`, `top`, `attention`, … */
  position: string;
  placeholder: PlaceholderKind;
  loading: 'lazy' | 'eager';
  priority: boolean;
  provenance: boolean;
}

/** A file, or another spec, that an edit works on. */
export interface EditPath {
  /** Relative to the root, with `/`. */
  file: string;
  /** A spec stands for the original that it picks. */
  kind: 'file' | 'spec';
  /** Where it was written. */
  place: Pick<Diagnostic, 'file' | 'line' | 'column' | 'frame'>;
}

/** `edit` of a spec with its paths found. */
export interface ResolvedEdit {
  images: readonly EditPath[];
  mask: EditPath | null;
  /** Parameters of a model that is not known; `single`: `images` takes one picture and no list. */
  fields: { images: string; single: boolean; mask: string } | null;
}

/** A spec with bases, variables and defaults applied. No field is undefined. */
export interface ResolvedSpec {
  /** Path of the spec relative to the root, with `/`. */
  file: string;
  /** What tells it from the other pictures of the spec: `en.light`, a media query; null where it is alone. */
  name: string | null;
  /** Whether it stands in place of another picture where a media query holds. */
  isSource: boolean;
  /** The final prompt, before normalisation. */
  prompt: string;
  alt: string;
  model: string;
  /** The size the page gets. */
  picture: Size;
  /** `null`: not given, and the model is unknown, so it is not sent. */
  quality: Quality | null;
  /** `null`: not given, and the model is unknown, so it is not sent. */
  outputFormat: OriginalFormat | null;
  /** How many candidates the spec wants, 1–4. */
  numImages: number;
  /** Number from 1, or at least six hex digits of a digest. */
  pick: number | string;
  /** Where it was written; null: nowhere. */
  pickPlace: EditPath['place'] | null;
  revision: string | null;
  /** What it works on; `null`: it is made from words alone. */
  edit: ResolvedEdit | null;
  /** Further fields for the model, passed as they are. */
  input: Readonly<Record<string, unknown>>;
  output: ResolvedOutput;
}

/** One picture of a spec. */
export interface SpecPart {
  /** A value of each axis, in the order of the matrix; empty without one. */
  cell: readonly string[];
  /** Media query under which it is shown in place of the one before it; null: that one itself. */
  media: string | null;
  /** Whether it is cut from another original than the picture that it replaces, or may be. */
  isAnother: boolean;
  spec: ResolvedSpec;
}

/** An axis of a matrix: its name and its values. */
export interface SpecAxis {
  name: string;
  values: readonly string[];
}

/** What loading one spec file gives. `spec` is null when a diagnostic is an error. */
export interface LoadedSpec {
  /** Path relative to the root, with `/`. */
  file: string;
  /** The picture itself; of a matrix the first. */
  spec: ResolvedSpec | null;
  /** Every picture of the spec, {@link spec} first; each is followed by its sources. */
  parts: readonly SpecPart[];
  /** Empty without a matrix. */
  axes: readonly SpecAxis[];
  diagnostics: readonly Diagnostic[];
  /** Absolute paths of every existing file that was read: the spec, then its bases. */
  dependencies: readonly string[];
  /** Absolute paths of files that it names and that could not be read: they may appear. */
  missing: readonly string[];
}

/** Defaults under every spec: the `defaults` of the plugin's options. */
export interface SpecDefaults {
  model?: string;
  quality?: Quality;
  output_format?: OriginalFormat;
  /** Any fields of `output`. */
  output?: Record<string, unknown>;
}
