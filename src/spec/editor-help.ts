/** A JSON Schema, draft 7. */
export type JsonSchema = Record<string, unknown>;

/** What a place inherits from the field it belongs to. */
interface Field {
  /** Path of the field, such as `output.fit`; null above all fields. */
  name: string | null;
  /** What the field is for: an alternative without it would hide that. */
  description: string;
}

/**
 * A JSON Schema with what editors show on top of what it allows: the name of each field as the title of its
 * hover, Markdown where texts are Markdown, and snippets. It works on any schema, so a new field has it
 * by itself. Written for yaml-language-server 1.25, which Visual Studio Code, Neovim and others run.
 */
export function addEditorHelp(schema: JsonSchema): JsonSchema {
  return helpWith(schema, { name: null, description: '' });
}

function helpWith(schema: JsonSchema, field: Field): JsonSchema {
  const described = typeof schema['description'] === 'string' ? schema['description'] : '';
  const inner = { ...field, description: described || field.description };
  const helped = {
    // Without a title of its own a field has that of the whole schema.
    ...(field.name === null ? {} : { title: field.name }),
    ...schema,
    ...helpInside(schema, inner),
    ...helpWithWords(schema),
    ...helpWithExamples(schema, described),
  };
  return Object.fromEntries(Object.entries(helped).filter(([, value]) => value !== undefined));
}

/** The schemas within a schema. */
function helpInside(schema: JsonSchema, field: Field): JsonSchema {
  const { properties, items, additionalProperties, anyOf, definitions } = schema;
  const below = { ...field, description: '' };
  const inside: JsonSchema = {};
  if (isSchema(properties)) {
    inside['properties'] = mapValues(properties, (name) => nameOf(field, name));
  }
  if (isSchema(definitions)) inside['definitions'] = mapValues(definitions, () => below);
  if (isSchema(items)) inside['items'] = helpWith(items, below);
  if (isSchema(additionalProperties)) {
    inside['additionalProperties'] = helpWith(additionalProperties, below);
  }
  if (Array.isArray(anyOf)) {
    inside['anyOf'] = setMapApart(anyOf.map((one) => helpWithAlternative(one, field)));
  }
  return inside;
}

function nameOf({ name }: Field, part: string): Field {
  return { name: name === null ? part : `${name}.${part}`, description: '' };
}

function mapValues(schemas: JsonSchema, fieldOf: (name: string) => Field): JsonSchema {
  const entries = Object.entries(schemas) as [string, JsonSchema][];
  return Object.fromEntries(entries.map(([name, one]) => [name, helpWith(one, fieldOf(name))]));
}

/**
 * When no alternative fits, the editor complains about the first: for a typo in a map it would say that text
 * is expected. In a `oneOf` that begins with the map it goes by the kind of the value.
 */
function setMapApart(alternatives: readonly JsonSchema[]): readonly JsonSchema[] {
  const maps = alternatives.filter(({ type }) => type === 'object');
  const others = alternatives.filter(({ type }) => type !== 'object');
  if (maps.length !== 1 || others.length === 0) return alternatives;
  // Outermost it stays `anyOf`: only then the editor writes the colon behind the name of the field.
  return [{ oneOf: [maps[0], others.length === 1 ? others[0] : { anyOf: others }] }];
}

/** An editor shows the text of the alternative that fits, and nothing of the field around it. */
function helpWithAlternative(schema: JsonSchema, field: Field): JsonSchema {
  const own = typeof schema['description'] === 'string' ? schema['description'] : '';
  const description = [field.description, own].filter(Boolean).join(' ');
  const helped = helpWith(description === '' ? schema : { ...schema, description }, field);
  // Alternatives with equal titles count as one, and the editor shows the title once for each.
  const kind = kindOf(schema);
  return kind === null || field.name === null
    ? helped
    : { ...helped, title: `${field.name} (${kind})` };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'map',
};

function kindOf({ type, enum: words }: JsonSchema): string | null {
  if (words !== undefined) return 'word';
  return typeof type === 'string' ? (KINDS[type] ?? null) : null;
}

/**
 * Words say their type themselves. With a type beside them the editor writes the default of each such field
 * into every map that it completes: `output:` would come with five lines that nobody asked for.
 */
function helpWithWords({ type, enum: words, enumDescriptions: texts }: JsonSchema): JsonSchema {
  if (type === 'boolean') return { type: undefined, enum: [true, false] };
  if (!Array.isArray(words)) return {};
  const areMarkdown = Array.isArray(texts) && texts.some(isMarkdown);
  return { type: undefined, ...(areMarkdown ? { markdownEnumDescriptions: texts } : {}) };
}

/** A map among the examples would be offered as "[object Object]"; a snippet has a name. */
function helpWithExamples(schema: JsonSchema, description: string): JsonSchema {
  const examples: unknown[] = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const maps = examples.filter(isSchema);
  const plain = examples.filter((one) => !isSchema(one));
  const shown = maps.map((one) => `Example: \`${writeFlow(one)}\``);
  const markdown = [description, ...shown].join('\n\n');
  return {
    ...(isMarkdown(markdown) ? { markdownDescription: markdown } : {}),
    ...(maps.length === 0
      ? {}
      : {
          examples: plain.length === 0 ? undefined : plain,
          defaultSnippets: maps.map((body) => ({ label: writeFlow(body), body })),
        }),
  };
}

/** A value as YAML on one line. */
function writeFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(', ')}]`;
  if (!isSchema(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const fields = Object.entries(value).map(([name, one]) => `${name}: ${writeFlow(one)}`);
  return `{ ${fields.join(', ')} }`;
}

function isMarkdown(text: unknown): boolean {
  return typeof text === 'string' && text.includes('`');
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
