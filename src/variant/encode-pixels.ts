import { type AutoRule, findAutoRule } from './auto-quality.ts';
import {
  toAvifOptions,
  toFixedOptions,
  toJpegOptions,
  toPngOptions,
  toWebpOptions,
} from './encode-options.ts';
import { hasHardEdges } from './hard-edges.ts';
import { toLuma } from './luma.ts';
import { fromPixels, type Pixels, type SharpModule, toPixels } from './pixels.ts';
import { searchQuality } from './search-quality.ts';
import { measureSsim } from './ssim.ts';
import type { Provenance, VariantSpec } from './types.ts';
import { writeProvenanceXmp } from './xmp.ts';

/** Where the search for a target of the author's begins. Whoever changes it raises the version of the rule. */
const ASKED_START = 60;

/** One encode. */
export interface EncodeOrder {
  variant: Pick<VariantSpec, 'format' | 'options'>;
  provenance: Provenance | null;
}

/** Encodes pixels of the wanted size; where the order says `auto`, with the quality that they need. */
export async function encodePixels(
  sharp: SharpModule,
  pixels: Pixels,
  order: EncodeOrder,
): Promise<Buffer> {
  const rule = findAutoRule(order.variant.format, order.variant.options);
  return rule === null
    ? await encodeFixed(sharp, pixels, order)
    : await encodeAuto(sharp, pixels, order, rule);
}

/** The file that is kept is one of the probes: what was measured is what is published. */
async function encodeAuto(
  sharp: SharpModule,
  pixels: Pixels,
  order: EncodeOrder,
  rule: AutoRule,
): Promise<Buffer> {
  const { format, options } = order.variant;
  // Transparent pictures are judged on white and on black. JPEG knows no transparency and is white there.
  const grounds = pixels.channels === 4 && format !== 'jpeg' ? [255, 0] : [255];
  const wanted = grounds.map((ground) => toLuma(pixels, ground));
  const least = wanted.some(hasHardEdges) ? rule.leastOnEdges : rule.least;
  // Many pictures reach our target at the lower bound, and need no second encode.
  const start = options.target === undefined ? least : ASKED_START;
  const probe = async (quality: number) => {
    const variant = { format, options: { ...options, quality } };
    const bytes = await encodeFixed(sharp, pixels, { ...order, variant });
    const decoded = await toPixels(sharp(bytes).toColourspace('srgb'));
    const seen = grounds.map((ground, at) => measureSsim(wanted[at]!, toLuma(decoded, ground)));
    return { bytes, similarity: Math.min(...seen) };
  };
  return (await searchQuality({ ...rule, least, start }, probe)).bytes;
}

async function encodeFixed(
  sharp: SharpModule,
  pixels: Pixels,
  { variant: { format, options }, provenance }: EncodeOrder,
): Promise<Buffer> {
  // The pixels carry no metadata, so nothing but this gets into the file.
  const image = fromPixels(sharp, pixels);
  if (provenance !== null) image.withXmp(writeProvenanceXmp(provenance));
  const fixed = toFixedOptions(options);
  if (format === 'avif') return await image.avif(toAvifOptions(fixed)).toBuffer();
  if (format === 'webp') return await image.webp(toWebpOptions(fixed)).toBuffer();
  if (format === 'png') return await image.png(toPngOptions(fixed)).toBuffer();
  if (pixels.channels === 4) image.flatten({ background: '#fff' });
  return await image.jpeg(toJpegOptions(fixed)).toBuffer();
}
