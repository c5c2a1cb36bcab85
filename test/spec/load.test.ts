import { describe, expect, test } from 'vitest';
import type { SpecDefaults } from '../../src/spec/types.ts';
import { load, placesOf, resolveSpecOf } from './helpers.ts';

const OK = 'prompt: A café\nalt: x\n';

test('a spec of two fields gets every default', async () => {
  expect(await resolveSpecOf('prompt: A café\nalt: ""\n')).toEqual({
    file: 'hero.image.yaml',
    prompt: 'A café',
    alt: '',
    model: 'openai/gpt-image-2',
    picture: { width: 1024, height: 768 },
    quality: 'high',
    outputFormat: 'png',
    numImages: 1,
    pick: 1,
    pickPlace: null,
    name: null,
    isSource: false,
    revision: null,
    edit: null,
    input: {},
    output: {
      widths: null,
      formats: ['avif', 'webp', 'fallback'],
      quality: { avif: { quality: 50 }, webp: { quality: 75 }, jpeg: { quality: 80 }, png: {} },
      sizes: null,
      width: null,
      aspect: null,
      fit: 'cover',
      position: 'centre',
      placeholder: 'blur',
      loading: 'lazy',
      priority: false,
      provenance: true,
    },
  });
});

describe('fields', () => {
  test.each([
    ['image_size: square', { picture: { width: 512, height: 512 } }],
    ['image_size: 1200x630', { picture: { width: 1200, height: 630 } }],
    ['image_size: { width: 1536, height: 1024 }', { picture: { width: 1536, height: 1024 } }],
    ['pick: 3', { pick: 3 }],
    ['pick: 123456', { pick: 123456 }],
    ['pick: "123456"', { pick: '123456' }],
    ['pick: 3F9A1C', { pick: '3f9a1c' }],
    ['revision: 2', { revision: '2' }],
    ['revision: "2"', { revision: '2' }],
    ['revision: 1.5', { revision: '1.5' }],
    ['num_images: 4', { numImages: 4 }],
    ['model: fal-ai/flux/dev', { quality: null, outputFormat: null }],
    [
      'model: fal-ai/flux/dev\nquality: low\noutput_format: webp',
      { quality: 'low', outputFormat: 'webp' },
    ],
    ['model: fal-ai/flux/dev\nimage_size: 99x16384', { picture: { width: 99, height: 16384 } }],
    [
      'model: a/b-c.d_e/f\ninput: { steps: 4, deep: [{ a: null }] }',
      { input: { steps: 4, deep: [{ a: null }] } },
    ],
  ])('%s', async (text, expected) => {
    expect(await resolveSpecOf(`${OK}${text}\n`)).toMatchObject(expected);
  });
});

describe('output', () => {
  test.each([
    ['aspect: 16:9', { aspect: { width: 16, height: 9 } }],
    ['aspect: "1.91 : 1"', { aspect: { width: 1.91, height: 1 } }],
    ['aspect: 1.5', { aspect: { width: 1.5, height: 1 } }],
    ['aspect: 0.5:1', { aspect: { width: 0.5, height: 1 } }],
    ['quality: { avif: 60 }', { quality: { avif: { quality: 60 }, webp: { quality: 75 } } }],
    [
      'quality: { avif: { effort: 6 }, png: { progressive: true } }',
      { quality: { avif: { quality: 50, effort: 6 }, png: { progressive: true } } },
    ],
    [
      'quality: auto',
      {
        quality: {
          avif: { quality: 'auto' },
          webp: { quality: 'auto' },
          jpeg: { quality: 'auto' },
          png: {},
        },
      },
    ],
    [
      'quality: { avif: auto, webp: 70, jpeg: { quality: auto, target: 0.97 } }',
      {
        quality: {
          avif: { quality: 'auto' },
          webp: { quality: 70 },
          jpeg: { quality: 'auto', target: 0.97 },
        },
      },
    ],
    // What keeps every pixel has nothing to search.
    [
      'quality: { webp: { quality: auto, lossless: true } }',
      { quality: { webp: { quality: 75, lossless: true } } },
    ],
    ['priority: true', { priority: true, loading: 'eager' }],
    ['loading: eager', { priority: false, loading: 'eager' }],
    ['formats: [webp, jpeg, webp]', { formats: ['webp', 'jpeg'] }],
    ['position: right top', { position: 'right top' }],
    ['position: attention', { position: 'attention' }],
    ['widths: [1, 16384]', { widths: [1, 16384] }],
    ['sizes: 50vw', { sizes: '50vw' }],
  ])('%s', async (text, expected) => {
    const { output } = await resolveSpecOf(`${OK}output:\n  ${text}\n`);
    expect(output).toMatchObject(expected);
  });

  test.each([
    '-1',
    '0',
    '"16"',
    '"16:9:1"',
    '"0:1"',
    '"1:0.0"',
    '"a:b"',
    '.inf',
    '"1e9:1"',
    '"-1:2"',
  ])('aspect %s is refused', async (aspect) => {
    const loaded = await load(`${OK}output:\n  aspect: ${aspect}\n`);
    expect(loaded.spec).toBeNull();
  });
});

describe('extends', () => {
  const files = {
    'hero.image.yaml':
      'extends: [styles/a.yaml, styles/b.yaml]\nalt: hero\noutput: { fit: fill }\n',
    'styles/a.yaml':
      'prompt: From a\nquality: low\noutput: { widths: [1, 2], fit: cover, sizes: a }\n',
    'styles/b.yaml': 'extends: ../root.yaml\noutput: { widths: [3], sizes: b }\nvars: { x: b }\n',
    'root.yaml': 'prompt: "From root {{x}} {{y}}"\nquality: medium\nvars: { x: root, y: root }\n',
  };

  test('later bases win over earlier ones, bases over their own, the spec over all', async () => {
    const spec = await resolveSpecOf(files);
    // b follows a in the list, and what b inherits counts as b's.
    expect(spec).toMatchObject({ prompt: 'From root b root', quality: 'medium', alt: 'hero' });
    expect(spec.output).toMatchObject({ widths: [3], fit: 'fill', sizes: 'b' });
  });

  test('names every file that was read, the spec first', async () => {
    const { dependencies } = await load({ ...files, 'styles/b.yaml': 'extends: none.yaml\n' });
    const names = dependencies.map((path) => path.replace(/^.*project\//, ''));
    expect(names).toEqual(['hero.image.yaml', 'styles/a.yaml', 'styles/b.yaml']);
  });

  test('names every file that is missing: it may appear', async () => {
    const { missing } = await load({ ...files, 'styles/b.yaml': 'extends: none.yaml\n' });
    expect(missing.map((path) => path.replace(/^.*project\//, ''))).toEqual(['styles/none.yaml']);
    expect((await load(files)).missing).toEqual([]);
  });

  test('a base that is reached twice is no circle and is read once', async () => {
    const { dependencies, diagnostics, spec } = await load({
      'hero.image.yaml': `extends: [a.yaml, b.yaml]\n${OK}`,
      'a.yaml': 'extends: c.yaml\n',
      'b.yaml': 'extends: c.yaml\n',
      'c.yaml': 'quality: low\n',
    });
    expect(diagnostics).toEqual([]);
    expect(spec?.quality).toBe('low');
    expect(dependencies).toHaveLength(4);
  });

  test('a tower of doubled bases takes no time', async () => {
    const tower: Record<string, string> = { 'hero.image.yaml': `extends: f0.yaml\n${OK}` };
    for (let level = 0; level < 30; level++) {
      tower[`f${level}.yaml`] = `extends: [f${level + 1}.yaml, f${level + 1}.yaml]\n`;
    }
    tower['f30.yaml'] = 'quality: low\n';
    expect((await load(tower)).spec?.quality).toBe('low');
  });

  test('a chain without end is refused', async () => {
    const chain: Record<string, string> = { 'hero.image.yaml': `extends: f0.yaml\n${OK}` };
    for (let level = 0; level < 60; level++) {
      chain[`f${level}.yaml`] = `extends: f${level + 1}.yaml\n`;
    }
    const { diagnostics } = await load(chain);
    expect(diagnostics.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'SPEC_EXTENDS f31.yaml',
    ]);
  });

  test('too many bases are refused once', async () => {
    const { diagnostics } = await load(`extends: [${'none.yaml, '.repeat(20_000)}]\n${OK}`);
    const counted = diagnostics.filter(({ message }) => message.includes('20000'));
    expect(counted).toHaveLength(1);
    expect(diagnostics.length).toBeLessThan(40);
  });

  test('a base outside the root is named from the root', async () => {
    const loaded = await load({
      'hero.image.yaml': `extends: ../shared/style.yaml\n${OK}`,
      '../shared/style.yaml': 'qualty: low\n',
    });
    expect(loaded.diagnostics[0]).toMatchObject({
      file: '../shared/style.yaml',
      line: 1,
      column: 1,
    });
  });

  test('with a base missing, nothing else is called missing', async () => {
    const loaded = await load('extends: none.yaml\nprompt: "{{x}}"\noutput: { fit: wide }\n');
    expect(placesOf(loaded)).toEqual(['SPEC_EXTENDS 1:10', 'SPEC_VALUE 3:16']);
  });

  test('a list in the spec replaces a list of the base; a map replaces text', async () => {
    const { prompt, output } = await resolveSpecOf({
      'hero.image.yaml':
        'extends: a.yaml\nalt: x\nprompt: { subject: A cat }\noutput: { widths: [9] }\n',
      'a.yaml': 'prompt: A dog\noutput: { widths: [1, 2, 3] }\n',
    });
    expect(prompt).toBe('Subject: A cat');
    expect(output.widths).toEqual([9]);
  });

  test('structured prompts merge part by part', async () => {
    const { prompt } = await resolveSpecOf({
      'hero.image.yaml': 'extends: a.yaml\nalt: x\nprompt: { subject: A cat }\n',
      'a.yaml': 'prompt: { scene: A street, subject: A dog, constraints: [No text] }\n',
    });
    expect(prompt).toBe('Scene: A street\nSubject: A cat\nConstraints: No text');
  });
});

describe('defaults', () => {
  const defaults: SpecDefaults = {
    model: 'fal-ai/flux/dev',
    quality: 'low',
    output: { fit: 'fill', quality: { avif: 40 } },
  };

  test('lie under spec and bases', async () => {
    const files = {
      'hero.image.yaml': `extends: a.yaml\n${OK}output: { quality: { webp: 60 } }\n`,
      'a.yaml': 'quality: medium\n',
    };
    const spec = await resolveSpecOf(files, defaults);
    expect(spec).toMatchObject({ model: 'fal-ai/flux/dev', quality: 'medium' });
    expect(spec.output).toMatchObject({
      fit: 'fill',
      quality: { avif: { quality: 40 }, webp: { quality: 60 } },
    });
  });

  test.each([
    [{ model: 'nope' }],
    [{ quality: 'best' }],
    [{ prompt: 'x' }],
    [{ output: { fit: 'wide' } }],
    [{ output: { colour: 1 } }],
    [{ output: 3 }],
    [[]],
  ])('%j is the fault of the configuration', async (wrong) => {
    await expect(load(OK, wrong as SpecDefaults)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('a field that is left undefined is not there', async () => {
    const spec = await resolveSpecOf(OK, { quality: undefined } as SpecDefaults);
    expect(spec.quality).toBe('high');
  });
});

describe('limits', () => {
  test.each([
    ['x'.repeat(32_000), []],
    ['😀'.repeat(32_000), []],
    ['x'.repeat(32_001), ['SPEC_PROMPT 2:9']],
    [`${'x'.repeat(32_000)}  `, []],
  ])('prompt %#', async (prompt, places) => {
    expect(placesOf(await load(`alt: x\nprompt: "${prompt}"\n`))).toEqual(places);
  });

  test('a file of 256 KiB is read, one byte more is not', async () => {
    const pad = (bytes: number): string => `${OK}#${' '.repeat(bytes)}`.slice(0, bytes - 1);
    expect((await load(pad(256 * 1024))).spec).not.toBeNull();
    expect(placesOf(await load(pad(256 * 1024 + 1)))).toEqual(['SPEC_TOO_LARGE 1:1']);
  });

  test.each([
    ['unknown fields', Array.from({ length: 25_000 }, (_, n) => `f${n}: 1`).join('\n')],
    [
      'unknown input',
      `input: {${Array.from({ length: 25_000 }, (_, n) => `f${n}: 1`).join(', ')}}`,
    ],
    ['wrong widths', `output: { widths: [${'0, '.repeat(80_000)}] }`],
  ])('%s by the thousand stay within a hundred diagnostics', async (_, text) => {
    const { diagnostics } = await load(`${OK}${text}\n`);
    expect(diagnostics.length).toBeLessThanOrEqual(100);
  });

  test('placeholders by the thousand', async () => {
    const { diagnostics } = await load(`alt: x\nprompt: "${'{{x}}'.repeat(50_000)}"\n`);
    expect(diagnostics).toHaveLength(100);
  });

  test('a secret is found behind a thousand warnings', async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `f${n}: 1`).join(', ');
    const { diagnostics, spec } = await load(`${OK}input: { ${names}, openai_api_key: sk-x }\n`);
    expect(spec).toBeNull();
    expect(diagnostics.some(({ code }) => code === 'SPEC_INPUT')).toBe(true);
  });
});

test('messages and frames never hold a secret or a whole prompt', async () => {
  const prompt = 'word '.repeat(200);
  const text = `input: { openai_api_key: sk-secret-1, a: sk-b }\nprompt: ${prompt}\nalt: 3\nmodel: ${prompt}\n`;
  const printed = JSON.stringify((await load(text)).diagnostics);
  expect(printed).not.toContain('sk-secret-1');
  expect(printed).not.toContain('word '.repeat(30));
});

test('Windows line ends change neither places nor values', async () => {
  const unix = 'prompt: |\n  One\n  {{two}}\nalt: x\nqualty: low\n';
  const windows = await load(unix.replaceAll('\n', '\r\n'));
  expect(placesOf(windows)).toEqual(['SPEC_VAR 3:3', 'SPEC_UNKNOWN_FIELD 5:1']);
});

test('a Compose file is not a spec, a spec that has services is a wrong spec', async () => {
  expect(placesOf(await load('services: {}\n'))).toEqual(['SPEC_COMPOSE 1:1']);
  expect(placesOf(await load(`${OK}services: {}\n`))).toEqual(['SPEC_UNKNOWN_FIELD 3:1']);
});
