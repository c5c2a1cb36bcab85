import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Bench,
  createBench,
  createFal,
  openEngine,
  spec,
  startService,
} from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import type { Project } from '../helpers/project.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
});

const ORIGINALS = '.image-prompt/originals';

function git({ root }: Pick<Project, 'root'>, ...words: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  // Neither the settings of this machine nor those of its user.
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return execFileSync('git', [...identity, ...words], { cwd: root, encoding: 'utf8', env });
}

function commit(project: Project, message: string): void {
  git(project, 'add', '-A');
  git(project, 'commit', '-q', '-m', message);
}

/** A repository with one spec and its picture. */
async function createRepository(more = ''): Promise<Bench> {
  const bench = createBench(service, { 'a.image.yaml': spec('A', more) });
  git(bench.project, 'init', '-q', '-b', 'main');
  await bench.generate();
  commit(bench.project, 'a');
  return bench;
}

/** The same project in another folder of the disk. */
function within(project: Project, folder: string): Project {
  const path: Project['path'] = (...parts) => project.path(folder, ...parts);
  return {
    ...project,
    root: path(),
    path,
    read: (file) => project.read(`${folder}/${file}`),
    readText: (file) => project.readText(`${folder}/${file}`),
    write: (file, content) => project.write(`${folder}/${file}`, content),
    list: (below = '.') => project.list(`${folder}/${below}`),
  };
}

describe('a spec that was renamed on one branch', () => {
  it('and bought for on both merges, with both candidates under one key', async () => {
    const bench = await createRepository();
    const { project } = bench;
    git(project, 'checkout', '-q', '-b', 'side');
    git(project, 'mv', 'a.image.yaml', 'renamed.image.yaml');
    expect((await bench.plan()).specs[0]).toMatchObject({ state: 'kept', missing: 0 });
    const renamed = await bench.generate({ more: 1 });
    commit(project, 'renamed');
    git(project, 'checkout', '-q', 'main');
    const own = await bench.generate({ more: 1 });
    commit(project, 'one more');
    git(project, 'merge', '-q', '--no-edit', 'side');
    const listed = await bench.engine().list(null);
    expect(listed.map(({ digest }) => digest).slice(1)).toEqual([
      renamed.generated[0]?.digest,
      own.generated[0]?.digest,
    ]);
    expect(listed.map(({ specs }) => specs)).toEqual(Array(3).fill(['renamed.image.yaml']));
    expect((await bench.plan()).orphans).toEqual([]);
    expect(await bench.engine().verify(false)).toEqual({ checked: 3, problems: [] });
  });

  it('and generated on neither needs nothing new', async () => {
    const bench = await createRepository();
    git(bench.project, 'mv', 'a.image.yaml', 'renamed.image.yaml');
    expect(await bench.generate({ budget: 0 })).toMatchObject({ generated: [], failed: [] });
    expect(service.stats.submits).toBe(1);
  });

  it('and stored twice under two names is one candidate', async () => {
    const bench = await createRepository();
    const { project } = bench;
    for (const name of project.list(ORIGINALS)) {
      project.write(
        `${ORIGINALS}/${name.replace(/^a--/, 'other--')}`,
        project.read(`${ORIGINALS}/${name}`),
      );
    }
    expect(await bench.engine().list(null)).toHaveLength(1);
    expect((await bench.plan()).specs[0]).toMatchObject({ have: 1 });
  });
});

describe('the order of candidates', () => {
  it('is the same whichever branch is merged into which, and pick 1 stays', async () => {
    for (const [into, from] of [
      ['main', 'side'],
      ['side', 'main'],
    ] as const) {
      const bench = await createRepository();
      const { project } = bench;
      const first = (await bench.engine().list(null))[0]!.digest;
      git(project, 'checkout', '-q', '-b', 'side');
      const side = await bench.generate({ more: 1 });
      commit(project, 'side');
      git(project, 'checkout', '-q', 'main');
      const main = await bench.generate({ more: 1 });
      commit(project, 'main');
      git(project, 'checkout', '-q', into);
      git(project, 'merge', '-q', '--no-edit', from);
      const digests = (await bench.engine().list(null)).map(({ digest }) => digest);
      expect(digests).toEqual([first, side.generated[0]?.digest, main.generated[0]?.digest]);
      const { source } = await bench.engine().buildPicture(project.path('a.image.yaml'));
      expect(source).toBe(first);
    }
  });
});

describe('.gitattributes', () => {
  it('keeps line endings of originals and records where git is told to change them', async () => {
    const bench = await createRepository();
    const { project } = bench;
    const attributes = git(
      project,
      'check-attr',
      'text',
      'eol',
      'diff',
      '--',
      ...project.list(ORIGINALS).map((name) => `${ORIGINALS}/${name}`),
    );
    expect(attributes).toMatch(/png: text: unset/);
    expect(attributes).toMatch(/png: diff: unset/);
    expect(attributes).toMatch(/json: eol: lf/);

    // Checked out anew, as on Windows.
    const names = project.list(ORIGINALS);
    const before = names.map((name) => project.read(`${ORIGINALS}/${name}`));
    for (const name of [...names.map((one) => `${ORIGINALS}/${one}`), 'a.image.yaml'])
      project.remove(name);
    git(project, '-c', 'core.autocrlf=true', 'checkout', '-q', '--', '.');
    expect(project.readText('a.image.yaml')).toContain('\r\n');
    expect(names.map((name) => project.read(`${ORIGINALS}/${name}`))).toEqual(before);
    expect(await bench.engine().verify(false)).toEqual({ checked: 1, problems: [] });
    // The spec has other line endings and the same key.
    expect((await bench.plan()).specs[0]).toMatchObject({ state: 'kept' });
  });

  it('does not let the state of the store into a commit', async () => {
    const { project } = await createRepository();
    const names = git(project, 'ls-files').trim().split('\n');
    expect(
      names.filter(
        (name) =>
          !/^(a\.image\.yaml|\.image-prompt\/(README\.md|\.gitattributes|originals\/a--[^/]+\.(png|json)))$/.test(
            name,
          ),
      ),
    ).toEqual([]);
    const outside = createBench(service, { 'b.image.yaml': spec('B') });
    await outside.generate();
    // A repository that is made only afterwards.
    git(outside.project, 'init', '-q');
    git(outside.project, 'add', '-A');
    expect(git(outside.project, 'ls-files')).not.toContain('state/');
  });
});

describe('a worktree', () => {
  it('shares journal, locks and safe copies with the others', async () => {
    const bench = await createRepository();
    const { project } = bench;
    git(project, 'worktree', 'add', '-q', '-b', 'side', 'tree');
    const tree = within(project, 'tree');
    const provider = createFal(service);
    const open = (one: Project) => openEngine(one, { provider });
    tree.write('b.image.yaml', spec('B'));
    service.setFaults([{ stage: 'media', kind: 'not_found', times: 99 }]);
    const options = { budget: 5, concurrency: 1, acceptUnknownPrice: false };
    expect((await open(tree).generate(['b.image.yaml'], options)).failed).toHaveLength(1);
    service.setFaults([]);
    expect(tree.list('.image-prompt/state')).toEqual([]);

    // What was submitted there is finished here, and what was paid here is there for free.
    project.write('b.image.yaml', spec('B'));
    const report = await open(project).generate(['b.image.yaml'], { ...options, budget: 0 });
    expect(report.resumed).toHaveLength(1);
    expect(await open(tree).generate(['b.image.yaml'], { ...options, budget: 0 })).toMatchObject({
      failed: [],
    });
    expect((await open(tree).list(['b.image.yaml'])).map(({ digest }) => digest)).toEqual([
      report.resumed[0]?.digest,
    ]);
    expect(service.stats.submits).toBe(2);
  });
});

describe('git-LFS', () => {
  it('by the lines that stand in .gitattributes as comments', async () => {
    const bench = await createRepository();
    const { project } = bench;
    const path = project.path('.image-prompt/.gitattributes');
    const lines = readFileSync(path, 'utf8').split('\n');
    const lfs = lines.filter((line) => line.includes('filter=lfs')).map((line) => line.slice(2));
    expect(lfs).toHaveLength(3);
    project.write(
      '.image-prompt/.gitattributes',
      `${lfs.join('\n')}\noriginals/*.json text eol=lf\n`,
    );
    const [listed] = await bench.engine().list(null);
    expect(git(project, 'check-attr', 'filter', '--', listed!.file)).toContain('filter: lfs');

    // A run does not write the first lines back.
    await bench.generate({ more: 1 });
    expect(readFileSync(path, 'utf8')).toContain('filter=lfs');

    // A checkout without the bytes, on a machine that never had them.
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${listed!.digest}\nsize ${listed!.bytes}\n`;
    project.write(listed!.file, pointer);
    project.remove('.git/image-prompt');
    const { failed } = await bench.generate();
    expect(failed).toMatchObject([
      { code: 'STORE_LFS', hint: expect.stringContaining('git lfs pull') },
    ]);
    expect(await bench.engine().verify(true)).toMatchObject({ problems: [{ code: 'STORE_LFS' }] });
    expect((await bench.generate({ rebuy: true })).failed).toMatchObject([{ code: 'STORE_LFS' }]);
    expect(project.readText(listed!.file)).toBe(pointer);
    expect(service.stats.submits).toBe(2);
  });
});
