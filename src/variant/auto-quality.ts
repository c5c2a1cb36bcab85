import type { EncodeOptions, OutputFormat } from '../spec/types.ts';

/** What `quality: auto` means for a format. All of it is part of the variant's key. */
export interface AutoRule {
  /** The similarity to reach. */
  target: number;
  /** Bounds of the search, both included. */
  least: number;
  most: number;
  /** The least for pictures with hard edges: text, drawings. */
  leastOnEdges: number;
  /** See {@link VERSION}. */
  version: number;
}

/** Raised when the metric, the look for hard edges or the search gives another answer to the same order. */
const VERSION = 1;

/** The target that a spec does not name; how it was chosen: docs/decisions/0014-quality-auto.md. */
const TARGET = 0.98;

/**
 * Bounds where the target is ours. The upper one is the format's fixed default: what does not reach the target
 * there has grain, of which the metric asks for all, which triples a file, and which nobody would miss. The
 * lower one holds what a metric of brightness does not see: colour. Text and drawings, where artefacts show
 * first, get the fixed default.
 */
const RANGES: Readonly<Record<string, Pick<AutoRule, 'least' | 'most'>>> = {
  avif: { least: 40, most: 50 },
  webp: { least: 65, most: 75 },
  jpeg: { least: 70, most: 80 },
};

/** Bounds where the author names the target: then that decides. */
const ASKED_RANGE = { least: 20, most: 95, leastOnEdges: 20 };

/** The rule by which an order's quality is searched, or `null` where it says a number, or needs none. */
export function findAutoRule(
  format: OutputFormat,
  { quality, target }: EncodeOptions,
): AutoRule | null {
  const range = RANGES[format];
  if (quality !== 'auto' || range === undefined) return null;
  if (target !== undefined) return { target, ...ASKED_RANGE, version: VERSION };
  return { target: TARGET, ...range, leastOnEdges: range.most, version: VERSION };
}
