import { describe, expect, it } from 'vitest';
import { load, placesOf } from './helpers.ts';

const HEAD = 'prompt: "{{title}}"\nalt: x\n';
const AXES = 'matrix: { locale: [en, ja], theme: [light, dark] }\n';

const promptsOf = async (text: string): Promise<string[]> => {
  const { parts, diagnostics } = await load(text);
  expect(diagnostics).toEqual([]);
  return parts.map(({ spec }) => `${spec.name}: ${spec.prompt}`);
};
const hintsOf = async (text: string): Promise<string[]> =>
  (await load(text)).diagnostics.map(({ line, column, hint }) => `${line}:${column} ${hint}`);

describe('variables of a matrix', () => {
  it('say the values of axes themselves, and leave other braces alone', async () => {
    expect(
      await promptsOf(
        `${HEAD}vars: { title: "{{ locale }} {{x}} {{{{theme}} {{theme}}" }\n${AXES}`,
      ),
    ).toEqual([
      'en.light: en {{x}} {{{{theme}} light',
      'en.dark: en {{x}} {{{{theme}} dark',
      'ja.light: ja {{x}} {{{{theme}} light',
      'ja.dark: ja {{x}} {{{{theme}} dark',
    ]);
  });

  it('mean nothing without a matrix, as ever', async () => {
    expect(await promptsOf(`${HEAD}vars: { title: "{{locale}}" }\n`)).toEqual(['null: {{locale}}']);
  });

  it('by an axis may stand in an item of sources, whose other variables are those of the spec', async () => {
    expect(
      await promptsOf(
        `${HEAD.replace('{{title}}', '{{title}}, {{mood}}')}vars: { title: { en: Tea, ja: お茶 }, mood: calm }\nmatrix: { locale: [en, ja] }\nsources:\n  - { media: print, vars: { title: { en: Menu, ja: 品書き } } }\n`,
      ),
    ).toEqual([
      'en: Tea, calm',
      'en print: Menu, calm',
      'ja: お茶, calm',
      'ja print: 品書き, calm',
    ]);
  });

  it.each([
    ['{ en: Tea, jaa: お茶 }', ['3:9 Add `ja:` to it.', '3:27 Did you mean `ja`?']],
    ['{ en: Tea }', ['3:9 Add `ja:` to it.']],
    ['{ de: Tee }', ['3:9 Name the values of one of locale, theme.']],
    ['{}', ['3:9 Name the values of one of locale, theme.']],
  ])('%s is told at its place, with what to do', async (vars, expected) => {
    expect(await hintsOf(`${HEAD}vars: { title: ${vars} }\n${AXES}`)).toEqual(expected);
  });
});

describe('pick of a matrix', () => {
  it.each([
    ['pick: { en.lihgt: 2 }', AXES, ['4:9 Did you mean `en.light`?']],
    ['pick: { en: 2 }', AXES, ['4:9 There are en.light, en.dark, ja.light, ja.dark.']],
    ['pick: { en: 2 }', '', ['4:1 Write the number of one candidate.']],
  ])('%s', async (pick, axes, expected) => {
    const text = `prompt: A\nalt: x\n\n${pick}\n${axes}`;
    expect(await hintsOf(text)).toEqual(expected);
  });
});

it('two pictures of one name are refused', async () => {
  const loaded = await load('prompt: A\nalt: x\nmatrix: { a: [x, x.y], b: [y.z, z] }\n');
  expect(placesOf(loaded)).toEqual(['SPEC_MATRIX 3:9']);
});

it.each([
  ['aspect: "1:1"', false],
  ['num_images: 2', false],
  ['pick: 2', true],
  ['prompt: B', true],
])('a source with %s is cut from another original: %s', async (field, isAnother) => {
  const { parts } = await load(`prompt: A\nalt: x\nsources:\n  - { media: print, ${field} }\n`);
  expect(parts.map((one) => one.isAnother)).toEqual([false, isAnother]);
});
