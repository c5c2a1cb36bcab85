import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createDefaultEngine } from '../../src/engine/defaults.ts';
import type { GenerateReport } from '../../src/engine/types.ts';
import { resolveOptions } from '../../src/options.ts';
import type { FalOptions } from '../../src/provider/fal.ts';
import type { FalStandIn, Fault } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { createFal, GENERATE, spec, startService } from './helpers.ts';

const KEY = 'marked-id:marked-fal-secret';
const OPENAI = 'sk-marked-openai-secret';
const MARK = /marked-(?:fal|openai)-secret/;

let service: FalStandIn;
beforeAll(async () => {
  service = await startService({ keys: [KEY] });
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
});

/** What a run tells while it goes, hints included. */
let events: unknown[] = [];

async function generate(project: Project, options: FalOptions = {}): Promise<GenerateReport> {
  events = [];
  const { root } = project;
  const provider = createFal(service, {
    credentials: KEY,
    openaiKey: OPENAI,
    callTimeout: 400,
    ...options,
  });
  const context = { root, command: 'cli', env: {}, defaultProvider: () => provider } as const;
  const engine = createDefaultEngine(resolveOptions({}, context), {}, { retryDelay: () => 1 });
  return await engine.generate(await engine.select([], root), {
    ...GENERATE,
    onEvent: (event) => events.push(event),
  });
}

const FAULTS: (Fault | null)[] = [
  null,
  { stage: 'submit', kind: 'reset', accepted: true },
  { stage: 'submit', kind: 'invalid_key' },
  { stage: 'submit', kind: 'http', status: 400, body: { detail: `bad ${KEY} and ${OPENAI}` } },
  { stage: 'status', kind: 'http', times: 9, status: 500, body: { detail: `oops ${KEY}` } },
  { stage: 'job', kind: 'content_policy_violation' },
  { stage: 'job', kind: 'downstream_service_error_final' },
  { stage: 'media', kind: 'redirect', times: 9, to: 'https://example.com/x.png' },
];

it.each(
  FAULTS.map((fault) => [fault ? `${fault.stage} ${fault.kind}` : 'no fault', fault] as const),
)('with %s no secret reaches disk, report or media host', async (_name, fault) => {
  const project = createProject({ 'a.image.yaml': spec('A quiet street of the prompt') });
  service.setFaults(fault ? [fault] : []);
  const report = await generate(project);
  expect(JSON.stringify([report, events])).not.toMatch(MARK);
  expect(report.failed).toHaveLength(fault ? 1 : 0);
  // An error of the service repeats the prompt; a report does not.
  expect(JSON.stringify(report)).not.toContain('A quiet street of the prompt');
  expect(project.list('.image-prompt/state').length).toBeGreaterThan(0);
  for (const file of project.list()) expect(project.readText(file), file).not.toMatch(MARK);
  for (const { stage, headers } of service.requests) {
    if (stage === 'media' || stage === 'media-lost') {
      expect(JSON.stringify(headers)).not.toMatch(MARK);
      expect(headers).not.toHaveProperty('authorization');
    }
  }
});

it('the key of OpenAI goes to the service alone, with storage off', async () => {
  const project = createProject({ 'a.image.yaml': spec('A') });
  const report = await generate(project);
  expect(report.failed).toEqual([]);
  const submit = service.requests.find((one) => one.stage === 'submit');
  expect(submit?.body).toMatchObject({ openai_api_key: OPENAI });
  expect(submit?.headers['x-fal-store-io']).toBe('0');
});

it('a webhook and a picture inside the answer are asked for as the service knows them', async () => {
  const project = createProject({ 'a.image.yaml': spec('A') });
  const webhookUrl = 'https://ci.example/hook?job=1';
  const report = await generate(project, { webhookUrl, syncMode: true });
  expect(report).toMatchObject({ failed: [], generated: [{ file: 'a.image.yaml' }] });
  const submit = service.requests.find((one) => one.stage === 'submit');
  expect(new URL(submit!.path, 'http://x').searchParams.get('fal_webhook')).toBe(webhookUrl);
  expect(submit?.body).toMatchObject({ sync_mode: true });
  // The picture came with the answer.
  expect(service.stats.media).toBe(0);
});

it('the state folder of a git repository holds no secret either', async () => {
  const project = createProject({
    'a.image.yaml': spec('A'),
    '.git/HEAD': 'ref: refs/heads/main\n',
  });
  service.setFaults([{ stage: 'submit', kind: 'reset', accepted: true }]);
  expect((await generate(project)).failed).toMatchObject([{ code: 'PROVIDER_IN_DOUBT' }]);
  const check = (): void => {
    for (const file of project.list()) expect(project.readText(file), file).not.toMatch(MARK);
  };
  expect(project.list('.git').length).toBeGreaterThan(1);
  check();
  // The history knows the request by its input, without the key of OpenAI.
  expect(await generate(project)).toMatchObject({
    failed: [],
    resumed: [{ file: 'a.image.yaml' }],
  });
  expect(service.stats.accepted).toBe(1);
  check();
});
