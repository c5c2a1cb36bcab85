import { describe, expect, test } from 'vitest';
import { FIELDS_OUTSIDE_KEY } from '../../src/spec/explain.ts';
import { SPEC_FIELDS } from '../../src/spec/schema.ts';
import type { SpecDefaults } from '../../src/spec/types.ts';
import { explain, show } from './explain-helpers.ts';
import { type Files, resolveSpecOf } from './helpers.ts';

describe('where values come from', () => {
  test('a spec alone: places of the names, and defaults for the rest, in the order of the schema', async () => {
    const explained = await explain('alt: x\nquality:\n  low\nprompt: |\n  A\n  B\n');
    expect(show(explained)).toEqual([
      'prompt "A\\nB\\n" hero.image.yaml:4:1',
      'alt "x" hero.image.yaml:1:1',
      'quality "low" hero.image.yaml:2:1',
    ]);
    const defaults = explained.values.filter(({ from }) => from === 'default');
    expect(defaults.map(({ path, value }) => `${path} ${JSON.stringify(value)}`)).toEqual([
      'model "openai/gpt-image-2"',
      'image_size "landscape_4_3"',
      'output_format "png"',
      'num_images 1',
      'pick 1',
      'output.formats ["avif","webp","fallback"]',
      'output.quality.avif 50',
      'output.quality.webp 75',
      'output.quality.jpeg 80',
      'output.fit "cover"',
      'output.position "centre"',
      'output.placeholder "blur"',
      'output.loading "lazy"',
      'output.priority false',
      'output.provenance true',
    ]);
  });

  test('an unknown model has no defaults of its own', async () => {
    const { values } = await explain('prompt: A\nalt: x\nmodel: fal-ai/flux/dev\n');
    const paths = values.map(({ path }) => path);
    expect(paths).not.toContain('quality');
    expect(paths).not.toContain('output_format');
    expect(paths).toContain('image_size');
  });

  test('several bases, a chain and the configuration: all that was replaced, the nearest first', async () => {
    const explained = await explain(
      {
        'hero.image.yaml': 'extends: [a.yaml, b.yaml]\nprompt: { scene: Own }\nalt: x\n',
        'a.yaml': 'quality: low\nprompt: { scene: Of a, subject: Of a }\n',
        'b.yaml': '\nextends: root.yaml\nprompt: { scene: Of b }\noutput: { fit: fill }\n',
        'root.yaml': 'quality: medium\nprompt: { scene: Of root }\n',
      },
      { quality: 'high', output: { fit: 'inside', quality: { avif: 40 } } },
    );
    expect(show(explained)).toEqual([
      'prompt.scene "Own" hero.image.yaml:2:11 < "Of b" b.yaml:3 < "Of root" root.yaml:2 < "Of a" a.yaml:2',
      'prompt.subject "Of a" a.yaml:2:24',
      'alt "x" hero.image.yaml:3:1',
      'quality "medium" root.yaml:1:1 < "low" a.yaml:1 < "high" null:null',
      'output.quality.avif 40 options',
      'output.fit "fill" b.yaml:4:11 < "inside" null:null',
    ]);
  });

  test('a base that is reached by two ways does not replace itself', async () => {
    const explained = await explain({
      'hero.image.yaml': 'extends: [a.yaml, b.yaml]\nprompt: A\nalt: x\n',
      'a.yaml': 'extends: root.yaml\nquality: low\n',
      'b.yaml': 'extends: root.yaml\n',
      'root.yaml': 'quality: medium\nnum_images: 2\n',
    });
    expect(show(explained, 'quality')).toEqual(['quality "medium" root.yaml:1:1 < "low" a.yaml:2']);
    expect(show(explained, 'num_images')).toEqual(['num_images 2 root.yaml:2:1']);
  });

  test('a tower of doubled bases takes no time', async () => {
    const tower: Record<string, string> = {
      'hero.image.yaml': 'extends: f0.yaml\nprompt: A\nalt: x\n',
    };
    for (let level = 0; level < 30; level++) {
      tower[`f${level}.yaml`] =
        `extends: [f${level + 1}.yaml, f${level + 1}.yaml]\nnum_images: ${(level % 4) + 1}\n`;
    }
    tower['f30.yaml'] = 'quality: low\n';
    const { values } = await explain(tower);
    expect(values.find(({ path }) => path === 'num_images')?.replaces).toHaveLength(29);
    expect(values.find(({ path }) => path === 'quality')?.replaces).toEqual([]);
  });

  test('a map over text, text over a map, a list over a list', async () => {
    const base = {
      'text.yaml': 'prompt: Of text\n',
      'map.yaml': 'prompt:\n  details: [a, b]\n  scene: c\n',
    };
    const own = (extend: string, prompt: string): Files => ({
      ...base,
      'hero.image.yaml': `extends: ${extend}\nalt: x\nprompt: ${prompt}\n`,
    });
    expect(show(await explain(own('text.yaml', '{ subject: A, scene: B }')), 'prompt')).toEqual([
      'prompt.scene "B" hero.image.yaml:3:23 < "Of text" text.yaml:1',
      'prompt.subject "A" hero.image.yaml:3:11',
    ]);
    expect(show(await explain(own('map.yaml', 'A')), 'prompt')).toEqual([
      'prompt "A" hero.image.yaml:3:1 < {"details":["a","b"],"scene":"c"} map.yaml:1',
    ]);
    expect(show(await explain(own('map.yaml', '{ details: [d] }')), 'prompt')).toEqual([
      'prompt.scene "c" map.yaml:3:3',
      'prompt.details ["d"] hero.image.yaml:3:11 < ["a","b"] map.yaml:2',
    ]);
    // The map of map.yaml replaced the text, also where the spec's own map lies over both.
    expect(
      show(await explain(own('[text.yaml, map.yaml]', '{ scene: B }')), 'prompt.scene'),
    ).toEqual(['prompt.scene "B" hero.image.yaml:3:11 < "c" map.yaml:3 < "Of text" text.yaml:1']);
  });

  test('empty maps and the values of aliases', async () => {
    const explained = await explain(
      'prompt: &p A\nalt: *p\ninput: { style: &s { a: 1 }, other: *s }\nvars: {}\n',
    );
    expect(show(explained, 'input')).toEqual([
      'input.style.a 1 hero.image.yaml:3:22',
      'input.other.a 1 hero.image.yaml:3:22',
    ]);
    expect(show(explained, 'alt')).toEqual(['alt "A" hero.image.yaml:2:1']);
    expect(show(explained, 'vars')).toEqual(['vars {} hero.image.yaml:4:1']);
  });

  test('settings of a format keep the quality that they do not name', async () => {
    const quality = async (output: string): Promise<string[]> =>
      show(await explain(`prompt: A\nalt: x\noutput: { quality: ${output} }\n`), 'output.quality');
    expect(await quality('{ avif: { effort: 6 }, webp: 60 }')).toEqual([
      'output.quality.avif.quality 50 default',
      'output.quality.avif.effort 6 hero.image.yaml:3:30',
      'output.quality.webp 60 hero.image.yaml:3:43',
      'output.quality.jpeg 80 default',
    ]);
    expect(await quality('auto')).toEqual(['output.quality "auto" hero.image.yaml:3:11']);
  });

  test.each<[string, SpecDefaults, string]>([
    ['', {}, '"eager" hero.image.yaml:3:11'],
    [', loading: eager', {}, '"eager" hero.image.yaml:3:27'],
    [', loading: lazy', {}, '"eager" hero.image.yaml:3:11 < "lazy" hero.image.yaml:3'],
    ['', { output: { loading: 'lazy' } }, '"eager" hero.image.yaml:3:11 < "lazy" null:null'],
  ])('priority decides over loading: %j %j', async (more, defaults, expected) => {
    const explained = await explain(
      `prompt: A\nalt: x\noutput: { priority: true${more} }\n`,
      defaults,
    );
    expect(show(explained, 'output.loading')).toEqual([`output.loading ${expected}`]);
  });

  test('a spec with errors has what was written, and nothing more', async () => {
    const explained = await explain({
      'hero.image.yaml': 'extends: a.yaml\npromt: A\nquality: low\n',
      'a.yaml': 'quality: hihg\n',
    });
    expect(explained.values.some(({ from }) => from === 'default')).toBe(false);
    expect(show(explained)).toEqual([
      'quality "low" hero.image.yaml:3:1 < "hihg" a.yaml:1',
      'promt "A" hero.image.yaml:2:1',
    ]);
  });

  test('a secret in a spec with errors is shown nowhere', async () => {
    const explained = await explain({
      'hero.image.yaml':
        'extends: a.yaml\nprompt: A\nalt: x\nopenai_api_key: sk-1\ninput: { api_key: sk-2, list: [{ apiKey: sk-3 }] }\n',
      'a.yaml': 'input: { api_key: sk-4, list: { password: sk-5 } }\n',
    });
    expect(JSON.stringify(explained.values)).not.toContain('sk-');
    expect(show(explained, 'input.api_key')).toEqual([
      'input.api_key "…" hero.image.yaml:5:10 < "…" a.yaml:1',
    ]);
  });
});

test('every field of a spec is in the key, outside of it, or works by others', async () => {
  // The recipe is what is hashed; test/recipe guards that each of its fields decides the key.
  const base = 'prompt: A\nalt: x\n';
  const changes: Record<string, string> = {
    prompt: 'prompt: B\nalt: x\n',
    alt: 'prompt: A\nalt: y\n',
    model: `${base}model: fal-ai/flux/dev\n`,
    image_size: `${base}image_size: square_hd\n`,
    quality: `${base}quality: low\n`,
    output_format: `${base}output_format: webp\n`,
    num_images: `${base}num_images: 2\n`,
    pick: `${base}pick: 2\n`,
    revision: `${base}revision: 2\n`,
    input: `${base}input: { seed: 4 }\n`,
    output: `${base}output: { fit: fill, width: 100 }\n`,
  };
  const { createRecipe } = await import('../../src/recipe/recipe.ts');
  const { keyOf } = await import('../../src/recipe/key.ts');
  const keyFor = async (text: string): Promise<string> =>
    keyOf(createRecipe(await resolveSpecOf(text), 'fal'));
  const before = await keyFor(base);
  for (const [field, text] of Object.entries(changes)) {
    const same = (await keyFor(text)) === before;
    expect([field, same]).toEqual([field, FIELDS_OUTSIDE_KEY.includes(field)]);
  }
  const untried = SPEC_FIELDS.filter((field) => !(field in changes));
  expect(untried).toEqual(['edit', 'extends', 'vars', 'sources', 'matrix']);
});
