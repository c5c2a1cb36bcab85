import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dearSpec, notes, originals, spec, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { configFor, ESCAPE, run } from './helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ models: ['acme/painter'] });
});
afterAll(() => service.close());
beforeEach(() => service.reset());

const TWO = { 'src/a.image.yaml': spec('A'), 'src/b.image.yaml': spec('B') };
const PAINTER = 'prompt: P\nalt: ""\nmodel: acme/painter\nimage_size: 64x64\n';

function create(files: Record<string, string> = TWO, more = ''): Project {
  return createProject({ 'image-prompt.config.mjs': configFor(service, more), ...files });
}

/** Makes the original of a project unreadable for good. */
function breakOriginal(project: Project): void {
  project.remove(`.image-prompt/originals/${originals(project)[0]}`);
  project.remove('.image-prompt/state/objects');
}

describe('plan', () => {
  it('shows each spec, its price and the total, on stdout', async () => {
    const { code, out, err } = await run(create(), ['plan']);
    expect([code, err]).toEqual([2, '']);
    expect(out).toContain('+  new  src/a.image.yaml  816×816  $0.01  not in the store\n');
    expect(out).toContain('2 pictures are missing: $0.02 in all (estimate).');
    expect(service.requests).toEqual([]);
  });

  it('--json has the shape of the contract', async () => {
    const project = create({ 'src/a.image.yaml': spec('A'), 'src/b.image.yaml': 'promt: x\n' });
    await run(project, ['generate', '--yes', 'src/a.image.yaml']);
    project.write('src/a.image.yaml', spec('Another', 'num_images: 2\n'));
    const { code, json, err } = await run(project, ['plan', '--json']);
    expect([code, err]).toEqual([1, '']);
    const plan = json();
    expect(Object.keys(plan)).toEqual('version specs orphans pending diagnostics total'.split(' '));
    expect(plan).toMatchObject({ version: 1, pending: [], total: { images: 2, usd: 0.02 } });
    const [item] = plan['specs'] as Record<string, unknown>[];
    expect(Object.keys(item!)).toEqual(
      'file state key model request picture wanted have missing usd reason'.split(' '),
    );
    expect(item).toMatchObject({ file: 'src/a.image.yaml', state: 'new', wanted: 2, have: 0 });
    expect(plan['orphans']).toEqual([
      {
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        bytes: expect.any(Number),
      },
    ]);
    const [diagnostic] = plan['diagnostics'] as Record<string, unknown>[];
    expect(Object.keys(diagnostic!)).toEqual(
      'code severity file line column message hint'.split(' '),
    );
  });

  it('shows what is under way', async () => {
    const project = create();
    service.setFaults([{ stage: 'media', kind: 'http', status: 403, times: 99 }]);
    await run(project, ['generate', '--yes', 'src/a.image.yaml']);
    const { json } = await run(project, ['plan', '--json']);
    expect(json()['pending']).toEqual([
      {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        since: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
    expect((await run(project, ['plan'])).out).toContain('is under way since');
  });
});

describe('exit codes', () => {
  it.each<[string, string[], (project: Project) => void, number, number]>([
    ['check, missing', ['check'], () => {}, 0, 0],
    ['plan, missing', ['plan'], () => {}, 2, 0],
    ['dry run, missing', ['generate', '--dry-run'], () => {}, 2, 0],
    ['dry run with --yes', ['generate', '--dry-run', '--yes'], () => {}, 2, 0],
    ['generate without --yes', ['generate'], () => {}, 2, 0],
    ['generate with --yes', ['generate', '--yes'], () => {}, 0, 2],
    ['plan, a mistake', ['plan'], (p) => p.write('src/a.image.yaml', 'x'), 1, 0],
    [
      'dry run, a mistake',
      ['generate', '--dry-run'],
      (p) => p.write('src/a.image.yaml', 'x'),
      1,
      0,
    ],
    ['no --yes, a mistake', ['generate'], (p) => p.write('src/a.image.yaml', 'x'), 1, 0],
    ['--yes, a mistake', ['generate', '--yes'], (p) => p.write('src/a.image.yaml', 'x'), 1, 1],
    ['--yes, a budget too low', ['generate', '--yes', '--budget', '0.01'], () => {}, 1, 1],
    ['no specs at all', ['plan'], (p) => p.remove('src'), 0, 0],
    ['generate without specs', ['generate'], (p) => p.remove('src'), 0, 0],
    ['list', ['list'], () => {}, 0, 0],
  ])('%s', async (_what, words, prepare, code, submits) => {
    for (const form of [[], ['--json'], ['--quiet']]) {
      service.reset();
      const project = create();
      prepare(project);
      const ran = await run(project, [...words, ...form]);
      expect([ran.code, service.stats.submits]).toEqual([code, submits]);
      if (form[0] === '--json') expect(ran.json()['version']).toBe(1);
    }
  });

  it('when all is there, when it is broken, and when it is kept next to something new', async () => {
    const project = create({ 'src/a.image.yaml': spec('A') });
    await run(project, ['generate', '--yes']);
    for (const words of [['plan'], ['generate'], ['generate', '--dry-run']]) {
      expect((await run(project, words)).code).toBe(0);
    }
    project.write('b.image.yaml', spec('B'));
    expect((await run(project, ['plan'])).code).toBe(2);
    breakOriginal(project);
    for (const words of [
      ['plan'],
      ['generate'],
      ['generate', '--dry-run'],
      ['generate', '--yes'],
    ]) {
      expect((await run(project, words)).code).toBe(1);
    }
    expect((await run(project, ['plan'])).out).toContain('!  broken');
    // B was bought by the last of them; A, broken, by none.
    expect(service.stats.submits).toBe(2);
    expect((await run(project, ['check'])).code).toBe(0);
  });

  it('of a failed picture is 1, and the others are there', async () => {
    const project = create();
    service.setFaults([{ stage: 'job', kind: 'content_policy_violation', match: { prompt: 'A' } }]);
    const { code, out } = await run(project, ['generate', '--yes']);
    expect(code).toBe(1);
    expect(out).toContain('PROVIDER_REFUSED src/a.image.yaml');
    expect(out).toContain('1 made, 1 failed; $0.01 spent\n');
  });
});

describe('generate', () => {
  it('reports on stdout, tells progress on stderr', async () => {
    const { out, err } = await run(create({ 'a.image.yaml': spec('A') }), ['generate', '--yes']);
    expect(out).toBe('1 made; $0.01 spent\n');
    for (const text of [
      'asking for a picture ($0.01)',
      'accepted as ',
      'stored, ',
      '$0.01 so far',
    ]) {
      expect(err).toContain(text);
    }
    expect(err).not.toContain('test-secret');
  });

  it('--json has the shape of the contract', async () => {
    const project = create();
    service.setFaults([{ stage: 'submit', kind: 'http', status: 422, match: { prompt: 'B' } }]);
    const report = (await run(project, ['generate', '--yes', '--json'])).json();
    expect(Object.keys(report)).toEqual('version generated resumed failed total'.split(' '));
    expect(report).toEqual({
      version: 1,
      generated: [
        {
          file: 'src/a.image.yaml',
          key: expect.stringMatching(/^[0-9a-f]{64}$/),
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          usd: 0.01,
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ],
      resumed: [],
      failed: [{ file: 'src/b.image.yaml', code: 'PROVIDER_INVALID', message: expect.any(String) }],
      total: { images: 1, usd: 0.01 },
    });
  });

  it('finishes what is under way without --yes, for that is free', async () => {
    const project = create({ 'a.image.yaml': spec('A') });
    service.setFaults([{ stage: 'media', kind: 'http', status: 403, times: 99 }]);
    expect((await run(project, ['generate', '--yes'])).code).toBe(1);
    service.setFaults([]);
    const { code, json } = await run(project, ['generate', '--json'], { env: { CI: 'true' } });
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      generated: [],
      resumed: [{ file: 'a.image.yaml' }],
      failed: [],
    });
    expect(service.stats.submits).toBe(1);
  });

  it.each([
    ['in CI', { env: { CI: 'true' } }],
    ['in CI with a terminal', { env: { CI: '1' }, terminal: { input: 'y\n' } }],
    ['without a terminal', {}],
  ])('sends nothing %s without --yes', async (_what, options) => {
    const project = create();
    const { code, err } = await run(project, ['generate'], options);
    expect(code).toBe(2);
    expect(err).toContain('spending needs --yes');
    expect(service.requests).toEqual([]);
    expect(project.list('.image-prompt')).toEqual([]);
    const json = await run(project, ['generate', '--json'], options);
    expect(json.json()).toEqual({
      version: 1,
      generated: [],
      resumed: [],
      failed: [],
      total: { images: 0, usd: 0 },
    });
  });

  it('asks on a terminal', async () => {
    const project = create({ 'a.image.yaml': spec('A'), 'p.image.yaml': PAINTER });
    const ask = (words: string[], input: string) =>
      run(project, ['generate', ...words], { terminal: { input } });
    for (const input of ['n\n', '\n', 'yep\n']) {
      const { code, err } = await ask(['a.image.yaml'], input);
      expect(code).toBe(2);
      expect(err).toContain('Spend $0.01? [y/N]');
    }
    expect(service.stats.submits).toBe(0);
    expect((await ask(['a.image.yaml'], 'y\n')).code).toBe(0);
    expect(service.stats.submits).toBe(1);
    // Who says yes to a price that is not known has agreed to it.
    const { code, err } = await ask(['p.image.yaml'], 'yes\n');
    expect(err).toContain('Spend price unknown?');
    expect([code, service.stats.submits]).toEqual([0, 2]);
  });

  it('draws its live lines on the terminal it was given', async () => {
    const project = create({ 'a.image.yaml': spec('A') });
    service.setOptions({ runMs: 300 });
    const { err, out } = await run(project, ['generate', '--yes'], { terminal: { input: '' } });
    service.setOptions({ runMs: 10 });
    expect(err).toContain(`${ESCAPE}[`);
    expect(err).toMatch(/a\.image\.yaml: (running|queued|accepted)/);
    expect(err).toContain('✓');
    expect(out).toContain('1 made');
  });

  it('--budget, --concurrency and the configured budget', async () => {
    const dear = Object.fromEntries(['a', 'b', 'c'].map((n) => [`${n}.image.yaml`, dearSpec(n)]));
    const words = ['generate', '--yes', '--json', '--concurrency', '1'];
    const option = await run(create(dear), [...words, '--budget', '0.05']);
    const configured = await run(create(dear, 'budget: 0.05'), words);
    for (const { code, json } of [option, configured]) {
      expect(code).toBe(1);
      const { failed, total } = json() as { failed: { code: string }[]; total: unknown };
      expect(failed.map((one) => one.code)).toEqual(['BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']);
      expect(total).toEqual({ images: 1, usd: 0.04 });
    }
    expect(service.stats.submits).toBe(2);
    const over = await run(create(dear, 'budget: 0.05'), [...words, '--budget', '1']);
    expect(over.code).toBe(0);
  });

  it('--more asks for further candidates of the named spec', async () => {
    const project = create();
    await run(project, ['generate', '--yes']);
    const words = ['generate', '--more', '2', 'src/a.image.yaml'];
    const dry = (await run(project, [...words, '--dry-run', '--json'])).json();
    expect(dry).toMatchObject({
      specs: [{ file: 'src/a.image.yaml', state: 'more', wanted: 3, have: 1, missing: 2 }],
      total: { images: 2, usd: 0.02 },
    });
    expect((await run(project, [...words, '--yes'])).out).toBe('2 made; $0.02 spent\n');
    expect(originals(project)).toHaveLength(4);
    expect((await run(project, ['plan'])).code).toBe(0);
  });

  it('--dry-run prints what plan prints', async () => {
    const project = create({ ...TWO, 'c.image.yaml': 'promt: x\n' });
    for (const form of [[], ['--json']]) {
      const plan = await run(project, ['plan', ...form]);
      expect(await run(project, ['generate', '--dry-run', ...form])).toMatchObject({
        code: plan.code,
        out: plan.out,
        err: plan.err,
      });
    }
  });

  it('pays for a doubt only with --retry-in-doubt', async () => {
    const project = create({ 'a.image.yaml': spec('A') });
    service.setOptions({ historyAllowed: false });
    service.setFaults([{ stage: 'submit', kind: 'reset', accepted: true }]);
    expect((await run(project, ['generate', '--yes'])).code).toBe(1);
    const { code, out } = await run(project, ['generate', '--yes']);
    expect(code).toBe(1);
    expect(out).toContain('PROVIDER_IN_DOUBT');
    expect(service.stats.submits).toBe(1);
    expect(notes(project)).toHaveLength(1);
    expect((await run(project, ['generate', '--retry-in-doubt'])).code).toBe(2);
    expect(service.stats.submits).toBe(1);
    expect((await run(project, ['generate', '--yes', '--retry-in-doubt'])).code).toBe(0);
    expect(service.stats.submits).toBe(2);
    service.setOptions({ historyAllowed: true });
  });

  it('spends nothing that it was not asked for, even when a spec changes meanwhile', async () => {
    const project = create({ 'a.image.yaml': spec('A') });
    await run(project, ['generate', '--yes']);
    // The plan finds nothing to pay; between it and the work somebody saves another prompt.
    const edit = `writeFileSync(${JSON.stringify(project.path('a.image.yaml'))}, ${JSON.stringify(spec('Another'))})`;
    const config = configFor(
      service,
      `get provider() { return { ...provider, get paid() { ${edit}; return true; } } }`,
    );
    project.remove('image-prompt.config.mjs');
    project.write('other.mjs', `import { writeFileSync } from 'node:fs';\n${config}`);
    const { code, out } = await run(project, ['generate', '--config', 'other.mjs']);
    expect(project.readText('a.image.yaml')).toBe(spec('Another'));
    expect([code, service.stats.submits]).toEqual([1, 1]);
    expect(out).toContain('BUDGET_EXCEEDED');
  });
});

describe('list', () => {
  it('shows originals with their specs; orphans too when no spec is named', async () => {
    const project = create();
    await run(project, ['generate', '--yes']);
    project.write('copy.image.yaml', spec('A'));
    project.remove('src/b.image.yaml');
    const { json, code } = await run(project, ['list', '--json']);
    expect(code).toBe(0);
    expect(Object.keys(json())).toEqual(['version', 'originals']);
    const all = json()['originals'] as Record<string, unknown>[];
    expect(all).toHaveLength(2);
    expect(Object.keys(all[0]!)).toEqual(
      'key digest file specs model width height bytes usd requestId createdAt'.split(' '),
    );
    for (const one of all) {
      expect(project.read(one['file'] as string)).toHaveLength(one['bytes'] as number);
    }
    expect(all.map(({ specs }) => specs)).toEqual(
      expect.arrayContaining([['copy.image.yaml', 'src/a.image.yaml'], []]),
    );
    const named = await run(project, ['list', '--json', 'src']);
    expect(named.json()['originals']).toHaveLength(1);
    const { out, err } = await run(project, ['list']);
    expect(out.trim().split('\n')).toHaveLength(2);
    expect(out).toContain('816×816');
    expect(out).toContain('(no spec)');
    expect(err).toContain('2 originals');
  });
});

describe('looks', () => {
  it('has colours on a terminal only, and not against the will of the reader', async () => {
    const project = create();
    const terminal = { input: '' };
    expect((await run(project, ['plan'], { terminal })).out).toContain(ESCAPE);
    for (const [words, options] of [
      [['plan'], {}],
      [['plan', '--no-color'], { terminal }],
      [['plan'], { terminal, env: { NO_COLOR: '1' } }],
      [['plan', '--json'], { terminal }],
    ] as const) {
      expect((await run(project, words, options)).out).not.toContain(ESCAPE);
    }
  });

  it('is silent but for the result with --quiet', async () => {
    const { out, err } = await run(create(), ['generate', '--yes', '--quiet']);
    expect([out, err]).toEqual(['2 made; $0.02 spent\n', '']);
  });
});
