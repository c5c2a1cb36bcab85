import { stringify } from 'yaml';
import { readRepository } from './read-file.js';

/** Deepest level that has a section of its own: `output.quality.avif` stands in that of `output.quality`. */
const DEEPEST = 2;

/** The page of the spec: the JSON Schema in words. */
export function writeSpec() {
  const schema = JSON.parse(readRepository('spec.schema.json'));
  const names = Object.keys(schema.properties);
  return [
    '# The spec',
    'A file `NAME.image.yaml`. Every field, as editors know it from the [JSON Schema](../editors.md). `prompt` and `alt` are required, in the spec or in what it [extends](../looks.md).',
    names.map((name) => `[\`${name}\`](#${name.replaceAll('_', '-')})`).join(' · '),
    ...names.flatMap((name) => {
      const field = schema.properties[name];
      return name === 'sources' ? writeSources(field, schema) : writeField(name, field, 1);
    }),
  ].join('\n\n');
}

/** Its fields are those of the spec and of `output`, except for one. */
function writeSources(field, { properties }) {
  const output = propertiesOf(properties.output);
  const inner = Object.entries(propertiesOf(field));
  const link = (name, path) => `[\`${name}\`](#${path.replaceAll(/[._]/g, '-')})`;
  const linked = (known, prefix) =>
    inner.flatMap(([name]) => (name in known ? [link(name, `${prefix}${name}`)] : [])).join(', ');
  const own = inner.filter(([name]) => !(name in properties) && !(name in output));
  return [
    ...writeField('sources', { ...field, items: {} }, 1),
    `Another picture, paid for like any: ${linked(properties, '')}.`,
    `The same picture in other files, free: ${linked(output, 'output.')}.`,
    ...own.flatMap(([name, one]) =>
      writeField(`sources.${name}`, { ...one, examples: undefined }, 2),
    ),
  ];
}

/** A field with what lies in it. */
function writeField(path, field, depth) {
  const lines = [`${'#'.repeat(depth + 1)} ${path}`, field.description ?? ''];
  const facts = [`Type: ${nameTypes(field)}`];
  if (field.default !== undefined && !isEmpty(field.default))
    facts.push(`Default: ${code(field.default)}`);
  lines.push(facts.join('. '));
  const words = wordsOf(field);
  if (words.length > 0) lines.push(['| word | |', '|---|---|', ...words].join('\n'));
  if (field.examples !== undefined) lines.push(writeExamples(path, field.examples));
  const inner = Object.entries(propertiesOf(field));
  if (depth < DEEPEST) {
    return [
      ...lines.filter((line) => line !== ''),
      ...inner.flatMap(([name, one]) => writeField(`${path}.${name}`, one, depth + 1)),
    ];
  }
  if (inner.length > 0) {
    const rows = inner.map(([name, one]) => `| \`${name}\` | ${nameTypes(one)} | ${cell(one)} |`);
    lines.push(['| field | type | |', '|---|---|---|', ...rows].join('\n'));
  }
  return lines.filter((line) => line !== '');
}

function cell({ description = '', enum: words }) {
  const listed = words === undefined ? '' : ` One of ${words.map(code).join(', ')}.`;
  return `${description}${listed}`.replaceAll('|', '\\|');
}

/** All that a field may be, when it may be several things. */
function formsOf(field) {
  const forms = field.anyOf ?? field.oneOf;
  return forms === undefined ? [field] : forms.flatMap(formsOf);
}

/** The fields of a map, or of the maps of a list. */
function propertiesOf(field) {
  const maps = formsOf(field).flatMap((form) => (form.items ? formsOf(form.items) : [form]));
  return Object.assign({}, ...maps.map((form) => form.properties ?? {}));
}

function nameTypes(field) {
  const names = formsOf(field).map((form) => {
    if (form.enum !== undefined)
      return form.enum.every(isWord) ? 'word' : form.enum.map(code).join(' or ');
    if (form.const !== undefined) return code(form.const);
    if (form.type === 'array')
      return `list of ${form.items?.type ? nameTypes(form.items) : 'maps'}`;
    if (form.type === 'object') return 'map';
    return [form.type ?? 'anything'].flat().map(nameType).join(' or ') + rangeOf(form);
  });
  return [...new Set(names)].join(' or ');
}

function nameType(type) {
  const names = { string: 'text', integer: 'whole number', boolean: '`true` or `false`' };
  return names[type] ?? type;
}

function rangeOf({ minimum, maximum }) {
  // What is only a limit of numbers is no news.
  const top = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : maximum;
  if (minimum === undefined && top === null) return '';
  if (top === null) return `, at least ${minimum}`;
  return minimum === undefined ? `, at most ${top}` : ` (${minimum} to ${top})`;
}

function wordsOf(field) {
  return formsOf(field).flatMap(({ enum: words = [], enumDescriptions = [] }) =>
    words.flatMap((word, at) =>
      isWord(word) && enumDescriptions[at] ? [`| ${code(word)} | ${enumDescriptions[at]} |`] : [],
    ),
  );
}

/** As an author writes them: each beneath the field's own name. */
function writeExamples(path, examples) {
  const names = path.split('.');
  const written = examples.map((value) =>
    stringify(names.reduceRight((inner, name) => ({ [name]: inner }), value)).trim(),
  );
  return `\`\`\`yaml\n${written.join('\n# or\n')}\n\`\`\``;
}

function isWord(value) {
  return typeof value === 'string';
}

function isEmpty(value) {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function code(value) {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
