import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../src/recipe/key.ts';
import { createFsStore } from '../../src/store/fs.ts';
import { findStateDir } from '../../src/store/state-dir.ts';
import { createProject } from '../helpers/project.ts';
import { createOriginal, type Original, openWith, readDir } from './helpers.ts';

const original = await createOriginal();
const { key } = original.record;

function git(cwd: string, ...words: string[]): void {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...who, ...words], { cwd, stdio: 'pipe', env: { PATH: process.env.PATH } });
}

describe('state folder', () => {
  it('lies in git, also seen from a worktree and a folder below', async () => {
    const project = createProject({ 'app/hero.image.yaml': 'x' });
    git(project.root, 'init', '-q', '-b', 'main');
    git(project.root, 'add', '.');
    git(project.root, 'commit', '-q', '-m', 'x');
    const tree = createProject();
    git(project.root, 'worktree', 'add', '-q', tree.path('tree'));
    const expected = { path: project.path('.git', 'image-prompt'), inGit: true };
    expect(findStateDir(project.path('app', '.image-prompt'))).toEqual(expected);
    expect(findStateDir(tree.path('tree', 'app', '.image-prompt'))).toEqual(expected);

    const { record, bytes } = original;
    await createFsStore(project.path('app', '.image-prompt')).put(record, bytes);
    const copy = `objects/${record.image.digest.slice(0, 2)}/${record.image.digest}`;
    expect(project.list('.git/image-prompt')).toEqual([copy, `${copy}.json`]);
    expect(project.list('app/.image-prompt').join()).not.toContain('state');
    // What was bought in one working copy is found in the other.
    const other = createFsStore(tree.path('tree', 'app', '.image-prompt'));
    const [lost] = await other.findLost(new Set([key]));
    await other.restore(lost!);
    expect(await other.read(lost!)).toEqual(bytes);
  });

  it('survives git clean and a checkout of another branch', async () => {
    const project = createProject({ 'a.txt': 'x' });
    git(project.root, 'init', '-q', '-b', 'main');
    git(project.root, 'add', '.');
    git(project.root, 'commit', '-q', '-m', 'x');
    const store = createFsStore(project.path('.image-prompt'));
    const stored = await store.put(original.record, original.bytes);
    git(project.root, 'clean', '-ffdxq');
    expect((await store.index()).byKey.size).toBe(0);
    expect(await store.findLost(new Set([key]))).toEqual([stored]);
  });

  it('finds the git folder of a submodule', () => {
    const inner = createProject({ 'a.txt': 'x' });
    git(inner.root, 'init', '-q', '-b', 'main');
    git(inner.root, 'add', '.');
    git(inner.root, 'commit', '-q', '-m', 'x');
    const outer = createProject();
    git(outer.root, 'init', '-q', '-b', 'main');
    git(
      outer.root,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'add',
      '-q',
      inner.root,
      'sub',
    );
    expect(findStateDir(outer.path('sub', '.image-prompt'))).toEqual({
      path: outer.path('.git', 'modules', 'sub', 'image-prompt'),
      inGit: true,
    });
  });

  it('lies in the store outside of git, or next to something that only looks like git', () => {
    const project = createProject({ '.git/config': '', 'a/.git': 'gitdir: /nowhere\n' });
    for (const folder of ['.', 'a']) {
      const dir = project.path(folder, '.image-prompt');
      expect(findStateDir(dir)).toEqual({ path: join(dir, 'state'), inGit: false });
    }
  });

  it('may not be a link', () => {
    const project = createProject({ '.image-prompt/README.md': '' });
    symlinkSync(createProject().root, project.path('.image-prompt/state'));
    expect(() => createFsStore(project.path('.image-prompt'))).toThrow(
      expect.objectContaining({ code: 'STORE_WRITE' }),
    );
  });
});

const asRoot = process.getuid?.() === 0 && typeof process.seteuid === 'function';

/** Works as `nobody`: root may write everywhere. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (asRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (asRoot) process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === 'win32')('a read-only checkout', () => {
  async function openReadOnly() {
    const opened = await openWith(original);
    execFileSync('chmod', ['-R', 'a+rX,a-w', opened.store.dir]);
    const root = join(opened.store.dir, '..');
    chmodSync(root, 0o555);
    // Who is not root could not remove it otherwise.
    onTestFinished(() => void execFileSync('chmod', ['-R', 'u+rwX', root]));
    return opened;
  }

  it('can be read, with the safe copy for what is damaged', async () => {
    const { store, stored, file } = await openReadOnly();
    chmodSync(file, 0o644);
    writeFileSync(file, 'damaged');
    chmodSync(file, 0o444);
    await asNobody(async () => {
      expect(await store.read(stored)).toEqual(original.bytes);
      expect(await store.check(stored)).toBe('safe-copy');
      expect((await store.index()).byKey.get(key)).toEqual([stored]);
    });
    expect(statSync(file).size).toBe(7);
  });

  it('says that it cannot be written', async () => {
    const { store } = await openReadOnly();
    const other = await createOriginal();
    await asNobody(async () => {
      const refused = {
        code: 'STORE_WRITE',
        message: expect.stringContaining('EACCES'),
        hint: expect.stringContaining('permissions'),
      };
      await expect(store.prepare(1)).rejects.toMatchObject(refused);
      await expect(store.put(other.record, other.bytes)).rejects.toMatchObject(refused);
    });
    expect((await store.index()).byKey.get(key)).toHaveLength(1);
  });

  it('has a problem where a record may not be read, and takes unreadable bytes for damaged', async () => {
    const { store, stored, file, recordFile, copy } = await openReadOnly();
    chmodSync(file, 0);
    chmodSync(recordFile, 0);
    await asNobody(async () => {
      expect((await store.index()).problems).toMatchObject([
        { code: 'STORE_RECORD', message: 'cannot be read' },
      ]);
      expect(await store.check(stored)).toBe('safe-copy');
    });
    chmodSync(join(copy, '..'), 0o755);
    rmSync(copy);
    await asNobody(async () => {
      await expect(store.read(stored)).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    });
  });
});

const mounts: string[] = [];
afterAll(() => {
  for (const path of mounts) execFileSync('umount', [path]);
});

/** A file system of so many KiB, or null when this machine does not allow one. */
function mountSmall(kib: number): string | null {
  const path = createProject({ 'disk/.keep': '' }).path('disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    return null;
  }
  mounts.push(path);
  return path;
}

function spaceOf(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

describe('a small disk', () => {
  const bytes = Buffer.alloc(200 * 1024, 7);

  async function bigOriginal(): Promise<Original> {
    const { record } = await createOriginal();
    const image = { ...record.image, digest: digestOf(bytes), bytes: bytes.length };
    return { record: { ...record, image }, bytes };
  }

  it('is refused before anything is paid', async ({ skip }) => {
    const disk = mountSmall(1024);
    if (disk === null) return skip('mounting a tmpfs needs root');
    await expect(createFsStore(join(disk, 'store')).prepare(1)).rejects.toMatchObject({
      code: 'STORE_WRITE',
      message: expect.stringContaining('ENOSPC'),
      hint: expect.stringContaining('The disk is full'),
    });
  });

  it('keeps nothing half written, wherever it fills up, and all once there is room', async ({
    skip,
  }) => {
    const disk = mountSmall(1024);
    if (disk === null) return skip('mounting a tmpfs needs root');
    const { record } = await bigOriginal();
    const filler = join(disk, 'filler');
    let refused = 0;
    // Scaffold, safe copy, its record, the bytes, the record: pages of 4 KiB decide who is last.
    for (const kib of [8, 16, 24, 32, 120, 220, 228, 236, 244, 300, 420, 428, 432, 436, 440, 460]) {
      const store = createFsStore(join(disk, `store-${kib}`));
      writeFileSync(filler, Buffer.alloc(spaceOf(disk) - kib * 1024));
      const error = await store.put(record, bytes).catch((reason: unknown) => reason);
      const { byKey, problems } = await store.index();
      expect(problems).toEqual([]);
      expect(readDir(join(store.stateDir, 'tmp'))).toEqual([]);
      for (const name of readDir(join(store.dir, 'originals'))) {
        const { size } = statSync(join(store.dir, 'originals', name));
        if (name.endsWith('.png')) expect(size).toBe(bytes.length);
      }
      rmSync(filler);
      if (error instanceof Error) {
        refused += 1;
        expect(error).toMatchObject({
          code: 'STORE_WRITE',
          message: expect.stringContaining('ENOSPC'),
        });
        expect(byKey.size).toBe(0);
        await store.put(record, bytes);
      }
      const [stored] = (await store.index()).byKey.get(key)!;
      expect((await store.read(stored!)).equals(bytes)).toBe(true);
      rmSync(store.dir, { recursive: true });
    }
    expect(refused).toBeGreaterThan(7);
    expect(refused).toBeLessThan(16);
  });

  it('moves damaged bytes to a trash on another disk', async ({ skip }) => {
    const disk = mountSmall(4096);
    if (disk === null) return skip('mounting a tmpfs needs root');
    const project = createProject({ 'a.txt': 'x' });
    git(project.root, 'init', '-q', '-b', 'main');
    git(project.root, 'add', '.');
    git(project.root, 'commit', '-q', '-m', 'x');
    git(project.root, 'worktree', 'add', '-q', join(disk, 'tree'));
    const store = createFsStore(join(disk, 'tree', '.image-prompt'));
    const stored = await store.put(original.record, original.bytes);
    const file = join(store.dir, 'originals', stored.file);
    writeFileSync(file, 'damaged');
    await store.put(original.record, original.bytes);
    expect(await store.check(stored)).toBe('ok');
    expect(readDir(join(store.stateDir, 'trash'))).toHaveLength(1);
    rmSync(file);
    mkdirSync(file);
    expect(await store.read(stored)).toEqual(original.bytes);
    expect(await store.check(stored)).toBe('ok');
  });
});
