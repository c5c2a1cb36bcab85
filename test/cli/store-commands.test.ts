import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notes, spec, startService } from '../engine/helpers.ts';
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
  service.setOptions({ hold: false, concurrency: 8 });
});

const ORIGINALS = '.image-prompt/originals';
const STATE = '.image-prompt/state';

/** A project whose specs are all generated. */
async function createStored(files: Record<string, string>): Promise<Project> {
  const project = createProject({ 'image-prompt.config.mjs': configFor(service), ...files });
  const { code, err } = await run(project, ['generate', '--yes']);
  expect(code, err).toBe(0);
  return project;
}

function fileOf(project: Project, name: RegExp): string {
  const found = readdirSync(project.path(ORIGINALS)).find((one) => name.test(one));
  return join(ORIGINALS, found!);
}

function damage(project: Project, file: string): void {
  const bytes = project.read(file);
  bytes[bytes.length >> 1]! ^= 1;
  project.write(file, bytes);
}

describe('verify', () => {
  it('is content with a good store', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    const { code, json } = await run(project, ['verify', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({ version: 1, checked: 2, problems: [] });
  });

  it('names the spec of a damaged byte, and repairs it from the safe copy', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    const file = fileOf(project, /^a--.*png$/);
    damage(project, file);
    const { code, json } = await run(project, ['verify', '--json']);
    expect(code).toBe(1);
    expect(json()).toMatchObject({
      checked: 1,
      problems: [{ code: 'STORE_BROKEN', specs: ['a.image.yaml'], file }],
    });
    expect((await run(project, ['verify', '--repair'])).code).toBe(0);
    expect((await run(project, ['verify'])).code).toBe(0);
    expect(service.stats.accepted).toBe(1);
  });

  it('repairs from the finished request when the safe copy is gone', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    project.remove(fileOf(project, /png$/));
    project.remove(`${STATE}/objects`);
    expect((await run(project, ['verify'])).code).toBe(1);
    expect((await run(project, ['verify', '--repair'])).code).toBe(0);
    expect(service.stats.accepted).toBe(1);

    project.remove(fileOf(project, /png$/));
    project.remove(`${STATE}/objects`);
    service.setOptions({ retentionMs: -1 });
    expect((await run(project, ['verify', '--repair'])).code).toBe(1);
    service.setOptions({ retentionMs: 3_600_000 });
  });

  it('reports damaged records and bytes without a record, and restores the record', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    writeFileSync(project.path(fileOf(project, /json$/)), '{');
    const damaged = await run(project, ['verify', '--json']);
    expect(damaged.json()).toMatchObject({
      problems: [{ code: 'STORE_RECORD', specs: ['a.image.yaml'] }],
    });
    expect((await run(project, ['verify', '--repair'])).code).toBe(0);
    project.remove(fileOf(project, /json$/));
    const stray = await run(project, ['verify', '--json']);
    expect(stray.code).toBe(1);
    expect(stray.json()).toMatchObject({ checked: 0, problems: [{ code: 'STORE_RECORD' }] });
  });
});

describe('gc', () => {
  it('lists what no spec uses, and deletes only when told to', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A'), 'b.image.yaml': spec('B') });
    project.remove('b.image.yaml');
    const dry = await run(project, ['gc', '--json']);
    expect(dry.code).toBe(0);
    expect(dry.json()).toMatchObject({
      version: 1,
      orphans: [{ bytes: expect.any(Number) }],
      deleted: 0,
    });
    expect(project.list(ORIGINALS)).toHaveLength(4);

    expect((await run(project, ['gc', '--delete', '--json'])).json()).toMatchObject({ deleted: 1 });
    expect(project.list(ORIGINALS)).toHaveLength(2);
    expect(project.list(`${STATE}/trash`).filter((one) => one.endsWith('.png'))).toHaveLength(1);
    // Gone for good: going back to the spec does not bring it back unasked.
    project.write('b.image.yaml', spec('B'));
    expect((await run(project, ['plan'])).code).toBe(2);
  });

  it('keeps all candidates of a used key and what a request is about', async () => {
    const project = await createStored({ 'a.image.yaml': `${spec('A')}num_images: 3\npick: 2\n` });
    project.write('b.image.yaml', spec('B'));
    await run(project, ['generate', '--no-wait', '--yes']);
    project.remove('b.image.yaml');
    expect((await run(project, ['gc', '--json'])).json()).toMatchObject({ orphans: [] });
    await run(project, ['resume']);
    expect((await run(project, ['gc', '--json'])).json()['orphans']).toHaveLength(1);
  });

  it('deletes nothing while a spec cannot be read', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    project.write('a.image.yaml', 'promt: x');
    const { code, err } = await run(project, ['gc', '--delete']);
    expect(code).toBe(1);
    expect(err).toContain('a.image.yaml');
    expect(project.list(ORIGINALS)).toHaveLength(2);
  });
});

describe('pick', () => {
  it('changes the value and nothing else, by number or by digest', async () => {
    const text = `# the hero\r\n${spec('A').replaceAll('\n', '\r\n')}num_images: 2\r\npick: 1 # the warm one\r\n`;
    const project = await createStored({ 'a.image.yaml': text });
    const two = await run(project, ['pick', 'a.image.yaml', '2']);
    expect(two.code, two.err).toBe(0);
    expect(project.readText('a.image.yaml')).toBe(text.replace('pick: 1', 'pick: 2'));
    const { json } = await run(project, ['list', '--json']);
    const [first] = json()['originals'] as { digest: string }[];
    const prefix = first!.digest.slice(0, 8);
    expect((await run(project, ['pick', 'a.image.yaml', prefix])).code).toBe(0);
    expect((await run(project, ['check'])).code).toBe(0);
    expect(project.readText('a.image.yaml')).toContain(`pick: "${prefix}" # the warm one`);
  });

  it.each([['3'], ['0'], ['abcdef'], ['x'], []])(
    'refuses %s and leaves the file alone',
    async (...choice) => {
      const project = await createStored({ 'a.image.yaml': spec('A') });
      expect((await run(project, ['pick', 'a.image.yaml', ...choice])).code).toBe(1);
      expect(project.readText('a.image.yaml')).toBe(spec('A'));
    },
  );
});

describe('generate', () => {
  it('--more adds candidates', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    expect((await run(project, ['generate', '--more', '2', 'a.image.yaml', '--yes'])).code).toBe(0);
    expect((await run(project, ['list', '--json'])).json()['originals']).toHaveLength(3);
    expect(service.stats.billedImages).toBe(3);
  });

  it('--rebuy repairs first, and pays only for what nothing brings back', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    expect((await run(project, ['generate', '--rebuy', '--yes'])).code).toBe(1);
    damage(project, fileOf(project, /png$/));
    expect((await run(project, ['generate', '--rebuy', 'a.image.yaml', '--yes'])).code).toBe(0);
    expect(service.stats.accepted).toBe(1);

    project.remove(fileOf(project, /png$/));
    project.remove(`${STATE}/objects`);
    service.setOptions({ retentionMs: -1 });
    expect((await run(project, ['generate', '--yes'])).code).toBe(1);
    expect(service.stats.accepted).toBe(1);
    const plan = await run(project, ['generate', '--rebuy', 'a.image.yaml', '--dry-run', '--json']);
    expect(plan.json()).toMatchObject({ total: { images: 1, usd: 0.01 } });
    service.setOptions({ retentionMs: 3_600_000 });
    rmSync(project.path(STATE, 'objects'), { recursive: true, force: true });
    service.setFaults([{ stage: 'status', kind: 'not_found', times: 4 }]);
    const bought = await run(project, ['generate', '--rebuy', 'a.image.yaml', '--yes', '--json']);
    expect(bought.code, bought.err).toBe(0);
    expect(bought.json()).toMatchObject({ generated: [{ file: 'a.image.yaml' }] });
    expect(service.stats.accepted).toBe(2);
    expect((await run(project, ['verify'])).code).toBe(0);
  });

  it('--no-wait submits once, and resume collects', async () => {
    const project = createProject({
      'image-prompt.config.mjs': configFor(service),
      'a.image.yaml': spec('A'),
    });
    for (const _ of [1, 2]) {
      const { code, json } = await run(project, ['generate', '--no-wait', '--yes', '--json']);
      expect(code).toBe(0);
      expect(json()).toMatchObject({ generated: [], submitted: [{ file: 'a.image.yaml' }] });
    }
    expect((await run(project, ['plan', '--json'])).json()['pending']).toHaveLength(1);
    const { code, json } = await run(project, ['resume', '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      version: 1,
      generated: [],
      resumed: [{ file: 'a.image.yaml', usd: expect.any(Number) }],
      failed: [],
      total: { images: 1 },
    });
    expect(service.stats.submits).toBe(1);
  });
});

describe('--rebuy of a damaged record', () => {
  it('restores it for free, else gives it up and pays once', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    writeFileSync(project.path(fileOf(project, /json$/)), '{');
    expect((await run(project, ['generate', '--rebuy', 'a.image.yaml', '--yes'])).code).toBe(0);
    expect(service.stats.accepted).toBe(1);

    writeFileSync(project.path(fileOf(project, /json$/)), '{');
    project.remove(`${STATE}/objects`);
    const bought = await run(project, ['generate', '--rebuy', 'a.image.yaml', '--yes', '--json']);
    expect(bought.json()).toMatchObject({ failed: [], generated: [{ file: 'a.image.yaml' }] });
    expect(service.stats.accepted).toBe(2);
    expect((await run(project, ['plan'])).code).toBe(0);
  });
});

describe('gc --delete', () => {
  it('keeps every candidate of a used key, also those that are not picked', async () => {
    const project = await createStored({ 'a.image.yaml': `${spec('A')}num_images: 3\npick: 2\n` });
    expect((await run(project, ['gc', '--delete', '--json'])).json()).toMatchObject({
      orphans: [],
      deleted: 0,
    });
    expect(project.list(ORIGINALS)).toHaveLength(6);
  });

  it('keeps an original without a spec while a request for its key is under way', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    const more = ['generate', '--more', '1', 'a.image.yaml', '--no-wait', '--yes'];
    expect((await run(project, more)).code).toBe(0);
    project.remove('a.image.yaml');
    expect((await run(project, ['gc', '--delete', '--json'])).json()).toMatchObject({
      orphans: [],
      deleted: 0,
    });
    expect(project.list(ORIGINALS)).toHaveLength(2);
    // Once it is collected, nothing holds the two any more.
    expect((await run(project, ['resume'])).code).toBe(0);
    expect((await run(project, ['gc', '--delete', '--json'])).json()).toMatchObject({ deleted: 2 });
    expect(project.list(ORIGINALS)).toEqual([]);
    expect(service.stats.submits).toBe(2);
  });
});

describe('pick of a file', () => {
  it.each<[string, string, string]>([
    ['no pick', `${spec('A')}# end`, `${spec('A')}# end\npick: 1\n`],
    [
      'CRLF and comments',
      `# top\r\n\r\n${spec('A').replaceAll('\n', '\r\n')}# end\r\n`,
      `# top\r\n\r\n${spec('A').replaceAll('\n', '\r\n')}# end\r\npick: 1\r\n`,
    ],
  ])('with %s', async (_what, before, after) => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    project.write('a.image.yaml', before);
    const { code, err } = await run(project, ['pick', 'a.image.yaml', '1']);
    expect(code, err).toBe(0);
    expect(project.readText('a.image.yaml')).toBe(after);
    expect((await run(project, ['plan'])).code).toBe(0);
  });

  it('is not written while the spec has a mistake, be it in the pick', async () => {
    const text = `${spec('A')}pick:\n# end\n`;
    const project = await createStored({ 'a.image.yaml': spec('A') });
    project.write('a.image.yaml', text);
    const { code, err } = await run(project, ['pick', 'a.image.yaml', '1']);
    expect([code, err]).toEqual([1, expect.stringContaining('a.image.yaml:5:6')]);
    expect(project.readText('a.image.yaml')).toBe(text);
  });

  it('is not written when the candidate does not exist', async () => {
    const text = `# top\r\n${spec('A').replaceAll('\n', '\r\n')}pick: 1 # kept\r\n`;
    const project = await createStored({ 'a.image.yaml': text });
    for (const choice of ['2', 'abcdef']) {
      expect((await run(project, ['pick', 'a.image.yaml', choice])).code).toBe(1);
      expect(project.readText('a.image.yaml')).toBe(text);
    }
  });
});

describe('generate --cancel', () => {
  /** `a` runs and does not end, `b` waits behind it. */
  async function createQueued(): Promise<{ project: Project; ids: Record<string, string> }> {
    service.setOptions({ hold: true, concurrency: 1 });
    const project = createProject({ 'image-prompt.config.mjs': configFor(service) });
    const ids: Record<string, string> = {};
    for (const name of ['a', 'b']) {
      project.write(`${name}.image.yaml`, spec(name));
      const words = ['generate', `${name}.image.yaml`, '--no-wait', '--yes', '--json'];
      const { code, json, err } = await run(project, words);
      expect(code, err).toBe(0);
      const [submitted] = json()['submitted'] as { requestId: string }[];
      ids[name] = submitted!.requestId;
    }
    return { project, ids };
  }

  it('takes the queued one back, keeps the running one, and sends nothing', async () => {
    const { project, ids } = await createQueued();
    const { code, json } = await run(project, ['generate', '--cancel', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({ version: 1, cancelled: [ids['b']], kept: [ids['a']] });
    expect(notes(project)).toHaveLength(1);
    expect(project.list(`${STATE}/trash`)).not.toEqual([]);

    service.setOptions({ hold: false });
    const resumed = await run(project, ['resume', '--json']);
    expect(resumed.code).toBe(0);
    expect(resumed.json()).toMatchObject({ resumed: [{ file: 'a.image.yaml' }], failed: [] });
    expect([service.stats.submits, service.stats.billedImages]).toEqual([2, 1]);
    // What was taken back is missing again, and nobody was asked for it.
    expect((await run(project, ['plan', '--json'])).json()).toMatchObject({
      pending: [],
      total: { images: 1, usd: 0.01 },
    });
  });

  it('is about the named specs only', async () => {
    const { project, ids } = await createQueued();
    const first = await run(project, ['generate', '--cancel', 'a.image.yaml', '--json']);
    expect(first.json()).toEqual({ version: 1, cancelled: [], kept: [ids['a']] });
    expect(notes(project)).toHaveLength(2);
    const { code, out, err } = await run(project, ['generate', '--cancel', 'b.image.yaml']);
    expect([code, out]).toEqual([0, '1 requests taken back, 0 run or have ended\n']);
    expect(err).toBe('');
    service.setOptions({ hold: false });
    await service.idle();
  });

  it('has nothing to do where nothing is under way', async () => {
    const project = await createStored({ 'a.image.yaml': spec('A') });
    const { code, json } = await run(project, ['generate', '--cancel', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({ version: 1, cancelled: [], kept: [] });
    expect([service.stats.submits, service.stats.cancels]).toEqual([1, 0]);
  });
});
