// What the package's types say to the compilers people have.
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/helpers.ts';
import type { Project } from '../helpers/project.ts';
import {
  COMPILERS,
  type CompileOptions,
  compile,
  createTypedProject,
  expectedErrors,
  isBuilt,
} from './helpers.ts';

const SPECS = {
  'src/hero.image.yaml': `prompt: A secret that no type may tell
alt: It's a "quiet" café
image_size: 1200x630
output: { width: 600, sizes: '(min-width: 40rem) 600px, 100vw', priority: true }
`,
  'src/logo.image.yml': `prompt: A
alt: ''
output: { formats: [png, fallback], placeholder: thumbhash }
`,
  'src/poster.image.yaml': `prompt: "{{title}} {{theme}}"
alt: "{{title}}, {{theme}}"
vars: { title: { en: Tea, ja: お茶 } }
matrix: { locale: [en, ja], theme: [light, dark] }
`,
  'src/harbour.image.yaml': `prompt: A harbour
alt: A harbour
image_size: 1200x800
output: { formats: [webp, jpeg] }
sources:
  - { media: "(max-width: 40rem)", aspect: "1:2", formats: [avif] }
  - { media: "(prefers-color-scheme: dark)", prompt: By night, formats: [avif] }
`,
  'src/pages/left/team.image.yaml': 'prompt: A\nalt: Left\noutput: { placeholder: none }\n',
  'src/pages/right/team.image.yaml': 'prompt: A\nalt: Right\noutput: { placeholder: color }\n',
};
const CLIENT = 'unplugin-image-prompt/client';
const GENERAL = ['src/doors.ts', 'src/doors-wrong.ts', 'src/client.ts', 'src/client-wrong.ts'];
const EXACT = ['image-prompt.d.ts', 'src/exact.ts', 'src/exact-wrong.ts', 'src/pages/left/team.ts'];

/** Programs that together see every door with both ways to resolve modules. */
const PROGRAMS: Readonly<Record<string, CompileOptions>> = {
  'the client beside that of Vite': {
    resolution: 'bundler',
    types: ['vite/client', CLIENT],
    dom: true,
    files: GENERAL,
  },
  'the client alone, as Node resolves': {
    resolution: 'nodenext',
    types: [CLIENT, 'node'],
    dom: false,
    files: GENERAL,
  },
  'exact types beside the client of Vite': {
    resolution: 'bundler',
    types: ['vite/client'],
    dom: true,
    files: EXACT,
  },
  'exact types alone, as Node resolves': {
    resolution: 'nodenext',
    types: [],
    dom: false,
    files: EXACT,
  },
};

let project: Project;
beforeAll(async () => {
  project = createTypedProject(SPECS);
  const { code, err } = await run(project, ['types']);
  expect(code, err).toBe(0);
});

describe.skipIf(!isBuilt).each(COMPILERS)('%s (%s)', (compiler) => {
  it.each(Object.entries(PROGRAMS))('%s', async (_name, options) => {
    const expected = expectedErrors(project, options.files);
    expect(expected.length).toBeGreaterThan(4);
    expect(await compile(compiler, project, options)).toEqual(expected);
  });
});
