import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { identifyFile } from '../fs/file-identity.ts';
import type { Memo } from '../fs/memo.ts';
import { type NotRead, readRegularFile } from '../fs/read-regular-file.ts';
import type { Key } from '../recipe/types.ts';
import { EXTENSION, parseName } from './names.ts';
import type { ParsedRecord } from './parse-record.ts';
import { RECORD_BYTES_LIMIT } from './record.ts';
import type {
  OriginalRecord,
  StoredOriginal,
  StoreIndex,
  StoreProblem,
  StrayFile,
} from './types.ts';

/**
 * Reads every record of `originals/`. A record that cannot be used becomes a problem, not a gap.
 * @param memo remembers records by the identity of their files, which are written once
 * @throws ImagePromptError STORE_RECORD: `originals` itself is a link or a file
 */
export async function indexFolder(originalsDir: string, memo: Memo): Promise<StoreIndex> {
  const byKey = new Map<Key, StoredOriginal[]>();
  const problems: StoreProblem[] = [];
  const names = await listNames(originalsDir);
  const recorded = new Set(names.filter((name) => name.endsWith('.json')).map(stemOf));
  const strays: StrayFile[] = [];
  for (const name of names) {
    const parsedName = parseName(name);
    if (parsedName && !recorded.has(stemOf(name))) {
      strays.push({ file: name, key16: parsedName.key16, digest16: parsedName.digest16 });
    }
    if (parsedName?.extension !== 'json') continue;
    const { key16, digest16 } = parsedName;
    const refuse = (code: StoreProblem['code'], message: string): void => {
      problems.push({ code, file: name, message, key16, digest16 });
    };
    const parsed = await readRecord(originalsDir, name, memo);
    if (parsed === 'missing') continue;
    if ('problem' in parsed) {
      refuse(parsed.problem.code, parsed.problem.message);
      continue;
    }
    const { record } = parsed;
    if (!record.key.startsWith(key16) || !record.image.digest.startsWith(digest16)) {
      refuse('STORE_RECORD', 'names another picture than its file name does');
      continue;
    }
    const original = {
      record,
      file: `${stemOf(name)}.${EXTENSION[record.image.type]}`,
      recordFile: name,
    };
    const candidates = byKey.get(record.key) ?? [];
    // The same picture under two slugs (a spec was renamed on one branch) is one candidate.
    if (candidates.some((other) => other.record.image.digest === record.image.digest)) continue;
    byKey.set(record.key, [...candidates, original]);
  }
  for (const candidates of byKey.values()) candidates.sort(compareCandidates);
  return { byKey, problems, strays };
}

/** A file name without its extension. */
function stemOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** Oldest first, then by digest: the order that `pick` counts in, the same on every machine. */
export function compareCandidates(a: StoredOriginal, b: StoredOriginal): number {
  const byTime = Date.parse(a.record.createdAt) - Date.parse(b.record.createdAt);
  return byTime !== 0 ? byTime : a.record.image.digest < b.record.image.digest ? -1 : 1;
}

const NOT_READ = {
  'too-large': 'is too large',
  'not-a-file': 'is not a plain file',
  unreadable: 'cannot be read',
} as const;

async function readRecord(
  dir: string,
  name: string,
  memo: Memo,
): Promise<ParsedRecord | 'missing'> {
  const id = identifyFile(join(dir, name))?.id;
  const known = memo.get('record', name) as { id: string; record: OriginalRecord } | undefined;
  if (id !== undefined && known?.id === id) return { record: known.record };
  const text = await readRecordFile(join(dir, name));
  if (text === 'missing') return text;
  if (typeof text === 'string')
    return { problem: { code: 'STORE_RECORD', message: NOT_READ[text] } };
  // Loaded late: a run that knows every record needs no schema.
  const { parseRecord } = await import('./parse-record.ts');
  const parsed = parseRecord(text.toString('utf8'));
  if (id !== undefined && 'record' in parsed) memo.set('record', name, { id, ...parsed });
  return parsed;
}

async function readRecordFile(path: string): Promise<Buffer | NotRead | 'unreadable'> {
  return await readRegularFile(path, RECORD_BYTES_LIMIT).catch((error: unknown) => {
    if (isUnreadable(error)) return 'unreadable';
    throw error;
  });
}

/** Whether a file is there and the system will not give it out: no permission, or a bad sector. */
export function isUnreadable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'EACCES' || code === 'EPERM' || code === 'EIO';
}

async function listNames(dir: string): Promise<string[]> {
  try {
    // A store comes with a checkout: a link in it must not lead reads and writes out of it.
    if ((await lstat(dir)).isDirectory()) return (await readdir(dir)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  throw new ImagePromptError('STORE_RECORD', `Expected a folder at ${dir}, not a link or a file.`);
}
