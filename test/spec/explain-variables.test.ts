import { describe, expect, test } from 'vitest';
import { explain, show, showOrigin } from './explain-helpers.ts';

describe('secrets', () => {
  test('for a model are shown nowhere, whether the spec has errors or not', async () => {
    const input = '{ hf_token: hf-1, loras: [{ path: x, token: hf-2 }], steps: 4 }';
    const text = `prompt: A\nalt: x\nmodel: fal-ai/flux/dev\ninput: ${input}\n`;
    const explained = await explain(text);
    expect(show(explained, 'input')).toEqual([
      'input.hf_token "…" hero.image.yaml:4:10',
      'input.loras [{"path":"x","token":"…"}] hero.image.yaml:4:26',
      'input.steps 4 hero.image.yaml:4:61',
    ]);
  });

  test('among variables are shown while the spec is sound: they are words of the prompt', async () => {
    const text = 'alt: x\nvars: { token: A brass token }\nprompt: "{{token}}"\n';
    const sound = await explain(text);
    expect(sound.variables).toMatchObject([{ name: 'token', value: 'A brass token' }]);
    expect(show(sound, 'vars')).toEqual(['vars.token "A brass token" hero.image.yaml:2:9']);
    const flawed = await explain(`${text}qualty: low\n`);
    expect(flawed.variables).toMatchObject([{ name: 'token', value: '…' }]);
    expect(show(flawed, 'vars')).toEqual(['vars.token "…" hero.image.yaml:2:9']);
  });
});

describe('variables', () => {
  const files = {
    'hero.image.yaml':
      'extends: [look.yaml, city.yaml]\nalt: x\nprompt: { subject: "{{animal}} in {{ city }}" }\nvars: { animal: A cat }\n',
    'look.yaml':
      'prompt: { details: ["{{city}}", "{{light}}", "{{{{raw"], scene: "{{light}}" }\nvars: { light: Dusk, city: Kyoto, animal: A dog, unused: x }\n',
    'city.yaml': 'vars: { city: Tokyo }\n',
  };

  test('in the order of the prompt, each with its value and place', async () => {
    const { variables } = await explain(files);
    const shown = variables.map(({ name, value, from }) => `${name}=${value} ${showOrigin(from)}`);
    expect(shown).toEqual([
      'light=Dusk look.yaml:2:9',
      'animal=A cat hero.image.yaml:4:9',
      'city=Tokyo city.yaml:1:9',
    ]);
  });

  test('what the prompt does not name is not in the key', async () => {
    const explained = await explain(files);
    const keyed = explained.values.filter(({ path, inKey }) => path.startsWith('vars.') && inKey);
    expect(keyed.map(({ path }) => path)).toEqual(['vars.light', 'vars.city', 'vars.animal']);
    expect(show(explained, 'vars.city')).toEqual([
      'vars.city "Tokyo" city.yaml:1:9 < "Kyoto" look.yaml:2',
    ]);
  });

  test('that are not there, or never closed, are the business of diagnostics', async () => {
    expect((await explain('prompt: "{{a}} {{b"\nalt: x\nvars: { c: C }\n')).variables).toEqual([]);
    expect((await explain('prompt: "{{a}}"\nalt: x\n')).variables).toEqual([]);
    expect((await explain('alt: x\nvars: { a: A }\n')).variables).toEqual([]);
  });
});
