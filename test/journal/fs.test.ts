import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFsJournal } from '../../src/journal/fs.ts';
import type { JournalEntry } from '../../src/journal/types.ts';
import { keyOf } from '../../src/recipe/key.ts';
import { createProject } from '../helpers/project.ts';
import { createRecipe } from '../store/helpers.ts';

function createEntry(over: Partial<JournalEntry> = {}): JournalEntry {
  const request = over.request ?? createRecipe();
  return {
    version: 1,
    key: keyOf(request),
    attempt: '6f1c1a57-6f0b-4f57-9b0e-4c35a6b8b9b1',
    state: 'intent',
    at: '2026-11-21T10:00:00.000Z',
    model: request.model,
    request,
    count: 1,
    estimateUsd: 0.01,
    account: '0123abcd',
    requestId: null,
    statusUrl: null,
    responseUrl: null,
    cancelUrl: null,
    result: null,
    ...over,
  };
}

const intent = createEntry();
const submitted = createEntry({
  state: 'submitted',
  requestId: '0b9d4c52-5d9e-4f0e-8a53-6d0d4ff4d2a1',
  statusUrl: 'https://queue.fal.run/openai/gpt-image-2/requests/x/status',
});
const completed = createEntry({
  ...submitted,
  state: 'completed',
  result: {
    media: [{ url: 'https://v3b.fal.media/files/b/x.png', contentType: 'image/png' }],
    billedUsd: 0.01,
  },
});

function openJournal() {
  const { root } = createProject();
  const fileOf = (entry: JournalEntry) => join(root, 'journal', `${entry.key}.json`);
  return { root, journal: createFsJournal(root), fileOf };
}

describe('journal', () => {
  it('holds nothing where nothing was written, and makes no folder', async () => {
    const { root, journal } = openJournal();
    expect(await journal.read(intent.key)).toBeNull();
    expect(await journal.list()).toEqual([]);
    await journal.remove(intent);
    expect(readdirSync(root)).toEqual([]);
  });

  it('reads what was written, one note for each key, the last one', async () => {
    const { root, journal, fileOf } = openJournal();
    for (const entry of [intent, submitted, completed]) {
      await journal.write(entry);
      expect(await journal.read(entry.key)).toEqual(entry);
      expect(readdirSync(join(root, 'journal'))).toEqual([`${entry.key}.json`]);
    }
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    await journal.remove(intent);
    expect(existsSync(fileOf(intent))).toBe(false);
    expect(await journal.read(intent.key)).toBeNull();
  });

  it('writes the fields in the order of the format', async () => {
    const { journal, fileOf } = openJournal();
    await journal.write(completed);
    const text = readFileSync(fileOf(completed), 'utf8');
    expect(text).toBe(`${JSON.stringify(completed, null, 2)}\n`);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(
      'version key attempt state at model request count estimateUsd account requestId statusUrl responseUrl cancelUrl result'.split(
        ' ',
      ),
    );
  });

  it('lists the notes, oldest first', async () => {
    const { root, journal } = openJournal();
    const later = createEntry({ request: createRecipe('b'), at: '2026-11-22T10:00:00.000Z' });
    const earlier = createEntry({ request: createRecipe('c'), at: '2026-11-20T10:00:00.000Z' });
    for (const entry of [later, intent, earlier]) await journal.write(entry);
    writeFileSync(join(root, 'journal', 'notes.txt'), 'x');
    expect(await journal.list()).toEqual([earlier, intent, later]);
  });

  it('buries a note with the reason', async () => {
    const { root, journal } = openJournal();
    await journal.write(submitted);
    await journal.bury(submitted, 'PROVIDER_REFUSED: no');
    expect(await journal.read(submitted.key)).toBeNull();
    const name = `request-${submitted.key.slice(0, 16)}-${submitted.attempt}.json`;
    expect(readdirSync(join(root, 'trash'))).toEqual([name]);
    expect(JSON.parse(readFileSync(join(root, 'trash', name), 'utf8'))).toEqual({
      ...submitted,
      reason: 'PROVIDER_REFUSED: no',
    });
  });

  it('takes every form of id that the provider takes', async () => {
    const { journal } = openJournal();
    // Neither version nor variant of RFC 9562: a service may count them up as it likes.
    for (const requestId of [
      '00000000-0000-0000-0000-000000000001',
      'ABCDEF01-2345-6789-ABCD-EF0123456789',
      '019f1a2b-3c4d-ffff-0fff-000000000000',
    ]) {
      await journal.write({ ...submitted, requestId });
      expect(await journal.read(submitted.key)).toMatchObject({ requestId });
    }
  });

  const DAMAGES: [string, (file: string) => void][] = [
    ['nothing', (file) => writeFileSync(file, '')],
    ['half a note', (file) => writeFileSync(file, readFileSync(file).subarray(0, 300))],
    ['no JSON', (file) => writeFileSync(file, 'x')],
    ['a newer note', (file) => change(file, { version: 2 })],
    ['another request', (file) => change(file, { request: createRecipe('another') })],
    ['an unknown state', (file) => change(file, { state: 'lost' })],
    ['a path as request id', (file) => change(file, { requestId: '../../x' })],
    ['a path as attempt', (file) => change(file, { attempt: '../../x' })],
    ['no count', (file) => change(file, { count: 0 })],
    ['half a surrogate pair', (file) => change(file, { request: createRecipe('\ud800') })],
    [
      'a folder',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
    [
      'a link',
      (file) => {
        const text = readFileSync(file);
        rmSync(file);
        writeFileSync(`${file}.moved`, text);
        symlinkSync(`${file}.moved`, file);
      },
    ],
  ];

  it.each(DAMAGES)(
    'takes %s for an error, never for "nothing under way"',
    async (_what, damage) => {
      const { journal, fileOf } = openJournal();
      await journal.write(submitted);
      damage(fileOf(submitted));
      await expect(journal.read(submitted.key)).rejects.toMatchObject({
        code: 'STORE_RECORD',
        message: expect.stringContaining(fileOf(submitted)),
        hint: expect.stringContaining('request history'),
      });
      // The list is for people: it shows what it can.
      expect(await journal.list()).toEqual([]);
    },
  );

  it('touches no note of another attempt', async () => {
    const { journal } = openJournal();
    await journal.write(intent);
    const other = { ...submitted, attempt: '00000000-0000-4000-8000-000000000000' };
    await journal.update(other);
    await journal.bury(other, 'over');
    await journal.remove(other);
    expect(await journal.read(intent.key)).toEqual(intent);
    await journal.update({ ...submitted, attempt: intent.attempt });
    expect((await journal.read(intent.key))?.state).toBe('submitted');
  });

  it('makes no path of what is no key', async () => {
    const { root, journal } = openJournal();
    for (const key of ['../../x', 'a'.repeat(63), '']) {
      await expect(journal.read(key)).rejects.toThrow();
      await expect(journal.write({ ...intent, key })).rejects.toThrow();
      await expect(journal.remove({ ...intent, key })).rejects.toThrow();
    }
    expect(readdirSync(root)).toEqual([]);
  });
});

function change(file: string, over: Record<string, unknown>): void {
  const entry = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...entry, ...over }));
}
