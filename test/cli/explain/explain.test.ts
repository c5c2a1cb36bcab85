import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY, startService } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import type { Project } from '../../helpers/project.ts';
import { run } from '../helpers.ts';
import { createFiles as createFilesFor, explainJson, HERO, LOOK, OWN } from './helpers.ts';

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

const createFiles = (files: Record<string, string> = {}): Project => createFilesFor(service, files);

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
  changes with  prompt, model, image_size, quality, output_format, revision, edit, input; extends, vars, sources, matrix by their effect; the provider
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
      waitsFor: [],
      pictures: [],
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
});

describe('explain of a chain', () => {
  const CHAIN = {
    'src/room.image.yaml': 'prompt: A room\nalt: ""\nimage_size: 1024x1024\n',
    'src/snow.image.yaml':
      'prompt: The same in snow\nalt: ""\nimage_size: 1024x1024\nedit: { images: [./room.image.yaml] }\n',
  };

  it('says that a key is provisional, and shows no digest that nobody has', async () => {
    const project = createFiles(CHAIN);
    const snow = async () => (await explainJson(project, 'src/snow.image.yaml'))[1].specs[0]!;
    const before = await snow();
    expect(before).toMatchObject({ files: null, waitsFor: ['src/room.image.yaml'] });
    const { out } = await run(project, ['explain', 'src/snow.image.yaml']);
    expect(out).toContain('provisional: another one once src/room.image.yaml is there');
    expect(out).not.toContain('Files, as they are');

    expect((await run(project, ['generate', '--yes', ...Object.keys(CHAIN)])).code).toBe(0);
    const after = await snow();
    expect(after).toMatchObject({ waitsFor: [], state: 'kept' });
    expect(after['key']).not.toBe(before['key']);
    const { out: made } = await run(project, ['explain', 'src/snow.image.yaml']);
    expect(made).not.toContain('provisional');
    expect(made).toMatch(/Files, as they are in the key\n {2}edit\.images\[0\] +[0-9a-f]{64}\n/);
  });

  it('of a folder passes over specs that lack the cell, and says so when all do', async () => {
    const project = createFiles({
      ...CHAIN,
      'src/poster.image.yaml': 'matrix: { locale: [en, ja] }\nprompt: "{{locale}}"\nalt: ""\n',
    });
    const { out, err } = await run(project, ['explain', 'src', '--cell', 'ja']);
    expect(err).toBe('');
    expect(out).toContain('src/poster.image.yaml ja');
    expect(out).not.toContain('room.image.yaml');
    project.write('src/flawed.image.yaml', 'promt: x\n');
    const flawed = await run(project, ['explain', 'src', '--cell', 'ja']);
    expect([flawed.code, flawed.out.includes('SPEC_UNKNOWN_FIELD')]).toEqual([1, true]);
    project.remove('src/flawed.image.yaml');
    const none = await run(project, ['explain', 'src', '--cell', 'fr']);
    expect([none.code, none.err.includes('"fr"')]).toEqual([1, true]);
  });
});
