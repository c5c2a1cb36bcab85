import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { publish, replaceFile } from '../fs/publish.ts';
import { digestOf } from '../recipe/key.ts';
import { parseAnalysis, writeAnalysis } from './analysis-file.ts';
import type { Analysis, Variant, VariantSpec } from './types.ts';

/** One folder of variants and analyses. Its methods throw the errors of the file system. */
export interface CacheFolder {
  get(key: string, spec: VariantSpec): Promise<Variant | null>;
  put(key: string, spec: VariantSpec, bytes: Buffer): Promise<Variant>;
  getAnalysis(key: string): Promise<Analysis | null>;
  putAnalysis(key: string, analysis: Analysis): Promise<void>;
}

/** Raised when the layout below changes, so that releases do not read each other's files. */
const LAYOUT = 'v1';
/** An unfinished file this much older than a new one belongs to a process that died. */
const ABANDONED_MS = 3_600_000;

/**
 * Opens `DIR/v1`: `variants/ab/KEY--DIGEST16.EXT`, `analyses/ab/KEY.json`, `tmp/`. Any number of
 * processes may use it at once: files appear whole, and every read checks the content, since writes
 * are not synced and a power cut leaves empty files under good names.
 */
export function openCacheFolder(dir: string): CacheFolder {
  const root = join(dir, LAYOUT);
  const tmpDir = join(root, 'tmp');
  const variantDir = (key: string): string => join(root, 'variants', key.slice(0, 2));
  const analysisFile = (key: string): string =>
    join(root, 'analyses', key.slice(0, 2), `${key}.json`);
  let swept: Promise<void> | undefined;

  return {
    async get(key, spec) {
      const at = variantDir(key);
      const names = await readdir(at).catch(() => []);
      for (const name of names.filter((name) => name.startsWith(`${key}--`)).sort()) {
        const path = join(at, name);
        const bytes = await readFile(path).catch(() => null);
        // Out of file handles, or removed meanwhile: that says nothing against the file.
        if (bytes === null) continue;
        const digest = digestOf(bytes);
        if (name === nameOf(key, digest, spec)) {
          return { ...spec, key, path, digest, bytes: bytes.length };
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
      return { ...spec, key, path: target, digest, bytes: bytes.length };
    },

    async getAnalysis(key) {
      const path = analysisFile(key);
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text === null) return null;
      const analysis = parseAnalysis(text);
      if (analysis === null) await discard(path);
      return analysis;
    },

    async putAnalysis(key, analysis) {
      const bytes = Buffer.from(writeAnalysis(analysis));
      await replaceFile({ target: analysisFile(key), bytes, tmpDir, durable: false });
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
