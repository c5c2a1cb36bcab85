import { ImagePromptError } from '../errors.ts';
import { amount } from '../report.ts';
import { assertNoLeak, type OutputFile, type Secret } from './leak-guard.ts';
import type { Session } from './session.ts';

/** The part of a Rollup bundle that is looked at. */
export interface BundleFile {
  type: 'asset' | 'chunk';
  fileName: string;
  code?: string;
  source?: string | Uint8Array;
  /** Rollup 4.20 and Rolldown: what an asset was copied from. */
  originalFileNames?: readonly string[];
}

/** Files with text in them; what is surely binary is passed by name alone. */
export function* outputFilesOf(bundle: Readonly<Record<string, BundleFile>>): Iterable<OutputFile> {
  for (const file of Object.values(bundle)) {
    yield {
      name: file.fileName,
      origins: file.originalFileNames ?? [],
      // Rolldown copies the bytes of an asset whenever its source is asked for.
      text: file.type === 'chunk' ? (file.code ?? null) : textOfAsset(file),
    };
  }
}

/** Text of an output file, or null when its name says that it is an image, a font or a film. */
export function textOf(name: string, source: string | Uint8Array | undefined): string | null {
  if (typeof source === 'string') return source;
  if (!source || isSurelyBinary(name)) return null;
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('utf8');
}

function textOfAsset(file: BundleFile): string | null {
  return isSurelyBinary(file.fileName) ? null : textOf(file.fileName, file.source);
}

function isSurelyBinary(name: string): boolean {
  return /\.(?:avif|webp|jpe?g|png|gif|ico|woff2?|ttf|mp4|webm|wasm)$/i.test(name);
}

/** What must not be found in the output of a session. */
export function secretsOf(session: Session): Secret[] {
  return [...session.pictures.values()].map(({ built }) => built);
}

/**
 * Looks a build's output over before it is written: nothing of a spec may leak, and no sketch may pass
 * for a picture. Tells what went wrong with the cache on the way.
 * @param more what must not leak of specs that were not loaded in this build
 * @throws ImagePromptError LEAK_RAW, MISSING_SKETCH
 */
export async function checkOutput(
  session: Session,
  files: Iterable<OutputFile>,
  warn: (message: string) => void,
  more: readonly Secret[] = [],
): Promise<void> {
  const pictures = [...session.pictures.values()].map(({ built }) => built);
  for (const warning of session.takeWarnings()) warn(warning);
  assertNoLeak(files, [...secretsOf(session), ...more]);
  // A dev server shows previews: that is what it is for.
  if (session.command === 'serve') return;
  // A picture may be imported in several ways.
  const all = new Set(pictures.map(({ file }) => file));
  const sketches = new Set(pictures.filter(({ sketch }) => sketch).map(({ file }) => file));
  if (sketches.size === 0) return;
  const message = `${sketches.size} of ${amount(all.size, 'picture')} ${sketches.size === 1 ? 'is a sketch' : 'are sketches'}:${[
    ...sketches,
  ]
    .sort()
    .map((file) => `\n  ${file}`)
    .join('')}`;
  if (!(await session.options()).sketchesAllowed)
    throw new ImagePromptError('MISSING_SKETCH', message);
  warn(message);
}
