import { describe, expect, test } from 'vitest';
import { specJsonSchema } from '../../src/spec/json-schema.ts';
import { SPEC_FIELDS } from '../../src/spec/schema.ts';
import { load } from './helpers.ts';

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  items?: Schema;
  additionalProperties?: unknown;
  [keyword: string]: unknown;
}

const schema = specJsonSchema() as Schema;

/** Every named field of a schema, with its path. */
function listFields(at: Schema, path = ''): [string, Schema][] {
  const inner = [...(at.anyOf ?? []), ...(at.items ? [at.items] : [])];
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
    'prompt alt model image_size quality output_format num_images pick revision edit input extends vars output'.split(
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

describe('every example and default of the schema is a good value', () => {
  const cases = Object.entries(schema.properties!).flatMap(([name, field]) =>
    [...((field['examples'] as unknown[]) ?? []), ...('default' in field ? [field['default']] : [])]
      .filter(() => name !== 'extends')
      .map((value): [string, unknown] => [name, value]),
  );
  const outputs = Object.entries(schema.properties!['output']!.properties!).flatMap(
    ([name, field]) =>
      [
        ...((field['examples'] as unknown[]) ?? []),
        ...('default' in field ? [field['default']] : []),
      ].map((value): [string, unknown] => ['output', { [name]: value }]),
  );
  test.each([...cases, ...outputs])('%s: %j', async (name, value) => {
    // JSON is YAML.
    const { diagnostics } = await load(JSON.stringify({ prompt: 'x', alt: 'y', [name]: value }));
    expect(diagnostics).toEqual([]);
  });
});
