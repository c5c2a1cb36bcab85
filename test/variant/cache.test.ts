import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openMemo } from '../../src/fs/memo.ts';
import { digestOf } from '../../src/recipe/key.ts';
import { createVariantCache, type VariantCache } from '../../src/variant/cache.ts';
import { makeSpec, makeTempDir } from './helpers.ts';

const root = makeTempDir();
let count = 0;
const nextDir = (): string => join(root, String(count++), 'cache');
const openCache = (cacheDir: string): VariantCache =>
  createVariantCache({ cacheDir, memo: openMemo(cacheDir) });
/** File systems count time in steps of some milliseconds; nobody damages a file faster. */
const passTime = (): Promise<void> => sleep(20);

const key = digestOf('key');
const spec = makeSpec(640, 'avif');
const bytes = Buffer.from('some bytes of a picture');

describe('variants', () => {
  it('gives back what was put, deep-equal', async () => {
    const cache = openCache(nextDir());
    expect(await cache.get(key, spec)).toBe(null);
    const put = await cache.put(key, spec, bytes);
    expect(put).toEqual({
      ...spec,
      key,
      path: put.path,
      digest: digestOf(bytes),
      bytes: bytes.length,
    });
    expect(await cache.get(key, spec)).toEqual(put);
    expect(put.path).toContain(join('v2', 'variants', key.slice(0, 2), `${key}--`));
    expect(await readFile(put.path)).toEqual(bytes);
    expect(await readdir(join(dirname(put.path), '..', '..', 'tmp'))).toEqual([]);
    expect(cache.warnings()).toEqual([]);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    [
      'flipped byte',
      async (path) => {
        const broken = await readFile(path);
        broken[3]! ^= 1;
        await writeFile(path, broken);
      },
    ],
    ['truncated', (path) => writeFile(path, bytes.subarray(0, 5))],
    ['extended', (path) => writeFile(path, Buffer.concat([bytes, bytes]))],
    ['empty', (path) => writeFile(path, '')],
    ['deleted', (path) => rm(path)],
  ])('never serves what is %s, and heals', async (_name, damage) => {
    const cache = openCache(nextDir());
    const put = await cache.put(key, spec, bytes);
    await passTime();
    await damage(put.path);
    expect(await cache.get(key, spec)).toBe(null);
    expect(await readdir(dirname(put.path))).toEqual([]);
    expect(await cache.put(key, spec, bytes)).toEqual(put);
    expect(await cache.get(key, spec)).toEqual(put);
  });

  it('replaces a damaged file that another process left in place of a good one', async () => {
    const cache = openCache(nextDir());
    const put = await cache.put(key, spec, bytes);
    await passTime();
    await writeFile(put.path, 'damaged');
    expect(await cache.put(key, spec, bytes)).toEqual(put);
    expect(await readFile(put.path)).toEqual(bytes);
  });

  it('does not mistake another key with the same beginning', async () => {
    const cache = openCache(nextDir());
    await cache.put(key, spec, bytes);
    expect(await cache.get(`${key.slice(0, 63)}${key.endsWith('0') ? '1' : '0'}`, spec)).toBe(null);
  });

  it('agrees with other caches on the same folder', async () => {
    const cacheDir = nextDir();
    const caches = Array.from({ length: 6 }, () => openCache(cacheDir));
    const puts = await Promise.all(caches.map((cache) => cache.put(key, spec, bytes)));
    for (const put of puts) expect(put).toEqual(puts[0]);
    expect(await readdir(dirname(puts[0]!.path))).toHaveLength(1);
  });

  it('agrees with other processes, whatever is damaged meanwhile', async () => {
    const cacheDir = nextDir();
    const script = `
      const { createJiti } = await import('jiti');
      const jiti = createJiti(${JSON.stringify(import.meta.url)});
      const { createVariantCache } = await jiti.import('../../src/variant/cache.ts');
      const { openMemo } = await jiti.import('../../src/fs/memo.ts');
      const cacheDir = ${JSON.stringify(cacheDir)};
      const cache = createVariantCache({ cacheDir, memo: openMemo(cacheDir) });
      const { truncate } = await import('node:fs/promises');
      const served = new Set();
      for (let round = 0; round < 60; round++) {
        const key = String(round % 4).repeat(64);
        const spec = { width: 1, height: 1, format: 'avif', options: {} };
        const put = await cache.put(key, spec, Buffer.alloc(50_000, key));
        const got = await cache.get(key, spec);
        if (got !== null) served.add(got.digest + ' ' + key[0]);
        if (round % 7 === 0) await truncate(put.path, round).catch(() => {});
      }
      console.log(JSON.stringify({ served: [...served].sort(), warnings: cache.warnings() }));`;
    const run = promisify(execFile);
    const args = ['--input-type=module', '--eval', script];
    const runs = await Promise.all([1, 2, 3].map(() => run(process.execPath, args)));
    const expected = [0, 1, 2, 3].map(
      (name) => `${digestOf(Buffer.alloc(50_000, String(name).repeat(64)))} ${name}`,
    );
    for (const { stdout } of runs) {
      expect(JSON.parse(stdout)).toEqual({ served: expected.toSorted(), warnings: [] });
    }
    expect(await readdir(join(cacheDir, 'v2', 'tmp'))).toEqual([]);
  });

  it('removes temporary files of processes that died, and no others', async () => {
    const cacheDir = nextDir();
    const tmp = join(cacheDir, 'v2', 'tmp');
    await mkdir(tmp, { recursive: true });
    await writeFile(join(tmp, 'old.tmp'), 'x');
    await writeFile(join(tmp, 'new.tmp'), 'x');
    const yesterday = (await stat(join(tmp, 'old.tmp'))).mtimeMs / 1000 - 86_400;
    await utimes(join(tmp, 'old.tmp'), yesterday, yesterday);
    await openCache(cacheDir).put(key, spec, bytes);
    expect(await readdir(tmp)).toEqual(['new.tmp']);
  });
});

describe('analyses', () => {
  const analysis = {
    alpha: true,
    color: '#aabbcc',
    dataUri: 'data:image/webp;base64,AA',
    thumbhash: null,
  };

  it('gives back what was put', async () => {
    const cache = openCache(nextDir());
    expect(await cache.getAnalysis(key)).toBe(null);
    await cache.putAnalysis(key, analysis);
    expect(await cache.getAnalysis(key)).toEqual(analysis);
  });

  it('outlives the process that found them', async () => {
    const cacheDir = nextDir();
    await openCache(cacheDir).putAnalysis(key, analysis);
    await passTime();
    expect(await openCache(cacheDir).getAnalysis(key)).toEqual(analysis);
  });

  it('never serves what is something else', async () => {
    const cacheDir = nextDir();
    openMemo(cacheDir).set('analysis', key, { color: '#aabbcc' });
    await passTime();
    expect(await openCache(cacheDir).getAnalysis(key)).toBe(null);
  });
});

describe('a cache that cannot be written', () => {
  it('stands in with a private folder, says so once, and tidies up', async () => {
    const cacheDir = nextDir();
    // A file where the folder should be stops root as well.
    await mkdir(dirname(cacheDir), { recursive: true });
    await writeFile(cacheDir, 'in the way');
    const cache = openCache(cacheDir);
    expect(await cache.get(key, spec)).toBe(null);
    const put = await cache.put(key, spec, bytes);
    await cache.put(digestOf('other'), spec, bytes);
    await cache.putAnalysis(key, {
      alpha: false,
      color: '#000000',
      dataUri: null,
      thumbhash: null,
    });
    expect(await cache.get(key, spec)).toEqual(put);
    expect(await cache.getAnalysis(key)).not.toBe(null);
    expect(await readFile(put.path)).toEqual(bytes);
    expect(cache.warnings()).toHaveLength(1);
    expect(cache.warnings()[0]).toContain(cacheDir);
    expect(await readFile(cacheDir, 'utf8')).toBe('in the way');
    await cache.close();
    await expect(stat(put.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'still reads it (skipped for root, who may write anywhere)',
    async () => {
      const cacheDir = nextDir();
      const put = await openCache(cacheDir).put(key, spec, bytes);
      await chmod(dirname(put.path), 0o500);
      const cache = openCache(cacheDir);
      expect(await cache.get(key, spec)).toEqual(put);
    },
  );
});
