import type { BuiltPicture } from '../engine/build-picture.ts';
import { amount, formatBytes, formatUsd } from '../report.ts';

/** Files and bytes of one format, against the fallbacks of the same pictures. */
export interface FormatTotal {
  format: string;
  files: number;
  bytes: number;
  /** Bytes of the fallback files of the pictures that have this format. */
  fallbackBytes: number;
}

/** What a build made of its specs. Shape of `report.json`. */
export interface BuildReport {
  version: 1;
  specs: number;
  /** More than specs when one is imported with several queries. */
  pictures: number;
  /** Files that were handed to the bundler. */
  variants: number;
  /** Best format first; the last one is the fallback. */
  formats: FormatTotal[];
  /** Pictures by where they came from. */
  origins: { store: number; made: number; preview: number };
  /** US dollars spent by this build. */
  usd: number;
  /** Variants that were encoded, and those that the cache had. */
  encoded: number;
  cached: number;
  /** Milliseconds from the first picture that was begun to the last that was ready. */
  ms: number;
  /** Specs with their bytes, in the order of their paths. */
  files: { file: string; pictures: number; variants: number; bytes: number }[];
}

/** What a report is made from. */
export interface ReportInput {
  pictures: readonly BuiltPicture[];
  usd: number;
  encoded: number;
  cached: number;
  ms: number;
}

/** Sums pictures up. Pure. */
export function createReport({ pictures, ...sums }: ReportInput): BuildReport {
  const totals = new Map<string, FormatTotal>();
  const files = new Map<string, BuildReport['files'][number]>();
  for (const picture of pictures) {
    const { variants, plan, file } = picture;
    const entry = files.get(file) ?? { file, pictures: 0, variants: 0, bytes: 0 };
    files.set(file, entry);
    entry.pictures += 1;
    entry.variants += variants.length;
    entry.bytes += sumBytes(variants);
    // Taken over from an earlier build as it was: nothing is known of its files.
    if (variants.length === 0) continue;
    const fallback = plan.variants[plan.src]!.format;
    const fallbackBytes = sumBytes(variants.filter(({ format }) => format === fallback));
    for (const format of new Set(variants.map((variant) => variant.format))) {
      const own = variants.filter((variant) => variant.format === format);
      const name = format === fallback ? 'fallback' : format;
      const total = totals.get(name) ?? { format: name, files: 0, bytes: 0, fallbackBytes: 0 };
      totals.set(name, total);
      total.files += own.length;
      total.bytes += sumBytes(own);
      total.fallbackBytes += fallbackBytes;
    }
  }
  const count = (origin: BuiltPicture['origin']): number =>
    pictures.filter((picture) => picture.origin === origin).length;
  return {
    version: 1,
    specs: files.size,
    pictures: pictures.length,
    variants: pictures.reduce((sum, { variants }) => sum + variants.length, 0),
    formats: [...totals.values()].sort(
      (a, b) => Number(a.format === 'fallback') - Number(b.format === 'fallback'),
    ),
    origins: { store: count('store'), made: count('made'), preview: count('preview') },
    ...sums,
    files: [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
}

/** Writes a report for people: one line, and one for each format. */
export function formatReport(report: BuildReport): string {
  const { specs, pictures, variants, formats, origins, usd, encoded, cached, ms } = report;
  const bytes = formats.reduce((sum, total) => sum + total.bytes, 0);
  const head = [
    `image-prompt: ${amount(pictures, 'picture')}${pictures === specs ? '' : ` of ${amount(specs, 'spec')}`}`,
    `${amount(variants, 'file')}${variants === 0 ? '' : `, ${formatBytes(bytes)}`}`,
    `${(ms / 1000).toFixed(1)} s`,
  ].join(' · ');
  const came = [
    origins.store > 0 ? `${origins.store} from the store` : '',
    origins.made > 0 ? `${origins.made} made (${formatUsd(usd)})` : '',
    origins.preview > 0 ? `${origins.preview} only sketched` : '',
    variants > 0 ? `${amount(encoded, 'file')} encoded, ${cached} from the cache` : '',
  ];
  const width = Math.max(...formats.map(({ format }) => format.length), 0);
  const sizes = formats.map(({ bytes }) => formatBytes(bytes));
  const sizeWidth = Math.max(...sizes.map((size) => size.length), 0);
  const rows = formats.map((total, index) => {
    const share = total.fallbackBytes > 0 ? (total.bytes / total.fallbackBytes - 1) * 100 : 0;
    const against = `${share < 0 ? '−' : '+'}${Math.abs(share).toFixed(0)} % of the fallback’s bytes`;
    const row = [
      total.format.padEnd(width),
      amount(total.files, 'file').padStart(9),
      sizes[index]!.padStart(sizeWidth),
    ].join('  ');
    return total.format === 'fallback' ? `  ${row}` : `  ${row}  ${against}`;
  });
  return [head, `  ${came.filter(Boolean).join(', ')}`, ...rows].join('\n');
}

function sumBytes(variants: readonly { bytes: number }[]): number {
  return variants.reduce((sum, variant) => sum + variant.bytes, 0);
}
