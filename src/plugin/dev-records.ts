import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { replaceFile } from '../fs/publish.ts';
import { setBounded } from './bounded-map.ts';
import type { SpecRequest } from './ids.ts';
import type { Session } from './session.ts';

/** Notes of what dev servers handed out, for processes that come later. */
export interface DevRecords {
  /** Notes the request of a picture. @param identity twelve hex digits */
  write(identity: string, request: SpecRequest): Promise<void>;
  /** The request of a picture that was handed out, or null. */
  read(identity: string): Promise<SpecRequest | null>;
}

/** A dev server runs for days; forgetting one only writes its note again. */
const WRITTEN_KEPT = 10_000;
/** Every edit leaves some: so many are no burden, whatever their age. */
const NOTES_KEPT = 2000;
const MONTH_MS = 31 * 24 * 3_600_000;

/**
 * Creates the notes, in the disposable cache. A bundler with a persistent cache starts with modules
 * that were loaded by an earlier process: their URLs have to work all the same.
 */
export function createDevRecords(session: Session): DevRecords {
  const written = new Map<string, true>();
  let swept = false;
  const folder = async (): Promise<string> => {
    const dir = join((await session.options()).cacheDir, 'dev');
    if (!swept) {
      swept = true;
      // Nobody waits for it.
      void sweep(dir).catch(() => {});
    }
    return dir;
  };

  return {
    async write(identity, { file, overrides }) {
      if (written.has(identity)) return;
      setBounded(written, identity, true, WRITTEN_KEPT);
      const dir = await folder();
      // Relative: a copied tree keeps its notes.
      const text = JSON.stringify({ file: relative(session.root, file), overrides });
      const target = join(dir, `${identity}.json`);
      if ((await readFile(target, 'utf8').catch(() => null)) === text) return await touch(target);
      const order = { target, bytes: Buffer.from(text), tmpDir: join(dir, 'tmp'), durable: false };
      // Without the note only a restart would show a picture late.
      await replaceFile(order).catch(() => {});
    },

    async read(identity) {
      const path = join(await folder(), `${identity}.json`);
      const text = await readFile(path, 'utf8').catch(() => null);
      const note = text === null ? null : parseNote(text);
      if (note === null) return null;
      await touch(path);
      return { ...note, file: resolve(session.root, note.file), kind: 'picture' };
    },
  };
}

/** The content of a note; null when it is damaged: its picture is not known then. */
function parseNote(text: string): Pick<SpecRequest, 'file' | 'overrides'> | null {
  try {
    const { file, overrides } = JSON.parse(text) as Pick<SpecRequest, 'file' | 'overrides'>;
    return typeof file === 'string' && overrides !== null && typeof overrides === 'object'
      ? { file, overrides }
      : null;
  } catch {
    return null;
  }
}

/** Notes that are in use stay young. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

/**
 * Removes notes that were not used for a month. The newest stay all the same: a persistent cache may
 * hold modules that are not loaded again, whose pictures browsers have.
 */
async function sweep(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.json'));
  if (names.length <= NOTES_KEPT) return;
  const notes: { path: string; mtimeMs: number }[] = [];
  for (const name of names) {
    const path = join(dir, name);
    const found = await stat(path).catch(() => null);
    if (found) notes.push({ path, mtimeMs: found.mtimeMs });
  }
  notes.sort((a, b) => b.mtimeMs - a.mtimeMs);
  const old = notes.slice(NOTES_KEPT).filter(({ mtimeMs }) => mtimeMs < Date.now() - MONTH_MS);
  for (const { path } of old) await rm(path, { force: true });
}
