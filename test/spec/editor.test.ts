// What the schema is for: an editor that completes, explains and checks specs. The editor is the real
// yaml-language-server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specJsonSchema } from '../../src/spec/json-schema.ts';
import { createProject, type Project } from '../helpers/project.ts';
import { type Offer, openYamlEditor, type YamlEditor } from '../helpers/yaml-editor.ts';

const MODELINE = '# yaml-language-server: $schema=../schema/spec.schema.json\n';

let project: Project;
let editor: YamlEditor;
beforeAll(async () => {
  const text = JSON.stringify(specJsonSchema(), null, 2);
  project = createProject({ 'schema/spec.schema.json': text, 'src/a.image.yaml': MODELINE });
  editor = await openYamlEditor(project.root);
});
afterAll(() => editor.close());

const complete = (text: string) => editor.complete('src/a.image.yaml', MODELINE + text);
const hover = (text: string) => editor.hover('src/a.image.yaml', MODELINE + text);
const diagnose = async (text: string) => {
  const marks = await editor.diagnose('src/a.image.yaml', MODELINE + text);
  return marks.map(({ message, range: { start } }) => ({ ...start, message }));
};

/** Label → text beside it. */
function textsOf(offers: readonly Offer[]): Record<string, string> {
  return Object.fromEntries(
    offers.map(({ label, documentation }) => [
      label,
      typeof documentation === 'string' ? documentation : (documentation?.value ?? ''),
    ]),
  );
}

describe('completion', () => {
  test('offers the fields of a spec, each with its text', async () => {
    const texts = textsOf(await complete('|'));
    expect(Object.keys(texts)).toEqual(Object.keys(specJsonSchema()['properties'] as object));
    for (const text of Object.values(texts)) expect(text.length).toBeGreaterThan(9);
    expect(texts['vars']).toContain('`{{name}}`');
  });

  test('offers the fields that are not there yet', async () => {
    const labels = (await complete('prompt: A quiet street\nqu|')).map(({ label }) => label);
    expect(labels).toContain('quality');
    expect(labels).not.toContain('prompt');
  });

  test('offers the fields of a map', async () => {
    const output = (await complete('output:\n  |')).map(({ label }) => label);
    expect(output).toEqual(expect.arrayContaining(['widths', 'formats', 'aspect', 'placeholder']));
    const prompt = textsOf(await complete('prompt:\n  |'));
    expect(prompt['scene']).toContain('Where and when');
    const formats = await complete('output:\n  quality:\n    |');
    expect(formats.map(({ insertText }) => insertText)).toContain('avif: ');
  });

  test('writes nothing into `output` that nobody asked for', async () => {
    const output = (await complete('ou|')).find(({ label }) => label === 'output');
    expect(output?.insertText?.trim()).toBe('output:');
  });

  test.each<[string, Record<string, string>]>([
    ['quality: |', { low: '$0.01', medium: '$0.04', high: '$0.15' }],
    ['output_format: |', { png: 'transparency', jpeg: 'without', webp: 'with' }],
    ['image_size: |', { square_hd: '1024×1024', landscape_16_9: '1024×576' }],
    ['output:\n  placeholder: |', { blur: 'blurred', color: 'colour', none: 'Nothing' }],
    ['output:\n  fit: |', { cover: 'crops', contain: 'whole picture' }],
    ['output:\n  position: |', { attention: 'skin', 'right top': 'upper right' }],
    ['output:\n  loading: |', { lazy: 'near', eager: 'At once' }],
    ['output:\n  formats:\n    - |', { avif: 'smallest', fallback: 'transparency' }],
    ['output:\n  quality:\n    avif:\n      chromaSubsampling: |', { '4:4:4': 'sharp' }],
  ])('offers the words of %j, each with its text', async (text, expected) => {
    const texts = textsOf(await complete(text));
    for (const [word, part] of Object.entries(expected)) {
      const label = Object.keys(texts).find((one) => one.replaceAll('"', '') === word);
      expect([word, label === undefined ? null : texts[label]]).toEqual([
        word,
        expect.stringContaining(part),
      ]);
    }
  });

  test('names an example that is a map', async () => {
    const offers = await complete('image_size: |');
    const map = offers.find(({ label }) => label === '{ width: 1536, height: 1024 }');
    expect(map?.insertText).toContain('width: 1536');
    expect(offers.map(({ label }) => label)).not.toContain('[object Object]');
  });
});

describe('hover', () => {
  test('explains a field, its words and what it is for', async () => {
    const text = await hover('prompt: x\nqual|ity: high\n');
    expect(text).toContain('#### quality');
    expect(text).toContain('decides the price');
    expect(text).toMatch(/`high`: .*\$0\.15/);
    expect(text).toMatch(/`low`: .*\$0\.01/);
  });

  test.each([
    ['prom|pt: A street\n', 'What the picture shows. `{{name}}`'],
    ['prompt:\n  sub|ject: A street\n', 'Who or what the picture is about.'],
    ['image_s|ize: 1200x630\n', 'a preset, a map or WIDTHxHEIGHT'],
    ['output:\n  as|pect: "16:9"\n', 'Crop to this ratio'],
    ['output:\n  quality:\n    av|if: 40\n', 'AVIF: quality, `auto`'],
    ['pi|ck: 2\n', '#### pick (number)\n\nThe candidate to show'],
  ])('of %j', async (text, expected) => {
    const shown = await hover(text);
    expect(shown).toContain(expected);
    expect(shown).not.toContain('||');
  });
});

describe('marks', () => {
  test.each([
    ['a spec', 'prompt: A quiet street\nalt: A street\nquality: low\n'],
    ['parts', 'prompt: { scene: Night, details: [rain, neon] }\nalt: ""\n'],
    ['a spec with a base', 'extends: ./house-style.yaml\nalt: A street\n'],
    ['a base', 'extends: ../base.yaml\nquality: low\noutput: { formats: [avif, fallback] }\n'],
    [
      'all of output',
      'prompt: x\nalt: y\noutput: { quality: auto, aspect: 1.5, priority: true }\n',
    ],
  ])('nothing in %s', async (_what, text) => {
    expect(await diagnose(text)).toEqual([]);
  });

  test.each([
    ['promt: x\nprompt: y\nalt: z\n', 1, 0, 'promt'],
    ['prompt: x\nalt: y\nquality: hihg\n', 3, 9, '"low", "medium", "high"'],
    ['prompt: x\nalt: y\nimage_size: landscape\n', 3, 12, '"landscape_4_3"'],
    ['prompt: x\nalt: 5\n', 2, 5, '"string"'],
    ['prompt: { scen: x }\nalt: y\n', 1, 10, 'scen'],
    ['prompt: x\nalt: y\noutput: { quality: { avif: { efort: 3 } } }\n', 3, 29, 'efort'],
    ['prompt: x\nalt: y\noutput: { quality: { avif: 300 } }\n', 3, 27, '100'],
    ['prompt: x\nalt: y\noutput: { priority: maybe }\n', 3, 20, 'true, false'],
  ])('the mistake in %j', async (text, line, character, message) => {
    expect(await diagnose(text)).toEqual([
      { line, character, message: expect.stringContaining(message) },
    ]);
  });

  test('what is missing without a base', async () => {
    const marks = await diagnose('prompt: x\n');
    expect(marks).toMatchObject([{ message: expect.stringContaining('"alt"') }]);
  });
});
