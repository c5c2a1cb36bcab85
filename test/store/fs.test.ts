import {
  existsSync,
  lstatSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFsStore } from '../../src/store/fs.ts';
import { formatRecord } from '../../src/store/record.ts';
import type { Store } from '../../src/store/types.ts';
import { createProject } from '../helpers/project.ts';
import {
  createOriginal,
  createRecipe,
  openWith,
  readDir,
  replaceByFolder,
  replaceByLink,
} from './helpers.ts';

function openStore(): Store {
  return createFsStore(createProject().path('.image-prompt'));
}

const original = await createOriginal();
const { key } = original.record;

describe('put', () => {
  it('lays a store out as the format says', async () => {
    const project = createProject();
    const store = createFsStore(project.path('.image-prompt'));
    const { record, bytes } = original;
    const { digest } = record.image;
    const stem = `hero--${key.slice(0, 16)}--${digest.slice(0, 16)}`;
    expect(await store.put(record, bytes)).toEqual({
      record,
      file: `${stem}.png`,
      recordFile: `${stem}.json`,
    });
    expect(project.list()).toEqual(
      [
        '.image-prompt/.gitattributes',
        '.image-prompt/README.md',
        `.image-prompt/originals/${stem}.json`,
        `.image-prompt/originals/${stem}.png`,
        '.image-prompt/state/.gitignore',
        `.image-prompt/state/objects/${digest.slice(0, 2)}/${digest}`,
        `.image-prompt/state/objects/${digest.slice(0, 2)}/${digest}.json`,
      ].sort(),
    );
    expect(project.read(`.image-prompt/originals/${stem}.png`)).toEqual(bytes);
    expect(project.readText(`.image-prompt/originals/${stem}.json`)).toBe(formatRecord(record));
    expect(project.readText('.image-prompt/state/.gitignore')).toBe('*\n');
    expect(project.readText('.image-prompt/.gitattributes')).toContain('originals/*.png binary\n');
    expect(project.readText('.image-prompt/README.md')).toContain('never delete from it by hand');
  });

  it.each([
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
  ] as const)('names a %s as people do', async (type, extension) => {
    const other = await createOriginal({}, type);
    const { store, stored } = await openWith(other);
    expect(stored.file.endsWith(`.${extension}`)).toBe(true);
    expect((await store.index()).byKey.get(key)).toEqual([stored]);
  });

  it('makes the safe copy a copy, not a hard link', async () => {
    const { file, copy } = await openWith(original);
    expect(statSync(file).ino).not.toBe(statSync(copy).ino);
    expect(readFileSync(copy)).toEqual(original.bytes);
  });

  it('is idempotent: bytes, record and times of the files stay', async () => {
    const { store, stored, file, recordFile } = await openWith(original);
    const before = [statSync(file), statSync(recordFile)].map(({ ino, mtimeMs }) => [ino, mtimeMs]);
    const again = { ...original.record, createdAt: '2027-01-01T00:00:00.000Z', source: 'b.yaml' };
    expect(await store.put(again, original.bytes)).toEqual(stored);
    const after = [statSync(file), statSync(recordFile)].map(({ ino, mtimeMs }) => [ino, mtimeMs]);
    expect(after).toEqual(before);
    expect((await store.index()).byKey.get(key)).toHaveLength(1);
  });

  it('lets many write at once, in two stores on one folder', async () => {
    const dir = createProject().path('.image-prompt');
    const stores = [createFsStore(dir), createFsStore(dir)];
    const others = await Promise.all(Array.from({ length: 4 }, () => createOriginal()));
    const work = [original, ...others, original, ...others];
    await Promise.all(
      work.flatMap(({ record, bytes }) => stores.map((store) => store.put(record, bytes))),
    );
    const { byKey, problems } = await stores[0]!.index();
    expect(problems).toEqual([]);
    expect(byKey.get(key)).toHaveLength(5);
    for (const one of byKey.get(key)!) expect(await stores[1]!.check(one)).toBe('ok');
    // Nobody took another's good file for a damaged one, and nobody left something half done.
    expect(existsSync(join(dir, 'state', 'trash'))).toBe(false);
    expect(readDir(join(dir, 'state', 'tmp'))).toEqual([]);
  });

  it('heals what is damaged and keeps what was there', async () => {
    const { store, file, recordFile, copy } = await openWith(original);
    for (const path of [file, recordFile, copy]) writeFileSync(path, 'damaged');
    await store.put(original.record, original.bytes);
    expect(readFileSync(file)).toEqual(original.bytes);
    expect(readFileSync(recordFile, 'utf8')).toBe(formatRecord(original.record));
    expect(readFileSync(copy)).toEqual(original.bytes);
    expect(readDir(join(store.stateDir, 'trash'))).toHaveLength(2);
  });

  it('never writes through a link in place of the bytes', async () => {
    const { store, file } = await openWith(original);
    const outside = createProject({ 'precious.txt': 'precious' }).path('precious.txt');
    rmSync(file);
    symlinkSync(outside, file);
    await store.put(original.record, original.bytes);
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readFileSync(outside, 'utf8')).toBe('precious');
  });
});

describe('index', () => {
  it('is empty where there is no store, and makes none', async () => {
    const store = openStore();
    expect(await store.index()).toEqual({ byKey: new Map(), problems: [], strays: [] });
    expect(existsSync(store.dir)).toBe(false);
  });

  it('orders candidates by time, then by digest', async () => {
    const store = openStore();
    const times = ['2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-03-01T00:00:00.000Z'];
    const made = [];
    for (const createdAt of times) {
      const one = await createOriginal({ createdAt });
      await store.put(one.record, one.bytes);
      made.push(one.record.image.digest);
    }
    const [late, early, twin] = made as [string, string, string];
    const order = (await store.index()).byKey.get(key)!.map((one) => one.record.image.digest);
    expect(order).toEqual([early, ...[late, twin].sort()]);
  });

  it('counts one picture under two slugs once', async () => {
    const { store, stored, file, recordFile } = await openWith(original);
    for (const path of [file, recordFile]) {
      writeFileSync(path.replace('hero--', 'zero--'), readFileSync(path));
    }
    expect((await store.index()).byKey.get(key)).toEqual([stored]);
  });

  it('leaves files alone that are none of its own', async () => {
    const { store, stored } = await openWith(original);
    for (const name of ['notes.json', '.DS_Store', 'hero.png']) {
      writeFileSync(join(store.dir, 'originals', name), '{');
    }
    const { byKey, problems } = await store.index();
    expect([...byKey.values()]).toEqual([[stored]]);
    expect(problems).toEqual([]);
  });

  it('keeps fields that a later release added', async () => {
    const { store, recordFile } = await openWith(original);
    const text = formatRecord({ ...original.record, note: 'x' } as never);
    writeFileSync(recordFile, text);
    const [stored] = (await store.index()).byKey.get(key)!;
    expect(stored?.record).toMatchObject({ note: 'x' });
    await store.put(original.record, original.bytes);
    expect(readFileSync(recordFile, 'utf8')).toBe(text);
  });

  it.each<[string, (recordFile: string) => void]>([
    ['is half written', (path) => truncateSync(path, 200)],
    ['is empty', (path) => truncateSync(path, 0)],
    ['is too large', (path) => truncateSync(path, 300 * 1024)],
    ['is a folder', replaceByFolder],
    ['is a link', replaceByLink],
    [
      'does not hash to its key',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('dusk', 'dawn')),
    ],
    [
      'names another key than its file does',
      (path) => {
        const request = createRecipe('Another');
        writeFileSync(path, formatRecord({ ...original.record, request }));
      },
    ],
    [
      'names another digest than its file does',
      (path) => {
        const image = { ...original.record.image, digest: 'a'.repeat(64) };
        writeFileSync(path, formatRecord({ ...original.record, image }));
      },
    ],
  ])('makes a problem of a record that %s', async (_what, damage) => {
    const { store, stored, recordFile } = await openWith(original);
    damage(recordFile);
    const { byKey, problems } = await store.index();
    expect(byKey.size).toBe(0);
    expect(problems).toMatchObject([
      {
        code: 'STORE_RECORD',
        file: stored.recordFile,
        key16: key.slice(0, 16),
        digest16: original.record.image.digest.slice(0, 16),
      },
    ]);
  });

  it('refuses to write next to a newer record, and reads the others', async () => {
    const { store, stored, file } = await openWith(original);
    const newer = { ...original.record, version: 2, tool: 'unplugin-image-prompt@9.0.0' };
    const name = `later--${'b'.repeat(16)}--${'c'.repeat(16)}.json`;
    writeFileSync(join(store.dir, 'originals', name), JSON.stringify(newer));
    const expected = { code: 'STORE_NEWER', message: expect.stringContaining('@9.0.0') };
    await expect(store.put(original.record, original.bytes)).rejects.toMatchObject(expected);
    await expect(store.prepare(0)).rejects.toMatchObject(expected);
    expect(await store.read(stored)).toEqual(readFileSync(file));
  });

  it('follows no link out of the store', async () => {
    const { store } = await openWith(original);
    const outside = createProject().root;
    rmSync(join(store.dir, 'originals'), { recursive: true });
    symlinkSync(outside, join(store.dir, 'originals'));
    const refused = { code: 'STORE_RECORD' };
    await expect(store.index()).rejects.toMatchObject(refused);
    await expect(store.prepare(0)).rejects.toMatchObject(refused);
    await expect(store.put(original.record, original.bytes)).rejects.toMatchObject(refused);
    expect(readDir(outside)).toEqual([]);
  });
});
