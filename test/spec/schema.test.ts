import { describe, expect, test } from 'vitest';
import { estimateCents } from '../../src/recipe/price.ts';
import { addEditorHelp } from '../../src/spec/editor-help.ts';
import { specJsonSchema } from '../../src/spec/json-schema.ts';
import { SPEC_FIELDS } from '../../src/spec/schema.ts';
import { load } from './helpers.ts';

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  additionalProperties?: unknown;
  [keyword: string]: unknown;
}

const schema = specJsonSchema() as Schema;

/** Every named field of a schema, with its path. */
function listFields(at: Schema, path = ''): [string, Schema][] {
  const inner = [...(at.anyOf ?? []), ...(at.oneOf ?? []), ...(at.items ? [at.items] : [])];
  const own = Object.entries(at.properties ?? {});
  return [
    ...own.map(([name, field]): [string, Schema] => [`${path}${name}`, field]),
    ...own.flatMap(([name, field]) => listFields(field, `${path}${name}.`)),
    ...inner.flatMap((part) => listFields(part, path)),
  ];
}

test('is draft 7, titled, without $id and strict', () => {
  expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
  expect(schema['title']).toBeTypeOf('string');
  expect(schema).not.toHaveProperty('$id');
  expect(schema.additionalProperties).toBe(false);
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

test('lists the fields of the contract', () => {
  expect(SPEC_FIELDS).toEqual(
    // Two more than the contract's: issue 6 asked for them.
    'prompt alt model image_size quality output_format num_images pick revision edit input extends vars output sources matrix'.split(
      ' ',
    ),
  );
  expect(Object.keys(schema.properties!)).toEqual(SPEC_FIELDS);
  expect(Object.keys(schema.properties!['output']!.properties!)).toEqual(
    'widths formats quality sizes width aspect fit position placeholder loading priority provenance'.split(
      ' ',
    ),
  );
});

test('asks for prompt and alt unless a base may hold them', () => {
  expect(schema).not.toHaveProperty('required');
  expect(schema).toMatchObject({
    if: { not: { required: ['extends'] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { required: ['prompt', 'alt'] },
  });
});

describe('every field is described', () => {
  test.each(listFields(schema))('%s', (_, field) => {
    const described = field.description ?? '';
    expect(described.length).toBeGreaterThan(9);
  });
});

/** Every schema within a schema, itself included. */
function listSchemas(at: unknown): Schema[] {
  if (typeof at !== 'object' || at === null) return [];
  return [at as Schema, ...Object.values(at).flatMap(listSchemas)];
}

describe('editors', () => {
  test('are told of each word what it means', () => {
    const words = listSchemas(schema).filter((one) => Array.isArray(one['enum']));
    expect(words.length).toBeGreaterThan(10);
    for (const { enum: list, enumDescriptions: texts } of words) {
      if (typeof (list as unknown[])[0] === 'boolean') continue;
      expect(texts, String(list)).toHaveLength((list as unknown[]).length);
      for (const text of texts as string[]) expect(text).toMatch(/^\S.{4,}$/);
    }
  });

  test('are shown a value of each field of a spec that this release has', () => {
    const without = Object.entries(schema.properties!).filter(
      ([, field]) =>
        !listSchemas(field).some((one) =>
          ['examples', 'default', 'enum', 'defaultSnippets'].some((name) => name in one),
        ),
    );
    expect(without.map(([name]) => name).filter((name) => name !== 'edit')).toEqual([]);
  });

  test('are told true prices', () => {
    const { enum: words, enumDescriptions: texts } = schema.properties!['quality']!;
    for (const [index, word] of (words as ('low' | 'medium' | 'high')[]).entries()) {
      const cents = estimateCents(word, { width: 1024, height: 768 });
      expect((texts as string[])[index]).toContain(`$${(cents / 100).toFixed(2)} at 1024×768`);
    }
  });

  test('are helped with any schema', () => {
    const list = { type: 'array', items: { type: 'string' } };
    const helped = addEditorHelp({
      type: 'object',
      properties: {
        set: {
          description: 'A set of `x`.',
          examples: [{ a: ['b', 'c'] }, 'd'],
          anyOf: [
            { type: 'string' },
            { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, list] } },
            { type: 'number', description: 'A number.' },
          ],
        },
      },
      additionalProperties: false,
    }) as Schema;
    const field = helped.properties!['set']!;
    expect(field).toMatchObject({
      title: 'set',
      markdownDescription: 'A set of `x`.\n\nExample: `{ a: [b, c] }`',
      examples: ['d'],
      defaultSnippets: [{ label: '{ a: [b, c] }', body: { a: ['b', 'c'] } }],
    });
    const [map, others] = field.anyOf![0]!.oneOf!;
    expect(map).toMatchObject({
      title: 'set (map)',
      additionalProperties: { anyOf: [{ title: 'set (text)' }, { title: 'set (list)' }] },
    });
    expect(others!.anyOf).toMatchObject([
      { title: 'set (text)', description: 'A set of `x`.' },
      { title: 'set (number)', description: 'A set of `x`. A number.' },
    ]);
  });
});

/** What a field shows as good values. */
function listValues(field: Schema): unknown[] {
  const snippets = (field['defaultSnippets'] as { body: unknown }[]) ?? [];
  return [
    ...((field['examples'] as unknown[]) ?? []),
    ...snippets.map(({ body }) => body),
    ...('default' in field ? [field['default']] : []),
  ];
}

describe('every example, snippet and default of the schema is a good value', () => {
  const cases = Object.entries(schema.properties!).flatMap(([name, field]) =>
    listValues(field)
      .filter(() => name !== 'extends')
      .map((value): [string, unknown] => [name, value]),
  );
  const outputs = Object.entries(schema.properties!['output']!.properties!).flatMap(
    ([name, field]) =>
      listValues(field).map((value): [string, unknown] => ['output', { [name]: value }]),
  );
  test.each([...cases, ...outputs])('%s: %j', async (name, value) => {
    // JSON is YAML.
    const { diagnostics } = await load(JSON.stringify({ prompt: 'x', alt: 'y', [name]: value }));
    expect(diagnostics).toEqual([]);
  });
});
