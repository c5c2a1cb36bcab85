import {
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFsStore } from '../../src/store/fs.ts';
import { createProject } from '../helpers/project.ts';
import { createOriginal, openWith, readDir, replaceByFolder, replaceByLink } from './helpers.ts';

const original = await createOriginal();
const { key } = original.record;

describe('read', () => {
  const DAMAGES: [string, (file: string) => void][] = [
    [
      'one flipped bit',
      (file) => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(file, bytes);
      },
    ],
    ['a missing end', (file) => truncateSync(file, statSync(file).size - 1)],
    ['a byte more', (file) => truncateSync(file, statSync(file).size + 1)],
    ['nothing in the file', (file) => truncateSync(file, 0)],
    ['a folder in its place', replaceByFolder],
    ['a link in its place, be it to the very bytes', replaceByLink],
  ];

  it.each(DAMAGES)('takes the safe copy for %s, and heals', async (_what, damage) => {
    const { store, stored, file } = await openWith(original);
    damage(file);
    expect(await store.check(stored)).toBe('safe-copy');
    expect(await store.read(stored)).toEqual(original.bytes);
    expect(await store.check(stored)).toBe('ok');
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readDir(join(store.stateDir, 'trash'))).toHaveLength(1);
  });

  it.each(DAMAGES)('refuses %s without a safe copy', async (_what, damage) => {
    const { store, stored, file, copy } = await openWith(original);
    damage(file);
    rmSync(copy);
    expect(await store.check(stored)).toBe('corrupt');
    await expect(store.read(stored)).rejects.toMatchObject({
      code: 'STORE_BROKEN',
      message: expect.stringContaining('src/hero.image.yaml'),
      hint: expect.stringContaining('$0.04'),
      file: 'src/hero.image.yaml',
    });
  });

  it('trusts no safe copy either', async () => {
    const { store, stored, file, copy } = await openWith(original);
    rmSync(file);
    writeFileSync(copy, 'damaged');
    expect(await store.check(stored)).toBe('missing');
    await expect(store.read(stored)).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    expect(existsSync(file)).toBe(false);
  });

  it('heals a missing file', async () => {
    const { store, stored, file } = await openWith(original);
    rmSync(file);
    expect(await store.has(stored)).toBe(true);
    expect(await store.read(stored)).toEqual(original.bytes);
    expect(readFileSync(file)).toEqual(original.bytes);
  });

  it('knows a git-LFS pointer of the very bytes', async () => {
    const { store, stored, file, copy } = await openWith(original);
    const { digest, bytes } = original.record.image;
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize ${bytes}\n`;
    writeFileSync(file, pointer);
    // The pointer stays: git would take healed bytes for a change.
    expect(await store.read(stored)).toEqual(original.bytes);
    expect(readFileSync(file, 'utf8')).toBe(pointer);
    rmSync(copy);
    expect(await store.check(stored)).toBe('lfs');
    await expect(store.read(stored)).rejects.toMatchObject({
      code: 'STORE_LFS',
      hint: expect.stringContaining('git lfs pull'),
    });
    writeFileSync(file, pointer.replace(digest, 'a'.repeat(64)));
    expect(await store.check(stored)).toBe('corrupt');
  });

  it('says that the price is not known', async () => {
    const free = await createOriginal({ cost: { estimatedUsd: null, billedUsd: null } });
    const { store, stored, file, copy } = await openWith(free);
    rmSync(file);
    rmSync(copy);
    await expect(store.read(stored)).rejects.toMatchObject({
      hint: expect.stringContaining('an unknown price'),
    });
  });

  it('is not fooled by a link when it only looks', async () => {
    const { store, stored, file, copy } = await openWith(original);
    replaceByLink(file);
    rmSync(copy);
    expect(await store.has(stored)).toBe(false);
  });
});

describe('lost originals', () => {
  it('come back from their safe copies, in the order of candidates', async () => {
    const store = createFsStore(createProject().path('.image-prompt'));
    const made = [];
    for (const day of [3, 1, 2]) {
      const one = await createOriginal({ createdAt: `2026-01-0${day}T00:00:00.000Z` });
      await store.put(one.record, one.bytes);
      made.push(one.record);
    }
    const before = (await store.index()).byKey.get(key)!;
    rmSync(join(store.dir, 'originals'), { recursive: true });
    const lost = await store.findLost(new Set([key]));
    expect(lost).toEqual(before);
    for (const one of lost) expect(await store.restore(one)).toEqual(one);
    expect((await store.index()).byKey.get(key)).toEqual(before);
    for (const one of before) expect(await store.check(one)).toBe('ok');
  });

  it('are only those of the asked keys', async () => {
    const { store } = await openWith(original);
    expect(await store.findLost(new Set())).toEqual([]);
    expect(await store.findLost(new Set(['a'.repeat(64)]))).toEqual([]);
  });

  it('are refused when the copy is damaged', async () => {
    const { store, copy } = await openWith(original);
    rmSync(join(store.dir, 'originals'), { recursive: true });
    writeFileSync(copy, 'damaged');
    const [lost] = await store.findLost(new Set([key]));
    await expect(store.restore(lost!)).rejects.toMatchObject({ code: 'STORE_BROKEN' });
  });

  it('are not what a copied record claims', async () => {
    const { store, copy } = await openWith(original);
    rmSync(join(store.dir, 'originals'), { recursive: true });
    renameSync(`${copy}.json`, join(copy, '..', `${'a'.repeat(64)}.json`));
    expect(await store.findLost(new Set([key]))).toEqual([]);
  });
});
