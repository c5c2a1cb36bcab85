import { execFileSync } from 'node:child_process';
import * as nodeFs from 'node:fs/promises';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileCalls, publish, replaceFile } from '../../src/fs/publish.ts';

let root = '';
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'image-prompt-publish-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function place(): Promise<{ target: string; tmpDir: string }> {
  const dir = join(root, String(count++));
  await mkdir(dir);
  return { target: join(dir, 'out', 'deep', 'file.bin'), tmpDir: join(dir, 'tmp') };
}

const real: FileCalls = {
  link: nodeFs.link,
  rename: nodeFs.rename,
  open: nodeFs.open,
  platform: process.platform,
};

function refuse(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(`refused: ${code}`), { code }));
}

const bytes = Buffer.from('paid for');

describe('publish', () => {
  it.each([true, false])(
    'makes folders and file, leaves no temp (durable: %s)',
    async (durable) => {
      const at = await place();
      expect(await publish({ ...at, bytes, durable })).toBe('published');
      expect(await readFile(at.target)).toEqual(bytes);
      expect(await readdir(at.tmpDir)).toEqual([]);
      if (process.platform !== 'win32') {
        expect((await stat(at.target)).mode & 0o777 & ~process.umask()).toBe(
          0o644 & ~process.umask(),
        );
        expect((await stat(at.target)).nlink).toBe(1);
      }
    },
  );

  it('writes empty files', async () => {
    const at = await place();
    await publish({ ...at, bytes: Buffer.alloc(0), durable: true });
    expect((await stat(at.target)).size).toBe(0);
  });

  it('never replaces what is there', async () => {
    const at = await place();
    await publish({ ...at, bytes, durable: false });
    expect(await publish({ ...at, bytes: Buffer.from('other'), durable: false })).toBe('existed');
    expect(await readFile(at.target)).toEqual(bytes);
    expect(await readdir(at.tmpDir)).toEqual([]);
  });

  it('lets exactly one of many concurrent publishers win, with whole bytes', async () => {
    const at = await place();
    const many = Array.from({ length: 24 }, (_, index) => Buffer.alloc(300_000, index));
    const outcomes = await Promise.all(
      many.map((bytes) => publish({ ...at, bytes, durable: false })),
    );
    expect(outcomes.filter((outcome) => outcome === 'published')).toHaveLength(1);
    const winner = many[outcomes.indexOf('published')];
    expect((await readFile(at.target)).equals(winner!)).toBe(true);
    expect(await readdir(at.tmpDir)).toEqual([]);
  });

  it('never shows a part of a file to a reader', async () => {
    const at = await place();
    const big = Buffer.alloc(4_000_000, 7);
    const seen = new Set<number>();
    let done = false;
    const reader = (async () => {
      while (!done) {
        const found = await stat(at.target).catch(() => null);
        if (found !== null) seen.add(found.size);
      }
    })();
    await publish({ ...at, bytes: big, durable: false });
    done = true;
    await reader;
    expect([...seen].every((size) => size === big.length)).toBe(true);
  });

  it('asks again for what a short write left over', async () => {
    const at = await place();
    const calls: FileCalls = {
      ...real,
      open: (async (...args: Parameters<typeof nodeFs.open>) => {
        const handle = await nodeFs.open(...args);
        const write = handle.write.bind(handle);
        handle.write = ((buffer: Uint8Array, offset: number, _length: number, position: number) =>
          write(buffer, offset, 3, position)) as typeof handle.write;
        return handle;
      }) as typeof nodeFs.open,
    };
    const seven = Buffer.from('1234567');
    // The last call asks for 3 where 1 is left, which Node would refuse: pad to a multiple.
    await publish({ ...at, bytes: Buffer.concat([seven, seven, seven]), durable: false }, calls);
    expect(await readFile(at.target, 'utf8')).toBe('123456712345671234567');
  });

  it.each(['EPERM', 'ENOTSUP', 'EACCES', 'ENOSYS'])('renames where links are %s', async (code) => {
    const at = await place();
    const calls = { ...real, link: refuse(code) };
    expect(await publish({ ...at, bytes, durable: true }, calls)).toBe('published');
    expect(await publish({ ...at, bytes: Buffer.from('b'), durable: true }, calls)).toBe('existed');
    expect(await readFile(at.target)).toEqual(bytes);
    expect(await readdir(at.tmpDir)).toEqual([]);
  });

  it('writes beside the target when the temp folder is on another file system', async () => {
    const at = await place();
    let first = true;
    const calls: FileCalls = {
      ...real,
      link: (from, to) => {
        if (!first) return nodeFs.link(from, to);
        first = false;
        return refuse('EXDEV')();
      },
    };
    expect(await publish({ ...at, bytes, durable: true }, calls)).toBe('published');
    expect(await readdir(join(at.target, '..'))).toEqual(['file.bin']);
    expect(await readdir(at.tmpDir)).toEqual([]);
  });

  it('waits for a scanner to let go on Windows', async () => {
    const at = await place();
    let failures = 3;
    const calls: FileCalls = {
      ...real,
      platform: 'win32',
      link: refuse('EPERM'),
      rename: (from, to) => (failures-- > 0 ? refuse('EBUSY')() : nodeFs.rename(from, to)),
    };
    expect(await publish({ ...at, bytes, durable: false }, calls)).toBe('published');
    expect(failures).toBe(-1);
  });

  it('passes other errors on and tidies up', async () => {
    const at = await place();
    const calls = { ...real, link: refuse('EIO') };
    await expect(publish({ ...at, bytes, durable: false }, calls)).rejects.toMatchObject({
      code: 'EIO',
    });
    expect(await readdir(at.tmpDir)).toEqual([]);
    expect(await readdir(join(at.target, '..'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'fails where nothing may be written (skipped for root, who may write anywhere)',
    async () => {
      const at = await place();
      await mkdir(at.tmpDir);
      await chmod(at.tmpDir, 0o500);
      await expect(publish({ ...at, bytes, durable: false })).rejects.toMatchObject({
        code: 'EACCES',
      });
    },
  );
});

describe('replaceFile', () => {
  it('replaces the content, whole at every moment', async () => {
    const at = await place();
    const versions = Array.from({ length: 12 }, (_, index) => Buffer.alloc(200_000, index));
    await replaceFile({ ...at, bytes: versions[0]!, durable: false });
    let done = false;
    const torn: number[] = [];
    const reader = (async () => {
      while (!done) {
        const now = await readFile(at.target);
        if (now.length !== 200_000 || now.some((byte) => byte !== now[0])) torn.push(now.length);
      }
    })();
    for (const version of versions) {
      await replaceFile({ ...at, bytes: version, durable: true });
    }
    done = true;
    await reader;
    expect(torn).toEqual([]);
    expect((await readFile(at.target))[0]).toBe(11);
    expect(await readdir(at.tmpDir)).toEqual([]);
  });

  it('keeps the old file when the rename fails', async () => {
    const at = await place();
    await replaceFile({ ...at, bytes, durable: false });
    const calls = { ...real, rename: refuse('EIO') };
    await expect(
      replaceFile({ ...at, bytes: Buffer.from('new'), durable: false }, calls),
    ).rejects.toMatchObject({ code: 'EIO' });
    expect(await readFile(at.target)).toEqual(bytes);
    expect(await readdir(at.tmpDir)).toEqual([]);
  });
});

// A tmpfs of 7 MB takes root on Linux to mount; elsewhere the case is skipped and named as such.
const disk = mountSmallDisk();
describe.skipIf(disk === null)('on a full disk (skipped where a tmpfs cannot be mounted)', () => {
  afterAll(() => {
    if (disk === null) return;
    execFileSync('umount', [disk]);
    execFileSync('rmdir', [disk]);
  });

  it('shows nothing and leaves nothing', async () => {
    const dir = disk!;
    const tmpDir = join(dir, 'tmp');
    const two = Buffer.alloc(2_000_000, 1);
    const errors: unknown[] = [];
    for (let index = 0; index < 5; index++) {
      const target = join(dir, `${index}.bin`);
      await publish({ target, bytes: two, tmpDir, durable: true }).catch((error) =>
        errors.push(error),
      );
    }
    expect(errors.length).toBeGreaterThanOrEqual(2);
    for (const error of errors) expect(error).toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(tmpDir)).toEqual([]);
    for (const name of (await readdir(dir)).filter((name) => name !== 'tmp')) {
      expect((await stat(join(dir, name))).size).toBe(two.length);
    }

    // A journal that no longer fits stays what it was.
    const journal = join(dir, '0.bin');
    await writeFile(join(dir, 'fill'), Buffer.alloc(0));
    await expect(
      replaceFile({ target: journal, bytes: Buffer.alloc(6_000_000), tmpDir, durable: true }),
    ).rejects.toMatchObject({ code: 'ENOSPC' });
    expect((await readFile(journal)).equals(two)).toBe(true);
    expect(await readdir(tmpDir)).toEqual([]);
  });
});

function mountSmallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  try {
    const dir = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=7m', 'tmpfs', dir], { stdio: 'ignore' });
    return dir;
  } catch {
    return null;
  }
}
