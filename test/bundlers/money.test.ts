// Real builds through the real fal client against the stand-in: what is paid for, when, and what a
// build leaves behind.
import { describe, expect, test } from 'vitest';
import {
  BUNDLERS,
  type Bundler,
  build,
  buildOk,
  createProject,
  type Finished,
  type Project,
  runBin,
} from '../helpers/bundlers.ts';
import { KEY, useFal } from '../helpers/bundlers-fal.ts';
import { CANARY, fixture } from '../helpers/bundlers-fixture.ts';

const fal = useFal();
const { env } = fal;

const paid = (): [submits: number, images: number] => [
  fal.standIn.stats.submits,
  fal.standIn.stats.billedImages,
];

/** The program that people run; where it is of another package, or takes no plugins, the API. */
async function runBuild(project: Project, bundler: Bundler): Promise<Finished> {
  if (bundler !== 'vite' && bundler !== 'rollup' && bundler !== 'rolldown') {
    return await buildOk(project, bundler, env);
  }
  const words = bundler === 'vite' ? ['build'] : ['-c', `${bundler}.config.mjs`];
  const finished = await runBin(project, [bundler, ...words], env);
  if (finished.code !== 0) throw new Error(finished.stderr);
  return finished;
}

function imagesOf(project: Project): string[] {
  const digests = Object.entries(project.digests('dist'));
  return digests.flatMap(([name, digest]) => (/\.(avif|webp|jpg)$/.test(name) ? [digest] : []));
}

/** Nothing that was printed or written may hold the key; only records may hold the prompt. */
function assertNothingLeaked(project: Project, finished: Finished): void {
  const said = finished.stdout + finished.stderr;
  for (const word of [KEY, ...KEY.split(':')]) expect(said).not.toContain(word);
  expect(said).not.toContain(CANARY);
  for (const folder of ['dist', '.image-prompt', 'node_modules/.cache']) {
    for (const name of project.files(folder)) {
      const text = project.read(`${folder}/${name}`);
      for (const word of [KEY, ...KEY.split(':')]) expect(text, name).not.toContain(word);
      if (folder === 'dist') expect(text, name).not.toContain(CANARY);
    }
  }
}

/** The project of the last bundler, bought and built, for the tests after. */
let bought: Project;

describe.each(BUNDLERS)('%s', (bundler) => {
  test('pays once for each missing picture, and never again', async () => {
    fal.standIn.reset();
    const project = createProject(fixture());

    const first = await runBuild(project, bundler);
    expect(paid()).toEqual([3, 3]);
    expect(fal.standIn.inputs.map((input) => input['image_size'])).toEqual(
      expect.arrayContaining([
        { width: 816, height: 816 },
        { width: 1088, height: 608 },
        { width: 1200, height: 640 },
      ]),
    );
    const digests = project.digests('dist');
    // 2 + 1 + 2 widths in 3 formats.
    expect(imagesOf(project)).toHaveLength(15);
    assertNothingLeaked(project, first);

    project.remove('dist');
    await runBuild(project, bundler);
    expect(project.digests('dist')).toEqual(digests);

    project.remove('dist', 'node_modules/.cache');
    const third = await runBuild(project, bundler);
    expect(project.digests('dist')).toEqual(digests);
    assertNothingLeaked(project, third);
    expect(paid()).toEqual([3, 3]);
    bought = project;
  });

  test('an edit of the text alternative or of the output costs nothing', async () => {
    fal.standIn.reset();
    const project = bought.copy(
      '.image-prompt',
      'src',
      'index.html',
      ...BUNDLERS.map((name) => `${name}.config.mjs`),
    );
    const name = 'src/square.image.yaml';
    const edited = project
      .read(name)
      .replace('A kettle', 'A red kettle')
      .replace('[200, 400]', '[240]');
    project.write({ [name]: edited });
    await runBuild(project, bundler);
    expect(imagesOf(project)).toHaveLength(12);
    expect(fal.standIn.requests).toEqual([]);
  });

  test('a frozen build names every missing picture with its price and sends nothing', async () => {
    fal.standIn.reset();
    const project = createProject(fixture());
    const { ok, errors } = await build(project, bundler, { ...env, CI: '1' });
    expect(ok).toBe(false);
    const said = errors.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
    expect(said).toContain('MISSING_FROZEN');
    for (const file of ['square', 'wide', 'card']) {
      expect(said).toMatch(new RegExp(`src/${file}\\.image\\.yaml +\\$0\\.01`));
    }
    expect(said).toContain('$0.03');
    expect(said).toContain('CI is set');
    expect(said).not.toContain(CANARY);
    expect(fal.standIn.requests).toEqual([]);
    expect(project.files('.image-prompt')).toEqual([]);
  });
});

test('a committed store builds elsewhere without key or network, the same in every bundler', async () => {
  fal.standIn.reset();
  const clone = bought.copy(
    '.image-prompt/originals',
    'src',
    'index.html',
    ...BUNDLERS.map((name) => `${name}.config.mjs`),
  );
  const expected = imagesOf(bought).sort();
  const store = clone.digests('.image-prompt');
  for (const bundler of BUNDLERS) {
    clone.remove('dist', 'node_modules/.cache');
    await buildOk(clone, bundler, { CI: '1' });
    expect(imagesOf(clone).sort(), bundler).toEqual(expected);
  }
  // The last one is the bundler that bought them: its whole output is the same, names included.
  expect(clone.digests('dist')).toEqual(bought.digests('dist'));
  expect(clone.digests('.image-prompt')).toEqual(store);
  expect(fal.standIn.requests).toEqual([]);
});

test('a build that lacks pictures says which options the command line does not see', async () => {
  fal.standIn.reset();
  const project = createProject(fixture({ options: "{ defaults: { quality: 'low' } }" }));
  const frozen = await build(project, 'vite', { ...env, CI: '1' });
  expect(JSON.stringify(frozen.errors)).toContain('Move `defaults` from');
  project.write({
    'image-prompt.config.mjs': "export default { defaults: { quality: 'low' } };\n",
  });
  const known = await build(project, 'vite', { ...env, CI: '1' });
  expect(JSON.stringify(known.errors)).toContain('MISSING_FROZEN');
  expect(JSON.stringify(known.errors)).not.toContain('Move `defaults` from');
});

test('an import of a URL alone emits that file alone', async () => {
  for (const bundler of ['vite', 'rollup', 'rolldown'] as const) {
    const project = createProject({
      ...fixture({
        imports: `import { sketch } from 'unplugin-image-prompt';`,
        options: '{ provider: sketch() }',
      }),
      'src/main.js': "import url from './square.image.yaml?url';\nglobalThis.result = { url };\n",
    });
    await buildOk(project, bundler);
    expect(imagesOf(project), bundler).toHaveLength(1);
  }
});

test.each(BUNDLERS)(
  '%s: a chain is made in order from its end, each picture once',
  async (bundler) => {
    fal.standIn.reset();
    const files = fixture();
    const project = createProject({
      ...files,
      // The upstream is imported by nobody, and the end of the chain once.
      'src/chain.image.yaml': `prompt: The same kettle at night\nalt: A kettle at night\nimage_size: 816x816\nquality: low\nedit: { images: [./square.image.yaml] }\noutput: { widths: [200] }\n`,
      'src/main.js': "import chain from './chain.image.yaml';\nglobalThis.result = { chain };\n",
    });
    await buildOk(project, bundler, env);
    expect(paid()).toEqual([2, 2]);
    const [first, second] = fal.standIn.inputs;
    expect([first!['image_urls'], (second!['image_urls'] as string[]).length]).toEqual([
      undefined,
      1,
    ]);
    expect(fal.standIn.stats.uploads).toBe(1);
    expect(imagesOf(project)).toHaveLength(3);
    const before = project.digests('dist');
    await buildOk(project, bundler, { CI: '1' });
    expect(project.digests('dist')).toEqual(before);
    expect(paid()).toEqual([2, 2]);
  },
);

test.each(BUNDLERS)(
  '%s: of six pictures of a matrix two are imported, and two are paid',
  async (bundler) => {
    fal.standIn.reset();
    const project = createProject({
      ...fixture(),
      'src/poster.image.yaml': `prompt: 'A poster that says {{title}}, {{theme}}'
alt: '{{title}}'
image_size: 816x816
quality: low
vars: { title: { en: Tea, ja: お茶, ko: 차 } }
matrix: { locale: [en, ja, ko], theme: [light, dark] }
output: { widths: [200], formats: [jpeg] }
`,
      'src/main.js': `import ja from './poster.image.yaml?locale=ja';
import url from './poster.image.yaml?locale=ja&theme=dark&url';
globalThis.result = { ja, url };
`,
    });
    await buildOk(project, bundler, env);
    expect(paid()).toEqual([2, 2]);
    expect(fal.standIn.inputs.map(({ prompt }) => prompt).sort()).toEqual([
      'A poster that says お茶, dark',
      'A poster that says お茶, light',
    ]);
    expect(imagesOf(project)).toHaveLength(2);
    await buildOk(project, bundler, { CI: '1' });
    expect(paid()).toEqual([2, 2]);
    // One URL cannot stand for many pictures.
    project.write({
      'src/main.js': "import url from './poster.image.yaml?url';\nglobalThis.result = { url };\n",
    });
    const refused = await build(project, bundler, env);
    expect(refused.ok).toBe(false);
    expect(JSON.stringify(refused.errors)).toContain('SPEC_QUERY');
    expect(paid()).toEqual([2, 2]);
  },
);

describe.each([
  ['a page', (query: string) => ({ 'index.html': `<img src="./src/set.image.yaml${query}">` })],
  [
    'a style sheet',
    (query: string) => ({
      'index.html': '<link rel="stylesheet" href="./src/style.css">',
      'src/style.css': `main { background: url("./set.image.yaml${query}") }`,
    }),
  ],
])('%s that names a set', (_place, write) => {
  const SET = `prompt: '{{locale}}'
alt: x
image_size: 816x816
quality: low
matrix: { locale: [en, ja] }
output: { widths: [200], formats: [jpeg] }
`;

  test('is refused before anything is bought, and buys the one that it names', async () => {
    fal.standIn.reset();
    const project = createProject({ ...fixture(), 'src/set.image.yaml': SET, ...write('') });
    const refused = await build(project, 'vite', env);
    expect(refused.ok).toBe(false);
    const told = JSON.stringify(refused.errors);
    expect(told).toContain('SPEC_QUERY');
    expect(told).toContain('?locale=en: locale (en, ja)');
    expect(paid()).toEqual([0, 0]);
    project.write(write('?locale=ja'));
    await buildOk(project, 'vite', env);
    expect(fal.standIn.inputs.map(({ prompt }) => prompt)).toEqual(['ja']);
    await buildOk(project, 'vite', { CI: '1' });
    expect(paid()).toEqual([1, 1]);
  });
});
