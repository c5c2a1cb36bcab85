import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ImagePromptError } from '../errors.ts';
import { replaceFile } from '../fs/publish.ts';
import { readRegularFile } from '../fs/read-regular-file.ts';
import { keyOf } from '../recipe/key.ts';
import type { Key } from '../recipe/types.ts';
import type { Journal, JournalEntry } from './types.ts';

/** A note holds a recipe and some URLs; with data URIs as media it may be large. */
const ENTRY_BYTES_LIMIT = 128 * 1024 * 1024;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const url = z.string().nullable();
// The form of a UUID of any version: what the provider accepted as an id must be readable again.
const requestId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);

const entrySchema = z.looseObject({
  version: z.literal(1),
  key: hash,
  attempt: z.uuid(),
  state: z.enum(['intent', 'submitted', 'completed']),
  at: z.iso.datetime(),
  model: z.string(),
  request: z.looseObject({ v: z.literal(1) }),
  count: z.number().int().min(1).max(4),
  estimateUsd: z.number().nullable(),
  account: z.string().nullable(),
  requestId: requestId.nullable(),
  statusUrl: url,
  responseUrl: url,
  cancelUrl: url,
  result: z
    .looseObject({
      media: z.array(z.looseObject({ url: z.string(), contentType: z.string().nullable() })),
      billedUsd: z.number().nullable(),
    })
    .nullable(),
});

/** The journal as one file for each key under `stateDir/journal`. */
export function createFsJournal(stateDir: string): Journal {
  const dir = join(stateDir, 'journal');
  const tmpDir = join(stateDir, 'tmp');
  const pathOf = (key: Key): string => join(dir, `${hash.parse(key)}.json`);
  const format = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

  async function read(key: Key): Promise<JournalEntry | null> {
    const text = await readRegularFile(pathOf(key), ENTRY_BYTES_LIMIT);
    if (text === 'missing') return null;
    const entry = typeof text === 'string' ? null : parseEntry(text.toString('utf8'));
    if (entry?.key === key) return entry;
    // Taking it for "nothing under way" could pay twice, so a person has to look.
    throw new ImagePromptError('STORE_RECORD', `The journal note ${pathOf(key)} is damaged.`, {
      hint: 'Check the request history of the account, then move the file away to go on.',
    });
  }

  async function write(entry: JournalEntry): Promise<void> {
    const target = pathOf(entry.key);
    await replaceFile({ target, bytes: format(entry), tmpDir, durable: true });
  }

  /** Whether the note on disk, if any, is of this attempt. */
  async function isOurs({ key, attempt }: Pick<JournalEntry, 'key' | 'attempt'>): Promise<boolean> {
    return (await read(key))?.attempt === attempt;
  }

  return {
    read,
    write,
    async update(entry) {
      if (await isOurs(entry)) await write(entry);
    },
    async remove(entry) {
      if (await isOurs(entry)) await rm(pathOf(entry.key), { force: true });
    },
    async bury(entry, reason) {
      if (!(await isOurs(entry))) return;
      const trash = join(stateDir, 'trash');
      await mkdir(trash, { recursive: true });
      const target = join(trash, `request-${entry.key.slice(0, 16)}-${entry.attempt}.json`);
      await replaceFile({ target, bytes: format({ ...entry, reason }), tmpDir, durable: true });
      await rm(pathOf(entry.key), { force: true });
    },
    async keys() {
      return (await names(dir)).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
    },
    async list() {
      const entries: JournalEntry[] = [];
      for (const name of await names(dir)) {
        const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
        if (!key) continue;
        const entry = await read(key).catch(() => null);
        if (entry) entries.push(entry);
      }
      return entries.sort((a, b) => a.at.localeCompare(b.at));
    },
  };
}

function parseEntry(text: string): JournalEntry | null {
  try {
    const entry = entrySchema.parse(JSON.parse(text)) as unknown as JournalEntry;
    return keyOf(entry.request) === entry.key ? entry : null;
  } catch {
    return null;
  }
}

async function names(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
