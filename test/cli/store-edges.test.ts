import { chmodSync, lstatSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createFal,
  openEngine,
  originals,
  readNote,
  spec,
  startService,
} from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { configFor, run } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
  service.setOptions({ hold: false, retentionMs: 3_600_000 });
});

const ORIGINALS = '.image-prompt/originals';
const STATE = '.image-prompt/state';
const HASH = /^[0-9a-f]{64}$/;
const ONE = { 'a.image.yaml': spec('A') };

async function createStored(files: Record<string, string>): Promise<Project> {
  const project = createProject({ 'image-prompt.config.mjs': configFor(service), ...files });
  const { code, err } = await run(project, ['generate', '--yes']);
  expect(code, err).toBe(0);
  return project;
}

const recordOf = (project: Project): string =>
  `${ORIGINALS}/${project.list(ORIGINALS).find((name) => name.endsWith('.json'))}`;
const bytesOf = (project: Project): string => `${ORIGINALS}/${originals(project)[0]}`;

/** Takes bytes and safe copies away, so that only the service may still have them. */
function lose(project: Project): void {
  project.remove(bytesOf(project));
  project.remove(`${STATE}/objects`);
}

describe('verify', () => {
  it.each<[string, (project: Project) => void, object]>([
    [
      'a flipped byte',
      (project) => {
        const bytes = project.read(bytesOf(project));
        bytes[bytes.length >> 1]! ^= 1;
        project.write(bytesOf(project), bytes);
      },
      { code: 'STORE_BROKEN', message: expect.stringContaining('safe copy is good') },
    ],
    [
      'a cut file',
      (project) => project.write(bytesOf(project), project.read(bytesOf(project)).subarray(0, -1)),
      { code: 'STORE_BROKEN' },
    ],
    ['a missing file', (project) => project.remove(bytesOf(project)), { code: 'STORE_BROKEN' }],
    ['a lost file', lose, { code: 'STORE_BROKEN', message: expect.stringContaining('is missing') }],
  ])('finds %s, and says so in the shape of the contract', async (_what, damage, problem) => {
    const project = await createStored(ONE);
    const file = bytesOf(project);
    damage(project);
    const { code, json, err } = await run(project, ['verify', '--json']);
    expect([code, err]).toEqual([1, '']);
    const report = json();
    expect(Object.keys(report)).toEqual(['version', 'checked', 'problems']);
    const [found] = report['problems'] as Record<string, unknown>[];
    expect(Object.keys(found!)).toEqual('code digest key file specs message'.split(' '));
    const whole = { digest: expect.stringMatching(HASH), key: expect.stringMatching(HASH), file };
    expect(found).toMatchObject({ ...whole, specs: ['a.image.yaml'], ...problem });
    const text = await run(project, ['verify']);
    expect([text.code, text.out]).toEqual([1, expect.stringContaining('(a.image.yaml)')]);
    expect(text.err).toContain('--repair');
  });

  it('stays at 1 where nothing brings the bytes back, and pays for nothing', async () => {
    const project = await createStored(ONE);
    lose(project);
    service.setOptions({ retentionMs: -1 });
    for (const _ of [1, 2]) {
      const { code, json } = await run(project, ['verify', '--repair', '--json']);
      expect(code).toBe(1);
      expect(json()).toMatchObject({ checked: 1, problems: [{ code: 'STORE_BROKEN' }] });
    }
    expect(service.stats.submits).toBe(1);
  });

  it('takes no other picture from the service than the one that was recorded', async () => {
    const project = await createStored(ONE);
    lose(project);
    service.setFaults([{ stage: 'media', kind: 'wrong-size', times: 9, width: 816, height: 816 }]);
    expect((await run(project, ['verify', '--repair'])).code).toBe(1);
    expect(originals(project)).toEqual([]);
    service.setFaults([]);
    expect((await run(project, ['verify', '--repair'])).code).toBe(0);
  });

  it('refuses what a newer release wrote, and leaves it alone', async () => {
    const project = await createStored(ONE);
    const record = recordOf(project);
    const text = project.readText(record).replace('"version": 1', '"version": 2');
    project.write(record, text);
    for (const words of [['verify'], ['verify', '--repair']]) {
      const { code, out } = await run(project, words);
      expect([code, out]).toEqual([1, expect.stringContaining('STORE_NEWER')]);
    }
    for (const words of [
      ['generate', '--yes'],
      ['generate', 'a.image.yaml', '--rebuy', '--yes'],
    ]) {
      const { code, out } = await run(project, words);
      expect([code, out]).toEqual([1, expect.stringContaining('STORE_NEWER')]);
    }
    expect(project.readText(record)).toBe(text);
    expect(service.stats.submits).toBe(1);
  });

  it('says nothing of what a run under way has left', async () => {
    const project = await createStored(ONE);
    project.write('b.image.yaml', spec('B'));
    await run(project, ['generate', '--no-wait', '--yes']);
    const { note } = readNote(project);
    const key16 = String(note['key']).slice(0, 16);
    project.write(`${ORIGINALS}/b--${key16}--${'d'.repeat(16)}.png`, 'bytes before their record');
    expect((await run(project, ['verify'])).code).toBe(0);
    await run(project, ['resume']);
    expect((await run(project, ['verify'])).code).toBe(1);
  });
});

describe('gc', () => {
  it('has the shape of the contract, and moves record, bytes and safe copy to the trash', async () => {
    const project = await createStored({ ...ONE, 'b.image.yaml': spec('B') });
    project.remove('b.image.yaml');
    const { json, code } = await run(project, ['gc', '--json']);
    const report = json();
    expect([code, Object.keys(report)]).toEqual([0, ['version', 'orphans', 'deleted']]);
    const [orphan] = report['orphans'] as { digest: string; file: string; bytes: number }[];
    expect(Object.keys(orphan!)).toEqual('digest key file bytes'.split(' '));
    expect(project.read(orphan!.file)).toHaveLength(orphan!.bytes);

    expect((await run(project, ['gc'])).err).toContain('--delete');
    const { code: deleted, out } = await run(project, ['gc', '--delete']);
    expect([deleted, out]).toEqual([0, expect.stringContaining('1 deleted')]);
    const trash = project.list(`${STATE}/trash`).map((name) => name.replace(/^[^/]*\//, ''));
    const name = orphan!.file.replace(`${ORIGINALS}/`, '');
    const { digest } = orphan!;
    expect(trash.sort()).toEqual(
      [
        name,
        name.replace('.png', '.json'),
        `safe-copy-${digest}`,
        `safe-copy-${digest}.json`,
      ].sort(),
    );
    expect((await run(project, ['verify'])).code).toBe(0);
    expect((await run(project, ['gc', '--json'])).json()).toMatchObject({
      orphans: [],
      deleted: 0,
    });
  });
});

describe('pick', () => {
  it('decides what a build uses, and is written into flow maps too', async () => {
    for (const [before, after] of [
      ['{ prompt: A, alt: A, image_size: 816x816, quality: low, num_images: 2 }\n', '{ pick: 2, p'],
      [spec('A', 'num_images: 2\npick: 1 # which?\n'), 'pick: 2 # which?\n'],
    ] as const) {
      const project = await createStored({ 'a.image.yaml': before });
      const digests = (
        (await run(project, ['list', '--json'])).json()['originals'] as { digest: string }[]
      ).map((one) => one.digest);
      const { code, json } = await run(project, ['pick', 'a.image.yaml', '2', '--json']);
      expect(code).toBe(0);
      expect(json()).toEqual({ version: 1, file: 'a.image.yaml', pick: 2, digest: digests[1] });
      expect(project.readText('a.image.yaml')).toContain(after);
      const engine = openEngine(project, { provider: createFal(service) });
      expect((await engine.buildPicture(project.path('a.image.yaml'))).source).toBe(digests[1]);
      expect((await run(project, ['plan'])).code).toBe(0);
    }
  });

  it('keeps the permissions of the file, and leaves a link alone', async () => {
    const project = await createStored(ONE);
    chmodSync(project.path('a.image.yaml'), 0o660);
    expect((await run(project, ['pick', 'a.image.yaml', '1'])).code).toBe(0);
    expect(statSync(project.path('a.image.yaml')).mode & 0o777).toBe(0o660);
    renameSync(project.path('a.image.yaml'), project.path('real.txt'));
    symlinkSync('real.txt', project.path('a.image.yaml'));
    const text = project.readText('real.txt');
    const { code, err } = await run(project, ['pick', 'a.image.yaml', '1']);
    expect([code, err]).toEqual([1, expect.stringMatching(/SPEC_READ.*a link/)]);
    expect(lstatSync(project.path('a.image.yaml')).isSymbolicLink()).toBe(true);
    expect(project.readText('real.txt')).toBe(text);
  });

  it('says so when the file cannot be written', async () => {
    const project = await createStored(ONE);
    project.remove(`${STATE}/tmp`);
    project.write(`${STATE}/tmp`, 'a file where a folder should be');
    const { code, err } = await run(project, ['pick', 'a.image.yaml', '1']);
    expect([code, err]).toEqual([1, expect.stringContaining('a.image.yaml cannot be written')]);
    expect(project.readText('a.image.yaml')).toBe(ONE['a.image.yaml']);
  });

  it('asks for one spec, and for a candidate that exists', async () => {
    const project = await createStored({ ...ONE, 'b.image.yaml': spec('B') });
    const two = await run(project, ['pick', '*.image.yaml', '1']);
    expect([two.code, two.err]).toEqual([1, expect.stringContaining('one spec')]);
    const missing = await run(project, ['pick', 'a.image.yaml', '2']);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('SPEC_PICK')]);
    expect(missing.err).toContain('from 1 to 1');
    project.write('c.image.yaml', spec('C'));
    const none = await run(project, ['pick', 'c.image.yaml', '1']);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('image-prompt generate')]);
    project.write('c.image.yaml', 'promt: C\n');
    expect((await run(project, ['pick', 'c.image.yaml', '1'])).err).toContain('SPEC_UNKNOWN_FIELD');
  });
});

describe('generate --rebuy', () => {
  it('asks with the price, trashes the record, and pays once', async () => {
    const project = await createStored({ ...ONE, 'b.image.yaml': spec('B') });
    const words = ['generate', '--rebuy', 'a.image.yaml'];
    const name = project.list(ORIGINALS).find((one) => /^a--.*png$/.test(one))!;
    project.remove(`${ORIGINALS}/${name}`);
    project.remove(`${STATE}/objects`);
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 99 }]);
    expect((await run(project, words)).code).toBe(2);
    const no = await run(project, words, { terminal: { input: 'n\n' } });
    expect([no.code, no.err]).toEqual([2, expect.stringContaining('Spend $0.01?')]);
    expect(service.stats.submits).toBe(2);
    expect(project.list(ORIGINALS)).toContain(name.replace('.png', '.json'));

    // The repair asks the service once more, in vain, and gives up after four tries.
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 4 }]);
    const yes = await run(project, words, { terminal: { input: 'y\n' } });
    expect(yes.code, yes.err).toBe(0);
    expect(service.stats.accepted).toBe(3);
    expect(
      project.list(`${STATE}/trash`).some((one) => one.endsWith(name.replace('png', 'json'))),
    ).toBe(true);
    expect((await run(project, [...words, '--yes'])).out).toContain('0 made');
    expect(service.stats.accepted).toBe(3);
    expect((await run(project, ['verify'])).code).toBe(0);
  });
});

describe('resume', () => {
  it('finishes the named specs, says what failed, and exits with 1 then', async () => {
    const project = createProject({
      'image-prompt.config.mjs': configFor(service),
      ...ONE,
      'b.image.yaml': spec('B'),
    });
    await run(project, ['generate', '--no-wait', '--yes']);
    await service.idle();
    service.setFaults([{ stage: 'media', kind: 'corrupt', times: 1 }]);
    const failed = await run(project, ['resume', 'a.image.yaml', '--json']);
    expect(failed.code).toBe(1);
    const report = failed.json();
    expect(Object.keys(report)).toEqual('version generated resumed failed total'.split(' '));
    expect(report['failed']).toEqual([
      { file: 'a.image.yaml', code: 'IMAGE_CORRUPT', message: expect.any(String) },
    ]);
    const all = await run(project, ['resume', '--json']);
    expect([all.code, (all.json()['resumed'] as unknown[]).length]).toEqual([0, 2]);
    expect((await run(project, ['resume'])).out).toBe('0 made; $0.00 spent\n');
    expect(service.stats.submits).toBe(2);
  });

  it('says what to do in the words of the failure, not of its code', async () => {
    const project = createProject({ 'image-prompt.config.mjs': configFor(service), ...ONE });
    service.setFaults([{ stage: 'status', kind: 'nginx-502', times: 99 }]);
    const { code, out } = await run(project, ['generate', '--yes']);
    expect([code, out]).toEqual([1, expect.stringContaining('goes on with the same request')]);
    // The request was accepted: the hint of the code alone would be wrong.
    expect(out).not.toContain('nothing was paid');
  });
});
