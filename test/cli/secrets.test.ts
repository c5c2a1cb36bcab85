import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FalOptions } from '../../src/provider/fal.ts';
import type { Provider } from '../../src/provider/types.ts';
import { ROWS } from '../engine/fault-rows.ts';
import { createFal, spec, startService } from '../engine/helpers.ts';
import type { FalStandIn, Fault } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { ESCAPE, type Ran, run } from './helpers.ts';

const KEY = 'marked-key-id:marked-key-secret';
const OPENAI = 'sk-marked-key-openai';
const PROMPT = 'A marked-prompt-55aa lighthouse at dusk, drawn in three colours';
/** Whatever must stand nowhere; the prompt may stand in specs, records and notes, and nowhere else. */
const SECRET = /marked-key/;
const SPOKEN = /marked-key|marked-prompt|lighthouse/;

let service: FalStandIn;
/** Everything the provider threw, as the engine got it. */
let thrown: unknown[] = [];
beforeAll(async () => {
  service = await startService({ keys: [KEY] });
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
  thrown = [];
});

/** A provider that remembers what it throws. */
function listenTo(provider: Provider): Provider {
  const listen =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      try {
        return await call(...args);
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    };
  const { submit, poll, collect, find, cancel } = provider;
  return {
    ...provider,
    submit: listen(submit),
    poll: listen(poll),
    collect: listen(collect),
    find: listen(find!),
    cancel: listen(cancel!),
  };
}

function createMarked(options: FalOptions = {}): Project {
  const all = { credentials: KEY, openaiKey: OPENAI, ...options };
  const shared: Record<symbol, unknown> = globalThis as never;
  shared[Symbol.for('image-prompt-test/marked')] = listenTo(createFal(service, all));
  const config = `const provider = globalThis[Symbol.for('image-prompt-test/marked')];\nexport default { provider };\n`;
  const project = createProject({
    'image-prompt.config.mjs': config,
    'a.image.yaml': spec(`"${PROMPT}"`),
    '.git/HEAD': 'ref: refs/heads/main\n',
  });
  return project;
}

function expectSilence(project: Project, runs: readonly Ran[]): void {
  for (const { out, err } of runs) expect(`${out}${err}`).not.toMatch(SPOKEN);
  // With stack, hint and the whole chain of causes.
  for (const error of thrown)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(SPOKEN);
  const files = project.list();
  expect(files.some((file) => file.startsWith('.git/image-prompt/'))).toBe(true);
  for (const file of files) expect(project.read(file).toString('latin1'), file).not.toMatch(SECRET);
  for (const { stage, headers, path } of service.requests) {
    if (stage !== 'media' && stage !== 'media-lost') continue;
    expect(JSON.stringify([headers, path])).not.toMatch(SPOKEN);
    expect(headers).not.toHaveProperty('authorization');
  }
}

/** Words of a service that repeats whatever it was told, and draws on the terminal. */
const ECHO = `${ESCAPE}[2J${ESCAPE}]0;x\u0007 ${KEY} ${KEY.split(':')[1]} ${OPENAI} ${PROMPT}`;
const ECHOES: Fault[] = (['submit', 'status', 'result', 'media'] as const).flatMap((stage) =>
  [400, 401, 403, 404, 422, 429, 500, 503].flatMap((status) =>
    [
      { detail: ECHO, error_type: ECHO },
      { detail: [{ loc: ['body', ECHO], msg: ECHO, type: ECHO, input: { prompt: PROMPT } }] },
    ].map((body): Fault => ({ stage, kind: 'http', status, body, times: 99 })),
  ),
);

describe('neither key reaches disk, terminal, errors or media hosts, nor the prompt a message', () => {
  // What is sent again after seconds differs in nothing from what is not.
  const rows = ROWS.filter(({ accepted }) => accepted < 2);
  const faults = [...rows.map(({ fault }) => fault), ...ECHOES];
  it.each(
    faults.map((fault) => [`${fault.stage} ${fault.kind} ${fault.status ?? ''}`, fault] as const),
  )('%s', async (_name, fault) => {
    const project = createMarked(fault.kind === 'hang' ? { callTimeout: 100 } : {});
    service.setFaults([fault]);
    const runs = [await run(project, ['generate', '--yes'])];
    service.setFaults([]);
    runs.push(await run(project, ['plan', '--json']), await run(project, ['resume']));
    expect(runs[0]!.code).toBe(runs[0]!.out.includes('0 made') ? 1 : 0);
    expectSilence(project, runs);
    for (const { out, err } of runs) expect(`${out}${err}`).not.toContain(ESCAPE);
  });
});

describe('a key in a spec', () => {
  it('is refused with the way out, and not shown', async () => {
    const project = createMarked();
    project.write('a.image.yaml', spec('A', `input: { openai_api_key: ${OPENAI} }\n`));
    for (const words of [['check'], ['check', '--json'], ['generate', '--yes']]) {
      const { code, out, err } = await run(project, words);
      expect(code).toBe(1);
      expect(`${out}${err}`).toContain('fal({ openaiKey })');
      expect(`${out}${err}`).not.toMatch(SECRET);
    }
    expect(service.requests).toEqual([]);
  });
});

describe('the ways to send', () => {
  it('openaiKey: beside the input, storage off, and no part of key, record or note', async () => {
    const project = createMarked();
    service.setOptions({ hold: true });
    await run(project, ['generate', '--yes', '--no-wait']);
    const [note] = project.list('.git/image-prompt/journal');
    expect(note).toBeDefined();
    expect(project.readText(`.git/image-prompt/journal/${note}`)).not.toMatch(/openai_api_key/);
    service.setOptions({ hold: false });
    expect((await run(project, ['resume'])).code).toBe(0);
    const submit = service.requests.find((one) => one.stage === 'submit');
    expect(submit?.body).toMatchObject({ openai_api_key: OPENAI });
    expect(submit?.headers['x-fal-store-io']).toBe('0');
    expectSilence(project, []);

    // The key is the same with and without it: nothing is bought again.
    const plain = createMarked({ openaiKey: () => undefined });
    const [with_, without] = await Promise.all(
      [project, plain].map(async (one) => (await run(one, ['plan', '--json'])).json()['specs']),
    );
    expect((with_ as { key: string }[])[0]?.key).toBe((without as { key: string }[])[0]?.key);
  });

  it('syncMode: pictures inside the answer are stored at once, and --no-wait is refused', async () => {
    const project = createMarked({ syncMode: true, webhookUrl: 'https://ci.example/hook?a=1&b=2' });
    const refused = await run(project, ['generate', '--yes', '--no-wait']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('syncMode')]);
    expect(service.stats.submits).toBe(0);
    expect((await run(project, ['generate', '--yes'])).code).toBe(0);
    const submit = service.requests.find((one) => one.stage === 'submit')!;
    expect(submit.body).toMatchObject({ sync_mode: true });
    const query = new URL(submit.path, 'http://x').searchParams;
    expect([...query]).toEqual([['fal_webhook', 'https://ci.example/hook?a=1&b=2']]);
    expect(service.stats.media).toBe(0);
    expect((await run(project, ['verify'])).code).toBe(0);
    const record = project.list('.image-prompt/originals').find((name) => name.endsWith('.json'));
    expect(project.readText(`.image-prompt/originals/${record}`)).not.toMatch(
      /sync_mode|data:|ci\.example/,
    );
  });

  it('control characters of specs reach no terminal', async () => {
    const project = createMarked();
    project.write('a.image.yaml', spec('"A\\e[2J B\\u0007"'));
    project.write('b.image.yaml', `promt: "x"\n${ESCAPE}[31m: 1\n`);
    for (const words of [
      ['check'],
      ['plan'],
      ['generate', '--yes'],
      ['list'],
      ['verify'],
      ['gc'],
    ]) {
      const { out, err } = await run(project, words);
      expect(`${out}${err}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }
  });
});
