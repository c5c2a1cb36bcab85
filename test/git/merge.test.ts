import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBench, createFal, openEngine, spec, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';

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

function git(project: Project, ...words: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  return execFileSync('git', [...identity, ...words], {
    cwd: project.root,
    encoding: 'utf8',
    // Nothing of the machine's own settings, such as signing or hooks.
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
}

function commit(project: Project, message: string): void {
  git(project, 'add', '-A');
  git(project, 'commit', '-q', '-m', message);
}

/** A repository with one spec and its picture. */
async function createRepository(): Promise<ReturnType<typeof createBench>> {
  const bench = createBench(service, { 'a.image.yaml': spec('A') });
  git(bench.project, 'init', '-q', '-b', 'main');
  await bench.generate();
  commit(bench.project, 'a');
  return bench;
}

const recordsOf = (project: Project): string[] =>
  project.list('.image-prompt/originals').filter((name) => name.endsWith('.json'));

describe('two branches that both paid', () => {
  it('for different pictures merge without a conflict', async () => {
    const bench = await createRepository();
    const { project } = bench;
    git(project, 'checkout', '-q', '-b', 'side');
    project.write('b.image.yaml', spec('B'));
    await bench.generate();
    commit(project, 'b');
    git(project, 'checkout', '-q', 'main');
    project.write('c.image.yaml', spec('C'));
    await bench.generate();
    commit(project, 'c');
    git(project, 'merge', '-q', '--no-edit', 'side');
    expect(recordsOf(project)).toHaveLength(3);
    expect((await bench.plan()).total).toEqual({ images: 0, usd: 0 });
    expect(service.stats.accepted).toBe(3);
  });

  it('for the same picture have two candidates, the older one first', async () => {
    const bench = await createRepository();
    const { project } = bench;
    git(project, 'checkout', '-q', '-b', 'side');
    project.write('b.image.yaml', spec('B'));
    const first = await bench.generate();
    commit(project, 'b');
    git(project, 'checkout', '-q', 'main');
    // Another machine: it has no safe copy of what was paid there.
    project.remove('.git/image-prompt');
    project.write('b.image.yaml', spec('B'));
    const second = await bench.generate();
    commit(project, 'b too');
    git(project, 'merge', '-q', '--no-edit', 'side');
    const listed = await bench.engine().list(['b.image.yaml']);
    expect(listed.map((one) => one.digest)).toEqual([
      first.generated[0]?.digest,
      second.generated[0]?.digest,
    ]);
    const { source } = await bench.engine().buildPicture(project.path('b.image.yaml'));
    expect(source).toBe(first.generated[0]?.digest);
  });
});

describe('a clone', () => {
  it('with line endings converted builds without a key, and sends nothing', async () => {
    const { project } = await createRepository();
    const clone = createProject();
    git(clone, 'clone', '-q', '-c', 'core.autocrlf=true', project.root, 'copy');
    const submits = service.stats.submits;
    const copy: Project = {
      ...clone,
      root: clone.path('copy'),
      path: (...p) => clone.path('copy', ...p),
    };
    const options = { provider: createFal(service, { credentials: () => undefined }) };
    const engine = openEngine(copy, options, { env: { CI: '1' } });
    expect(await engine.verify(false)).toEqual({ checked: 1, problems: [] });
    const picture = await engine.buildPicture(copy.path('a.image.yaml'), { encode: true });
    expect(picture).toMatchObject({ origin: 'store', sketch: false });
    expect(service.stats.submits).toBe(submits);
  });

  it('with pointers of git-LFS asks for them and buys nothing', async () => {
    const bench = await createRepository();
    const { project } = bench;
    const [listed] = await bench.engine().list(null);
    project.remove('.git/image-prompt');
    project.write(
      listed!.file,
      `version https://git-lfs.github.com/spec/v1\noid sha256:${listed!.digest}\nsize ${listed!.bytes}\n`,
    );
    await expect(
      bench.engine().buildPicture(project.path('a.image.yaml'), { encode: true }),
    ).rejects.toMatchObject({
      code: 'STORE_LFS',
      hint: expect.stringContaining('git lfs pull'),
    });
    expect((await bench.generate()).failed).toMatchObject([{ code: 'STORE_LFS' }]);
    expect(service.stats.accepted).toBe(1);
  });
});
