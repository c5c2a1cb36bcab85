import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY, originals, spec, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { configFor, ESCAPE, type Ran, run } from './helpers.ts';

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

const HERO = 'src/hero.image.yaml';

const LOOK = `prompt:
  scene: A quiet street in {{city}}
  details:
    - Shot on 35 mm film
    - "{{extra}}"
vars:
  city: Kyoto
  extra: ""
quality: low
`;
const OWN = `extends: ./look.yaml
prompt:
  subject: "A cat  "
vars: { city: Tokyo }
alt: A cat
image_size: 1200x630
`;

function createFiles(files: Record<string, string> = {}): Project {
  return createProject({
    'image-prompt.config.mjs': configFor(service, "defaults: { quality: 'medium' }"),
    'src/look.yaml': LOOK,
    [HERO]: OWN,
    ...files,
  });
}

interface ExplainedJson {
  version: number;
  specs: (Record<string, unknown> & { values: { path: string; from: unknown }[] })[];
}

async function explainJson(project: Project, ...words: string[]): Promise<[Ran, ExplainedJson]> {
  const ran = await run(project, ['explain', '--json', ...words]);
  return [ran, ran.json() as unknown as ExplainedJson];
}

describe('explain', () => {
  it('tells people where each value comes from, and all that becomes of it', async () => {
    const project = createFiles();
    const { code, out, err } = await run(project, ['explain', HERO]);
    expect([code, err]).toEqual([2, '']);
    const key = /^ {2}[0-9a-f]{64}$/m.exec(out)?.[0].trim() ?? '';
    expect(out.replace(key, 'KEY')).toBe(`src/hero.image.yaml extends src/look.yaml

Values
  prompt.scene         "A quiet street in {{city}}"        src/look.yaml:2
  prompt.subject       "A cat  "                           src/hero.image.yaml:3
  prompt.details       ["Shot on 35 mm film","{{extra}}"]  src/look.yaml:3
  alt                  "A cat"                             src/hero.image.yaml:5  not in the key
  model                "openai/gpt-image-2"                default
  image_size           "1200x630"                          src/hero.image.yaml:6
  quality              "low"                               src/look.yaml:9
                       instead of "medium"                 the configuration
  output_format        "png"                               default
  num_images           1                                   default                not in the key
  pick                 1                                   default                not in the key
  vars.city            "Tokyo"                             src/hero.image.yaml:4
                       instead of "Kyoto"                  src/look.yaml:7
  vars.extra           ""                                  src/look.yaml:8
  output.formats       ["avif","webp","fallback"]          default                not in the key
  output.quality.avif  50                                  default                not in the key
  output.quality.webp  75                                  default                not in the key
  output.quality.jpeg  80                                  default                not in the key
  output.fit           "cover"                             default                not in the key
  output.position      "centre"                            default                not in the key
  output.placeholder   "blur"                              default                not in the key
  output.loading       "lazy"                              default                not in the key
  output.priority      false                               default                not in the key
  output.provenance    true                                default                not in the key

Variables of the prompt
  {{city}}   "Tokyo"  src/hero.image.yaml:4
  {{extra}}  ""       src/look.yaml:8

Prompt, as it is sent
  Scene: A quiet street in Tokyo
  Subject: A cat
  Important details: Shot on 35 mm film

Request
  model          openai/gpt-image-2 of fal
  image_size     1200×640, for a picture of 1200×630
  quality        low
  output_format  png

Key
  KEY
  changes with  prompt, model, image_size, quality, output_format, revision, edit, input; extends and vars by their effect; the provider
  never with    alt, num_images, output, pick

Store
  new: not in the store; 0 of 1 candidate, $0.01 for what is missing (estimate)
`);
  });

  it('sends nothing and writes nothing', async () => {
    const project = createFiles();
    const before = project.list();
    await run(project, ['explain', HERO], { env: { FAL_KEY: KEY } });
    expect(service.requests).toEqual([]);
    const after = project.list().filter((file) => !file.startsWith('node_modules/.cache/'));
    expect(after).toEqual(before);
  });

  it('--json has every value with its place', async () => {
    const [{ code, err }, { version, specs }] = await explainJson(createFiles(), HERO);
    expect([code, err, version]).toEqual([2, '', 1]);
    const { values, ...hero } = specs[0]!;
    expect(hero).toEqual({
      file: HERO,
      bases: ['src/look.yaml'],
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: 'new',
      wanted: 1,
      have: 0,
      missing: 1,
      usd: 0.01,
      reason: 'not in the store',
      prompt:
        'Scene: A quiet street in Tokyo\nSubject: A cat\nImportant details: Shot on 35 mm film',
      request: {
        provider: 'fal',
        model: 'openai/gpt-image-2',
        image_size: { width: 1200, height: 640 },
        picture: { width: 1200, height: 630 },
        quality: 'low',
        output_format: 'png',
        input: {},
        revision: null,
      },
      variables: [
        { name: 'city', value: 'Tokyo', from: { file: HERO, line: 4, column: 9 } },
        { name: 'extra', value: '', from: { file: 'src/look.yaml', line: 8, column: 3 } },
      ],
      files: { images: [], mask: null },
      diagnostics: [],
    });
    expect(values.filter(({ path }) => ['quality', 'vars.city', 'model'].includes(path))).toEqual([
      {
        path: 'model',
        value: 'openai/gpt-image-2',
        from: 'default',
        replaces: [],
        inKey: true,
      },
      {
        path: 'quality',
        value: 'low',
        from: { file: 'src/look.yaml', line: 9, column: 1 },
        replaces: [{ value: 'medium', file: null, line: null }],
        inKey: true,
      },
      {
        path: 'vars.city',
        value: 'Tokyo',
        from: { file: HERO, line: 4, column: 9 },
        replaces: [{ value: 'Kyoto', file: 'src/look.yaml', line: 7 }],
        inKey: true,
      },
    ]);
    const fromOptions = createFiles({ 'src/look.yaml': LOOK.replace('quality: low\n', '') });
    const [, configured] = await explainJson(fromOptions, HERO);
    expect(configured.specs[0]!.values).toContainEqual(
      expect.objectContaining({ path: 'quality', value: 'medium', from: 'options' }),
    );
  });

  it('has the key and the price of the plan, and the prompt that the service receives', async () => {
    const project = createFiles();
    const planOf = async () => (await run(project, ['plan', '--json'])).json()['specs'];
    const shared = async () => {
      const [, { specs }] = await explainJson(project, HERO);
      const { file, key, state, wanted, have, missing, usd, reason, request } = specs[0]!;
      const { model, image_size, picture } = request as Record<string, unknown>;
      const parts = { file, key, state, wanted, have, missing, usd, reason };
      return [{ ...parts, model, request: image_size, picture }];
    };
    expect(await shared()).toEqual(await planOf());
    const [, { specs }] = await explainJson(project, HERO);
    expect((await run(project, ['generate', '--yes'])).code).toBe(0);
    const sent = service.requests.find(({ method }) => method === 'POST')?.body;
    expect(sent).toMatchObject({ prompt: specs[0]!['prompt'], quality: 'low' });
    expect(await shared()).toEqual(await planOf());
    const { out } = await run(project, ['explain', HERO]);
    expect(out).toContain('kept: in the store; 1 of 1 candidate\n');
    project.write(HERO, OWN.replace('alt: A cat', 'alt: Another\nnum_images: 3'));
    expect((await run(project, ['explain', HERO])).out).toContain(
      'more: 2 more wanted; 1 of 3 candidates, $0.02 for what is missing',
    );
  });

  it('follows an edit of a base that an earlier run has read', async () => {
    const project = createFiles();
    await run(project, ['plan']);
    const [, before] = await explainJson(project, HERO);
    project.write('src/look.yaml', `\n${LOOK}`);
    const [, after] = await explainJson(project, HERO);
    expect(after.specs[0]!['key']).toBe(before.specs[0]!['key']);
    expect(after.specs[0]!.values).toContainEqual(
      expect.objectContaining({
        path: 'quality',
        from: { file: 'src/look.yaml', line: 10, column: 1 },
      }),
    );
  });

  it('explains several specs, and says where two are one picture', async () => {
    const project = createFiles({ 'src/copy.image.yaml': OWN.replace('alt: A cat', 'alt: ""') });
    const { out } = await run(project, ['explain', '.']);
    expect(out.match(/^src\/\S+ extends/gm)).toEqual([
      'src/copy.image.yaml extends',
      'src/hero.image.yaml extends',
    ]);
    expect(out).toContain('new: the same picture as src/copy.image.yaml');
  });

  it('shows further input, revision and what is not sent to an unknown model', async () => {
    const project = createFiles({
      'a.image.yaml':
        'prompt: A\nalt: x\nmodel: fal-ai/flux/dev\nrevision: 2\ninput: { steps: 4, frame: [1] }\n',
    });
    const { out } = await run(project, ['explain', 'a.image.yaml']);
    for (const line of [
      'quality        medium',
      'output_format  not sent',
      'input.steps    4',
      'input.frame    [1]',
      'revision       "2", not sent',
      '0 of 1 candidate, price unknown\n',
    ]) {
      expect(out).toContain(line);
    }
    const [, { specs }] = await explainJson(project, 'a.image.yaml');
    expect(specs[0]).toMatchObject({ usd: null, request: { input: { steps: 4, frame: [1] } } });
  });

  it('prints the diagnostics of a spec with errors as `check` does, and explains the others', async () => {
    const bad = 'extends: ./src/look.yaml\nprompt: "{{cty}}"\nalt: x\nqualty: low\n';
    const project = createFiles({ 'bad.image.yaml': bad });
    const checked = (await run(project, ['check', 'bad.image.yaml'])).out;
    const { code, out } = await run(project, ['explain', 'bad.image.yaml']);
    expect(code).toBe(1);
    expect(checked).toBe(`${out.trimEnd()}\n\n1 spec, 2 errors, 0 warnings\n`);
    const [both, { specs }] = await explainJson(project, 'bad.image.yaml', HERO);
    expect(both.code).toBe(1);
    expect(specs[1]).toMatchObject({ file: HERO, state: 'new' });
    expect(specs[0]).toMatchObject({
      key: null,
      state: null,
      usd: null,
      prompt: null,
      request: null,
    });
    const [first] = specs[0]!['diagnostics'] as Record<string, unknown>[];
    expect(Object.keys(first!)).toEqual([
      'code',
      'severity',
      'file',
      'line',
      'column',
      'message',
      'hint',
    ]);
  });

  it('shows no secret of a model', async () => {
    const input = 'input: { hf_token: hf-1, loras: [{ token: hf-2 }], steps: 4 }\n';
    const project = createFiles({
      'a.image.yaml': `prompt: A\nalt: x\nmodel: fal-ai/flux/dev\n${input}`,
    });
    const { out } = await run(project, ['explain', 'a.image.yaml']);
    expect(out).toContain('input.hf_token  ');
    const [json, { specs }] = await explainJson(project, 'a.image.yaml');
    expect(specs[0]!['request']).toMatchObject({ input: { hf_token: '…', steps: 4 } });
    for (const text of [out, json.out]) expect(text).not.toMatch(/hf-\d/);
  });

  it('shows warnings and goes on', async () => {
    const project = createFiles({ 'a.image.yaml': spec('A', 'input: { seed: 4 }\n') });
    const { code, out } = await run(project, ['explain', 'a.image.yaml']);
    expect(code).toBe(2);
    expect(out).toContain('warning SPEC_INPUT_UNKNOWN');
    expect(out).toContain('Prompt, as it is sent\n  A\n');
  });

  it('fails for an original that is damaged beyond repair', async () => {
    const project = createFiles();
    await run(project, ['generate', '--yes']);
    project.write(`.image-prompt/originals/${originals(project)[0]}`, 'not a picture');
    expect((await run(project, ['explain', HERO])).out).toContain('kept: ');
    project.remove('.image-prompt/state/objects');
    const { code, out } = await run(project, ['explain', HERO]);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}broken: .* is (corrupt|missing); 1 of 1 candidate$/m);
  });

  it('shows no control characters, and cuts long values in the table only', async () => {
    const long = 'word '.repeat(40).trim();
    const text = `prompt: "${long} \\e[2J \\u202e"\nalt: x\nvars: { "a\\e[1mb": c }\n`;
    const project = createFiles({ 'a.image.yaml': text });
    const { out } = await run(project, ['explain', 'a.image.yaml']);
    expect(out).not.toContain(ESCAPE);
    expect(out).not.toContain('\u202e');
    expect(out).toContain(`\n  ${long} `);
    expect(out).toMatch(/^ {2}prompt +"(word )+.*… +a\.image\.yaml:1$/m);
    const [, { specs }] = await explainJson(project, 'a.image.yaml');
    expect(specs[0]!['prompt']).toBe(`${long} ${ESCAPE}[2J \u202e`);
  });

  it('wants to be told which spec', async () => {
    const { code, out, err } = await run(createFiles(), ['explain']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('CONFIG_INVALID');
    expect(err).toContain('image-prompt explain .');
  });
});

describe.each(['README.md', 'docs/looks.md'])('the look in %s', (page) => {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const files = [...text.matchAll(/^`(src\/\S+)`:?\n\n```yaml\n([\s\S]*?)```/gm)].map(
    ([, file, content]): [string, string] => [file!, content!],
  );

  it('is what the command explains', async () => {
    expect(files.map(([file]) => file)).toEqual(['src/look.yaml', 'src/pier.image.yaml']);
    const project = createProject({
      'image-prompt.config.mjs': configFor(service),
      ...Object.fromEntries(files),
    });
    const { code, out, err } = await run(project, ['explain', 'src/pier.image.yaml']);
    expect([code, err]).toEqual([2, '']);
    expect(out).toContain('Dusk after rain');
    const shown = /```console\n\$ npx image-prompt explain .*\n([\s\S]*?)```/.exec(text)?.[1];
    const [lines, real] = [shown?.split('\n') ?? [], out.split('\n')];
    expect(lines.filter((line) => line.trim() !== '…' && !real.includes(line))).toEqual([]);
  });
});
