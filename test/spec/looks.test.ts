import { describe, expect, test } from 'vitest';
import { type Files, load, placesOf, resolveSpecOf } from './helpers.ts';

// What docs/looks.md promises to those who share a look.

const BRAND = `prompt:
  details:
    - Shot on 35 mm film
    - "{{light}}"
    - "{{extra}}"
  constraints: [No text, No logos]
vars:
  light: Soft window light
  extra: ""
quality: low
`;

async function promptOf(own: string, files: Files = {}): Promise<string> {
  const project = { 'brand.yaml': BRAND, ...files, 'hero.image.yaml': `alt: x\n${own}` };
  return (await resolveSpecOf(project)).prompt;
}

const CONSTRAINTS = 'Constraints: No text; No logos';

describe('variables of a base', () => {
  test('are defaults that a spec may leave or override', async () => {
    expect(await promptOf('extends: brand.yaml\nprompt: { subject: A cat }\n')).toBe(
      `Subject: A cat\nImportant details: Shot on 35 mm film; Soft window light\n${CONSTRAINTS}`,
    );
    expect(
      await promptOf('extends: brand.yaml\nprompt: { subject: A cat }\nvars: { light: Dusk }\n'),
    ).toBe(`Subject: A cat\nImportant details: Shot on 35 mm film; Dusk\n${CONSTRAINTS}`);
  });

  test('that are empty leave no trace, as an item and as a whole part', async () => {
    const more = 'vars: { extra: A red umbrella }\n';
    expect(await promptOf(`extends: brand.yaml\n${more}`)).toContain(
      'Soft window light; A red umbrella\n',
    );
    const files = { 'look.yaml': 'prompt: { scene: "{{place}}" }\nvars: { place: "" }\n' };
    expect(await promptOf('extends: look.yaml\nprompt: { subject: A cat }\n', files)).toBe(
      'Subject: A cat',
    );
  });

  test('may be named by the spec, and those of the spec by its base', async () => {
    const files = { 'look.yaml': 'prompt: { scene: "{{place}}, {{light}}" }\n' };
    const own = 'extends: [brand.yaml, look.yaml]\nvars: { place: A pier }\n';
    expect(await promptOf(`${own}prompt: { subject: "A cat in {{light}}" }\n`, files)).toMatch(
      /^Scene: A pier, Soft window light\nSubject: A cat in Soft window light\n/,
    );
  });

  test('that nobody defines are an error in the file that names them', async () => {
    const files = {
      'look.yaml': 'vars: { light: Dusk }\nprompt:\n  scene: "{{place}}, {{ligth}}"\n',
      'hero.image.yaml': 'extends: look.yaml\nalt: x\n',
    };
    const loaded = await load(files);
    expect(placesOf(loaded)).toEqual(['SPEC_VAR 3:11', 'SPEC_VAR 3:22']);
    expect(loaded.diagnostics.map(({ file }) => file)).toEqual(['look.yaml', 'look.yaml']);
    expect(loaded.diagnostics[1]?.hint).toContain('`light`');
  });

  test('merge one by one through chains and several bases; the later base wins', async () => {
    const files = {
      'a.yaml': 'extends: root.yaml\nvars: { one: a, two: a }\n',
      'b.yaml': 'extends: root.yaml\nvars: { two: b }\n',
      'root.yaml':
        'prompt: "{{one}} {{two}} {{three}} {{four}}"\nvars: { two: r, three: r, four: r }\n',
    };
    expect(await promptOf('extends: [a.yaml, b.yaml]\nvars: { four: own }\n', files)).toBe(
      'a b r own',
    );
    // What a base inherits counts as its own: the root of b lies over a.
    const inherited = { ...files, 'b.yaml': 'extends: root.yaml\n' };
    expect(await promptOf('extends: [a.yaml, b.yaml]\n', inherited)).toBe('a r r r');
    expect(await promptOf('extends: [b.yaml, a.yaml]\n', inherited)).toBe('a a r r');
  });
});

describe('lists of a base', () => {
  test('are replaced by a list of the spec, part by part', async () => {
    const own = 'extends: brand.yaml\nprompt: { details: [Oil on canvas] }\n';
    expect(await promptOf(own)).toBe(`Important details: Oil on canvas\n${CONSTRAINTS}`);
    expect(await promptOf('extends: brand.yaml\nprompt: { details: [] }\n')).toBe(CONSTRAINTS);
    expect(await promptOf('extends: brand.yaml\nprompt: { details: Oil }\n')).toBe(
      `Important details: Oil\n${CONSTRAINTS}`,
    );
  });

  test('take the items of a variable as they are written', async () => {
    const own = (extra: string): string => `extends: brand.yaml\nvars: { extra: "${extra}" }\n`;
    expect(await promptOf(own('A red umbrella; wet stones'))).toContain(
      'Soft window light; A red umbrella; wet stones\n',
    );
    expect(await promptOf(own('A red umbrella.\\nWet stones.'))).toContain(
      'Soft window light; A red umbrella. Wet stones.\n',
    );
  });
});

test('a text in the spec replaces all parts of the base', async () => {
  expect(await promptOf('extends: brand.yaml\nprompt: "A cat, {{light}}"\n')).toBe(
    'A cat, Soft window light',
  );
});
