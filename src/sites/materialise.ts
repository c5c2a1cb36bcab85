import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import type { BuiltPicture } from '../engine/build-picture.ts';
import type { Engine } from '../engine/engine.ts';
import { ImagePromptError } from '../errors.ts';
import { replaceFile } from '../fs/publish.ts';
import type { ResolvedOptions } from '../options.ts';
import { identify, SPEC_ID, type SpecRequest } from '../plugin/ids.ts';
import { ownVariants, srcOf } from '../plugin/load-module.ts';
import type { Session } from '../plugin/session.ts';
import { QUERY_NAMES } from '../spec/query-names.ts';
import { MAX_EDGE } from '../spec/schema-parts.ts';

/** What {@link materialiseSpec} writes. */
export interface MaterialiseOptions {
  /**
   * Pixels; never more than the picture has.
   * @default the picture's own width
   */
  width?: number | undefined;
  /**
   * Whether the file shall be the original as it was received, byte for byte: not cropped to the size that the
   * spec asks for.
   * @default false
   */
  original?: boolean | undefined;
}

/** A file that was written. */
export interface MaterialisedFile {
  /** Absolute path. */
  path: string;
  width: number;
  height: number;
  bytes: number;
  /** Whether it was drawn locally. */
  sketch: boolean;
}

const FORMATS: Readonly<Record<string, string>> = {
  '.avif': 'avif',
  '.webp': 'webp',
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
};

/**
 * Writes the picture of a spec as one file, for tools that take nothing but files.
 * @param out absolute path; its ending decides the format
 * @throws ImagePromptError CONFIG_INVALID, MISSING_SKETCH, and what the build of the picture throws
 */
export async function materialiseSpec(
  session: Session,
  request: SpecRequest,
  out: string,
  { width, original = false }: MaterialiseOptions,
): Promise<MaterialisedFile> {
  const format = FORMATS[extname(out).toLowerCase()];
  const options = await session.options();
  assertTarget(out, format, options);
  if (width !== undefined && !(Number.isInteger(width) && width > 0)) {
    throw invalid(`Expected whole pixels for "width", received ${String(width)}.`);
  }
  const axes = Object.entries(request.overrides).filter(([name]) => !QUERY_NAMES.includes(name));
  const overrides = original
    ? Object.fromEntries(axes)
    : { ...request.overrides, format: format!, w: String(width ?? MAX_EDGE) };
  const asked = { ...request, overrides };
  const built = await session.build(asked, { encode: false, single: true });
  assertMayPublish(built, options);
  const { bytes, size } = original
    ? await readOriginal(await session.engine(), built, options, format!)
    : await readVariant(built, identify(asked));
  // Beside the target: it may lie on another disk than the cache.
  await replaceFile({ target: out, bytes, tmpDir: dirname(out), durable: false });
  return { path: out, ...size, bytes: bytes.length, sketch: built.sketch };
}

/** What was paid for must not be overwritten, and what people wrote neither. */
function assertTarget(out: string, format: string | undefined, { dir }: ResolvedOptions): void {
  if (format === undefined || SPEC_ID.test(out)) {
    throw invalid(
      `Expected a file that ends in ${Object.keys(FORMATS).join(', ')}, received ${out}.`,
    );
  }
  const within = relative(dir, out);
  if (!within.startsWith('..') && resolve(within) !== within) {
    throw invalid(`Expected a file outside of the store, received ${out}.`);
  }
}

/** A file beside the spec is committed and published like any picture, whoever wrote it: a dev server must not. */
function assertMayPublish(
  { sketch, file }: BuiltPicture,
  { sketchesAllowed }: ResolvedOptions,
): void {
  if (!sketch || sketchesAllowed) return;
  throw new ImagePromptError('MISSING_SKETCH', `${file} has no picture yet, only a sketch.`, {
    file,
  });
}

type Read = { bytes: Buffer; size: { width: number; height: number } };

async function readVariant(built: BuiltPicture, name: string): Promise<Read> {
  const { plan } = built;
  // Sources are for pages: one file shows the picture itself.
  const own = ownVariants(built, plan.variants);
  if (own.length !== 1) throw new RangeError(`Expected one file of ${name}.`);
  const { path, width, height } = await built.renderOne(srcOf(plan, own));
  return { bytes: await readFile(path), size: { width, height } };
}

async function readOriginal(
  engine: Engine,
  built: BuiltPicture,
  { root }: ResolvedOptions,
  format: string,
): Promise<Read> {
  const { file, source } = built;
  const originals = await engine.list([file]);
  const found = originals.find(({ digest }) => digest === source);
  if (!found) {
    throw new ImagePromptError('MISSING_SKETCH', `${file} has no original yet.`, {
      file,
      hint: 'Generate the picture first.',
    });
  }
  if (FORMATS[extname(found.file)] !== format) {
    throw invalid(`The original of ${file} is a ${extname(found.file)} file.`);
  }
  const bytes = await readFile(join(root, found.file));
  if (createHash('sha256').update(bytes).digest('hex') !== source) {
    throw new ImagePromptError('STORE_BROKEN', `${found.file} is not what its record says.`, {
      file,
    });
  }
  return { bytes, size: found };
}

function invalid(message: string): ImagePromptError {
  return new ImagePromptError('CONFIG_INVALID', message);
}
