// A spec with several pictures, through every command that shows or changes them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spec, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';
import { configFor, type Ran, run } from './helpers.ts';

const FILE = 'src/poster.image.yaml';
const POSTER = `prompt: 'A poster: {{title}}, {{theme}}'
alt: '{{title}}'
image_size: 816x816
quality: low
num_images: 2
vars:
  title: { en: Tea, ja: お茶 }
matrix: { locale: [en, ja], theme: [light, dark] }
`;

let service: FalStandIn;
let project: Project;
const go = async (code: number, ...words: string[]): Promise<Ran> => {
  const ran = await run(project, words);
  expect(ran.code, ran.out + ran.err).toBe(code);
  return ran;
};

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(() => service.reset());

describe('a matrix', () => {
  beforeAll(() => {
    service.reset();
    project = createProject({
      'image-prompt.config.mjs': configFor(service),
      [FILE]: POSTER,
    });
  });

  it('is planned, made, listed and verified picture by picture', async () => {
    const { out } = await go(2, 'plan');
    expect(out.split('\n')[0]).toMatch(
      /^\+ {2}new {2}src\/poster\.image\.yaml en\.light {2}816×816/,
    );
    expect(out).toContain('8 pictures are missing: $0.08 in all');
    const made = await go(0, 'generate', '--yes');
    expect(made.err).toContain(`${FILE} ja.dark: stored`);
    expect(service.stats.billedImages).toBe(8);

    const listed = (await go(0, 'list')).out.split('\n').filter((line) => line.includes('ja.dark'));
    expect(listed).toHaveLength(2);
    const { originals } = (await go(0, 'list', '--json')).json() as {
      originals: { specs: string[]; names: string[]; file: string }[];
    };
    expect(originals.every(({ specs }) => specs.join() === FILE)).toBe(true);
    expect(new Set(originals.flatMap(({ names }) => names))).toEqual(
      new Set(['en.light', 'en.dark', 'ja.light', 'ja.dark'].map((name) => `${FILE} ${name}`)),
    );
    await go(0, 'verify');
    expect((await go(0, 'gc', '--json')).json()).toMatchObject({ orphans: [] });
  });

  it('has a pick for each, which other pictures keep theirs beside', async () => {
    const { out } = await go(0, 'pick', `${FILE}#ja.light`, '2');
    expect(out).toMatch(/^src\/poster\.image\.yaml ja\.light picks 2: [0-9a-f]{12}/);
    expect(project.readText(FILE)).toBe(`${POSTER}pick: { "ja.light": 2 }\n`);
    await go(0, 'pick', `${FILE}#en.dark`, '2');
    await go(0, 'sheet', '--out', 'sheet.html');
    const { specs } = (await go(0, 'sheet', '--json')).json() as {
      specs: { file: string; name: string; pick: number }[];
    };
    expect(specs.map(({ file, name, pick }) => [file, name, pick])).toEqual([
      [FILE, 'en.light', 1],
      [FILE, 'en.dark', 2],
      [FILE, 'ja.light', 2],
      [FILE, 'ja.dark', 1],
    ]);
    const page = project.readText('sheet.html');
    expect(page).toContain(`<h2>${FILE} ja.dark</h2>`);
    expect(page).toContain('image-prompt pick &quot;src/poster.image.yaml#ja.dark&quot; 2');
    expect((await go(0, 'plan', '--json')).json()).toMatchObject({ total: { images: 0 } });
  });

  it.each([
    [['pick', FILE, '1'], 'has 4 pictures: expected the name of one'],
    [['pick', `${FILE}#fr.light`, '1'], 'has no picture "fr.light"'],
    [['explain', FILE, '--cell', 'fr'], 'has no picture "fr"'],
  ])('%j says which pictures there are', async (words, said) => {
    const { err } = await go(1, ...words);
    expect(err).toContain(said);
    expect(err).toContain('Its pictures are en.light, en.dark, ja.light, ja.dark.');
  });

  it('is explained as a whole, and picture by picture', async () => {
    const { out } = await go(0, 'explain', FILE, '--cell', 'ja.dark');
    expect(out).toMatch(/^src\/poster\.image\.yaml ja\.dark\n/);
    expect(out).toContain('Prompt, as it is sent\n  A poster: お茶, dark\n');
    expect(out).toMatch(/\{\{title\}\} +"お茶" +src\/poster\.image\.yaml:7/);
    expect(out).toMatch(/\{\{theme\}\} +"dark" +src\/poster\.image\.yaml:8/);
    const { specs } = (await go(0, 'explain', FILE, '--json')).json() as {
      specs: { key: string; pictures: { name: string; key: string }[] }[];
    };
    const [{ key, pictures }] = specs as [(typeof specs)[0]];
    expect(pictures.map(({ name }) => name)).toEqual([
      'en.light',
      'en.dark',
      'ja.light',
      'ja.dark',
    ]);
    expect(key).toBe(pictures[0]!.key);
    expect(new Set(pictures.map((one) => one.key)).size).toBe(4);
  });
});

describe('sources', () => {
  beforeAll(() => {
    service.reset();
    project = createProject({
      'image-prompt.config.mjs': configFor(service),
      'src/a.image.yaml': spec(
        'Day',
        'sources:\n  - { media: "(max-width: 40rem)", aspect: "1:2" }\n  - { media: "(prefers-color-scheme: dark)", prompt: Night }\n',
      ),
    });
  });

  it('have candidates on the sheet when they are pictures of their own', async () => {
    await go(0, 'generate', '--yes');
    expect(service.stats.billedImages).toBe(2);
    await go(0, 'sheet', '--out', 'sheet.html');
    const headings = [...project.readText('sheet.html').matchAll(/<h2>(.*?)<\/h2>/g)];
    expect(headings.map((match) => match[1])).toEqual([
      'src/a.image.yaml',
      'src/a.image.yaml (prefers-color-scheme: dark)',
    ]);
  });

  it('are no pictures of a matrix', async () => {
    const { err } = await go(1, 'pick', 'src/a.image.yaml#print', '1');
    expect(err).toContain('has no matrix');
    const source = 'src/a.image.yaml#(prefers-color-scheme: dark)';
    expect((await go(1, 'pick', source, '1')).err).toContain('item of `sources`');
  });
});

describe('a word that names no spec', () => {
  it('is answered with what was meant', async () => {
    const { err } = await go(1, 'plan', 'src/b.image.yaml');
    expect(err).toContain('There is no file "src/b.image.yaml"');
    expect(err).toContain('src/a.image.yaml');
    const { err: ofCell } = await go(1, 'generate', '--more', '1', 'src/a.image.yaml#en');
    expect(ofCell).toContain('Write "src/a.image.yaml"');
  });
});
