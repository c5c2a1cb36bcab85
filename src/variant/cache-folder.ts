import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyFile } from '../fs/file-identity.ts';
import type { Memo } from '../fs/memo.ts';
import { publish, replaceFile } from '../fs/publish.ts';
import { digestOf } from '../recipe/key.ts';
import { isAnalysis } from './analysis.ts';
import type { Analysis, Variant, VariantSpec } from './types.ts';

/** One folder of variants and analyses. Its methods throw the errors of the file system. */
export interface CacheFolder {
  get(key: string, spec: VariantSpec): Promise<Variant | null>;
  put(key: string, spec: VariantSpec, bytes: Buffer): Promise<Variant>;
  getAnalysis(key: string): Promise<Analysis | null>;
  putAnalysis(key: string, analysis: Analysis): Promise<void>;
}

/** Raised when the layout below changes, so that releases do not read each other's files. */
const LAYOUT = 'v2';
/** An unfinished file this much older than a new one belongs to a process that died. */
const ABANDONED_MS = 3_600_000;

/** What the memo says of a variant. */
interface KnownVariant {
  digest: string;
  bytes: number;
  /** Identity of the file whose content was seen to have this digest. */
  id: string;
}

/**
 * Opens `DIR/v2`: `variants/ab/KEY--DIGEST16.EXT`, `tmp/`, and in the memo what is known of them. Any
 * number of processes may use it at once: files appear whole. Writes are not synced and a power cut
 * leaves empty files under good names, so the content of a file is checked when it is first seen, and
 * again when the file system says that it was touched.
 */
export function openCacheFolder(dir: string, memo: Memo): CacheFolder {
  const root = join(dir, LAYOUT);
  const tmpDir = join(root, 'tmp');
  const variantDir = (key: string): string => join(root, 'variants', key.slice(0, 2));
  const note = (variant: Variant): Variant => {
    const { key, digest, bytes, path } = variant;
    const id = identifyFile(path)?.id;
    if (id !== undefined) memo.set('variant', key, { digest, bytes, id } satisfies KnownVariant);
    return variant;
  };
  let swept: Promise<void> | undefined;

  /** The usual way: one look at the file, none into it. */
  const recall = (key: string, spec: VariantSpec): Variant | null => {
    const known = memo.get('variant', key) as KnownVariant | undefined;
    if (known === undefined) return null;
    const { digest, bytes, id } = known;
    const path = join(variantDir(key), nameOf(key, digest, spec));
    return identifyFile(path)?.id === id ? { ...spec, key, path, digest, bytes } : null;
  };

  return {
    async get(key, spec) {
      const known = recall(key, spec);
      if (known !== null) return known;
      const at = variantDir(key);
      const names = await readdir(at).catch(() => []);
      for (const name of names.filter((name) => name.startsWith(`${key}--`)).sort()) {
        const path = join(at, name);
        const bytes = await readFile(path).catch(() => null);
        // Out of file handles, or removed meanwhile: that says nothing against the file.
        if (bytes === null) continue;
        const digest = digestOf(bytes);
        if (name === nameOf(key, digest, spec)) {
          return note({ ...spec, key, path, digest, bytes: bytes.length });
        }
        await discard(path);
      }
      return null;
    },

    async put(key, spec, bytes) {
      swept ??= sweep(tmpDir);
      await swept;
      const digest = digestOf(bytes);
      const target = join(variantDir(key), nameOf(key, digest, spec));
      const order = { target, bytes, tmpDir, durable: false };
      if ((await publish(order)) === 'existed' && !(await holds(target, digest))) {
        await replaceFile(order);
      }
      return note({ ...spec, key, path: target, digest, bytes: bytes.length });
    },

    async getAnalysis(key) {
      const known = memo.get('analysis', key);
      return isAnalysis(known) ? known : null;
    },

    async putAnalysis(key, analysis) {
      memo.set('analysis', key, analysis);
    },
  };
}

function nameOf(key: string, digest: string, spec: VariantSpec): string {
  return `${key}--${digest.slice(0, 16)}.${spec.format}`;
}

async function holds(path: string, digest: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && digestOf(bytes) === digest;
}

/** Removes what must not be served; where that is refused, it still is never served. */
async function discard(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {});
}

async function sweep(tmpDir: string): Promise<void> {
  // A file of our own tells the time of the file system, which may not be the clock of this machine.
  const probe = join(tmpDir, `${randomBytes(8).toString('hex')}.probe`);
  try {
    await publish({ target: probe, bytes: Buffer.alloc(0), tmpDir, durable: false });
    const now = (await stat(probe)).mtimeMs;
    for (const name of await readdir(tmpDir)) {
      const path = join(tmpDir, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && now - found.mtimeMs > ABANDONED_MS) await discard(path);
    }
  } catch {
    // The write that follows meets the same trouble and reports it.
  } finally {
    await discard(probe);
  }
}
