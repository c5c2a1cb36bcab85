import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDefaultEngine } from '../../src/engine/defaults.ts';
import type { GenerateOptions, GenerateReport } from '../../src/engine/types.ts';
import { CATALOGUE } from '../../src/errors.ts';
import { resolveOptions } from '../../src/options.ts';
import type { FalStandIn, Fault } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { ELSEWHERE, type Left, ROWS, type Row } from './fault-rows.ts';
import { createFal, GENERATE, notes, originals, spec, startService } from './helpers.ts';

const FAULTY = 'The faulty picture';
const OTHER = 'The other picture';
const TRASH = '.image-prompt/state/trash';

let service: FalStandIn;
const sum = { tried: 0, accepted: 0, paid: 0, stored: 0 };
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
  const { tried, accepted, paid, stored } = sum;
  console.log(
    `${tried} faults tried: ${accepted} requests accepted, ${paid} pictures paid, ${stored} stored, ${paid - stored} lost`,
  );
});
beforeEach(() => {
  service.reset();
  service.setOptions({ historyAllowed: true });
});

/** The other picture is a WebP, so that faults of media can tell the two apart. */
function createTwo(): Project {
  return createProject({
    'a.image.yaml': spec(FAULTY),
    'b.image.yaml': spec(OTHER, 'output_format: webp\n'),
  });
}

interface Made {
  report: GenerateReport;
  delays: number[];
}

async function generate(
  project: Project,
  options: Partial<GenerateOptions> = {},
  callTimeout = 5_000,
): Promise<Made> {
  const { root } = project;
  const provider = createFal(service, { callTimeout });
  const context = { root, command: 'cli', env: {}, defaultProvider: () => provider } as const;
  const delays: number[] = [];
  const retryDelay = (attempt: number): number => delays.push(attempt);
  const engine = createDefaultEngine(resolveOptions({}, context), {}, { retryDelay });
  const report = await engine.generate(await engine.select([], root), { ...GENERATE, ...options });
  return { report, delays };
}

const postsOf = (prompt: string): number =>
  service.requests.filter(
    ({ stage, body }) => stage === 'submit' && (body as { prompt?: string }).prompt === prompt,
  ).length;
const acceptedOf = (prompt: string): number =>
  service.inputs.filter((input) => input['prompt'] === prompt).length;

/** Strikes the faulty picture alone. */
function aim(fault: Fault): Fault {
  return { ...fault, match: fault.stage === 'media' ? { path: '.png' } : { prompt: FAULTY } };
}

function nameOf({ fault, code }: Row): string {
  const { stage, kind, times = 1, accepted, status, to } = fault;
  const more = [accepted && 'accepted', status, to].filter(Boolean).join(' ');
  return `${stage}: ${kind}${times > 1 ? ` × ${times}` : ''} ${more} is ${code ?? 'got over'}`;
}

/** Reads what the first run left on disk. */
function leftIn(project: Project): Left {
  const [note] = notes(project);
  if (note) {
    const text = project.readText(`.image-prompt/state/journal/${note}`);
    return (JSON.parse(text) as { state: string }).state === 'intent' ? 'doubt' : 'request';
  }
  return project.list(TRASH).length > 0 ? 'trash' : 'nothing';
}

describe('one faulty picture of two', () => {
  it.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', async (_name, row) => {
    const { fault, code, hint, left, accepted, posts = Math.max(1, accepted), stops } = row;
    const project = createTwo();
    service.setFaults([aim(fault)]);
    // One after the other, so that "stops at once" can be seen.
    const hasty = fault.kind === 'hang' ? 150 : 5_000;
    const { report, delays } = await generate(project, { concurrency: 1 }, hasty);

    const failed = report.failed.find(({ file }) => file === 'a.image.yaml');
    expect(failed?.code ?? null).toBe(code);
    if (failed && hint) expect(failed.hint).toMatch(hint);
    else if (failed) expect(failed.hint).toBe(CATALOGUE[failed.code][1]);
    expect(failed?.message ?? '').not.toContain(FAULTY);
    expect(report.failed).toHaveLength((code === null ? 0 : 1) + (stops ? 1 : 0));
    expect([postsOf(FAULTY), acceptedOf(FAULTY)]).toEqual([posts, accepted]);
    expect(delays).toHaveLength(fault.stage === 'job' ? accepted - 1 : 0);
    expect(leftIn(project)).toBe(left);

    // One failed picture does not stop the other, unless the account is what failed.
    expect(postsOf(OTHER)).toBe(stops ? 0 : 1);
    const made = (stops ? 0 : 1) + (code === null ? 1 : 0);
    expect(report.generated).toHaveLength(made);
    expect(report.total).toEqual({ images: made, usd: made / 100 });
    expect(originals(project)).toHaveLength(made);

    service.setFaults([]);
    await service.idle();
    await finishLater(project, row);
    expect(originals(project)).toHaveLength(2);
    expect(notes(project)).toEqual([]);
    const unbilled = fault.stage === 'job' ? accepted - (code === null ? 1 : 0) : 0;
    expect(service.stats).toMatchObject({ accepted: 2 + unbilled, billedImages: 2 });
    sum.tried++;
    sum.accepted += service.stats.accepted;
    sum.paid += service.stats.billedImages;
    sum.stored += originals(project).length;
  });

  /** The runs after the fault, each of which pays only for what is due. */
  async function finishLater(project: Project, { left, accepted, code }: Row): Promise<void> {
    const before = acceptedOf(FAULTY);
    const { report } = await generate(project);
    if (left === 'doubt' && accepted === 0) {
      // Nobody can know that it was not accepted, so it is not sent again unasked.
      expect(report.failed).toMatchObject([{ file: 'a.image.yaml', code: 'PROVIDER_IN_DOUBT' }]);
      expect(acceptedOf(FAULTY)).toBe(before);
      const { report: second } = await generate(project, { retryInDoubt: true });
      expect(second).toMatchObject({ failed: [], generated: [{ file: 'a.image.yaml' }] });
      return;
    }
    expect(report.failed).toEqual([]);
    const resumes = left === 'request' || left === 'doubt';
    expect(report.resumed).toHaveLength(resumes ? 1 : 0);
    expect(acceptedOf(FAULTY) - before).toBe(resumes || code === null ? 0 : 1);
    expect((await generate(project)).report.total).toEqual({ images: 0, usd: 0 });
  }

  it('is tried with every fault that the stand-in has', () => {
    const source = readFileSync(new URL('../fal-stand-in/index.d.mts', import.meta.url), 'utf8');
    const section = source.slice(source.indexOf('WireFault'), source.indexOf('export interface'));
    const kinds = [...section.matchAll(/^ {2}\| '([\w-]+)'/gm)].map((match) => match[1]!);
    expect(kinds.length).toBeGreaterThan(40);
    const tried: string[] = [...ROWS.map(({ fault }) => fault.kind), ...ELSEWHERE];
    expect(kinds.filter((kind) => !tried.includes(kind))).toEqual([]);
  });
});

describe('what stops a run', () => {
  it.each(['invalid_key', 'exhausted_balance'] as const)(
    '%s: no request after it, and those that were accepted are finished',
    async (kind) => {
      const files = ['a', 'b', 'c', 'd'].map((n) => [`${n}.image.yaml`, spec(`Number ${n}`)]);
      const project = createProject(Object.fromEntries(files));
      service.setFaults([{ stage: 'submit', kind, match: { prompt: 'Number b' } }]);
      const { report } = await generate(project, { concurrency: 1 });
      expect(service.stats).toMatchObject({ submits: 2, accepted: 1 });
      expect(report.generated).toMatchObject([{ file: 'a.image.yaml' }]);
      const code = kind === 'invalid_key' ? 'PROVIDER_AUTH' : 'PROVIDER_BALANCE';
      expect(report.failed.map((one) => one.code)).toEqual([code, code, code]);
      expect(report.failed[1]?.message).toContain('c.image.yaml was not sent');
    },
  );
});

describe('answers that give less than was billed', () => {
  it('fewer: keeps what came, says so, and a rerun asks for the rest alone', async () => {
    const project = createProject({ 'a.image.yaml': spec(FAULTY, 'num_images: 3\n') });
    service.setFaults([{ stage: 'result', kind: 'fewer' }]);
    const { report } = await generate(project);
    expect(report.generated).toHaveLength(2);
    expect(report.failed).toMatchObject([
      { code: 'PROVIDER_RESPONSE', message: expect.stringContaining('3 pictures') },
    ]);
    await generate(project);
    expect(service.inputs.map((input) => input['num_images'])).toEqual([3, 1]);
    expect(originals(project)).toHaveLength(3);
  });

  it('media-url: a URL elsewhere is not fetched, and only a person gives the request up', async () => {
    const project = createProject({ 'a.image.yaml': spec(FAULTY) });
    const to = 'http://169.254.169.254/latest/meta-data';
    service.setFaults([{ stage: 'result', kind: 'media-url', to }]);
    for (const _ of [1, 2]) {
      expect((await generate(project)).report.failed).toMatchObject([{ code: 'IMAGE_HOST' }]);
      expect(notes(project)).toHaveLength(1);
    }
    expect(service.stats).toMatchObject({ accepted: 1, media: 0 });
    const { report } = await generate(project, { retryInDoubt: true });
    expect(report).toMatchObject({ failed: [], generated: [{ file: 'a.image.yaml' }] });
    expect(service.stats.accepted).toBe(2);
  });
});
